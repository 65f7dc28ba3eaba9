import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { leanSource } from '../../extension/lean/certificate-source.ts';
import { openEmbeddedLean } from '../embedded-lean.ts';
import { startLeanClient, uriOf, type LeanClient } from '../lean-client.ts';
import { benchmarkContent } from './benchmark-content.ts';
import type { BenchRow } from './bench-row.ts';

const STARTS = 3;
const EDITS = 40;

/** Seconds from starting the server to the final diagnostics of a document, and the server with the document open. */
async function start(root: string, uri: string, text: string): Promise<{ seconds: number; client: LeanClient }> {
  const started = performance.now();
  const client = await startLeanClient({ root });
  client.open(uri, text);
  const diagnostics = await client.finished(uri);
  const wrong = diagnostics.find(({ severity }) => severity === 1);
  if (wrong !== undefined) throw new Error(`an error where there is none: ${JSON.stringify(wrong.message)}`);
  return { seconds: (performance.now() - started) / 1000, client };
}

/** Seconds from one edit to the final diagnostics, for edits of the last statement that break and mend it in turn. */
async function timeEdits(client: LeanClient, uri: string): Promise<Float64Array> {
  const seconds = new Float64Array(EDITS);
  for (let i = 0; i < EDITS; i++) {
    const at = client.text(uri).indexOf('Safe ', client.text(uri).indexOf('theorem safe'));
    const started = performance.now();
    if (i % 2 === 0) client.edit(uri, 'x', { from: at, to: at });
    else client.edit(uri, '', { from: at - 1, to: at });
    const errors = (await client.finished(uri)).filter(({ severity }) => severity === 1).length;
    if (errors > 0 !== (i % 2 === 0)) throw new Error(`edit ${i} left ${errors} errors`);
    seconds[i] = (performance.now() - started) / 1000;
  }
  return seconds.sort();
}

/** The embedded language server, prepared: start, and edits of a small certificate. */
export async function run(): Promise<BenchRow[]> {
  // Compiles the library where that was not done before.
  await openEmbeddedLean();
  const root = mkdtempSync(path.join(tmpdir(), 'pcm-bench-lean-server-'));
  try {
    writeFileSync(path.join(root, 'lakefile.toml'), 'name = "benchmark"\n');
    const uri = uriOf(path.join(root, 'Certificates', 'Benchmark.lean'));
    const text = leanSource(benchmarkContent({ rows: 50, features: 8, validation: 60, seed: 1 }), 'Benchmark').text;
    let fastest = Infinity;
    for (let i = 0; i < STARTS; i++) {
      const { seconds, client } = await start(root, uri, text);
      fastest = Math.min(fastest, seconds);
      await client.stop();
    }
    const { client } = await start(root, uri, text);
    const edits = await timeEdits(client, uri);
    await client.stop();
    const row = (name: string, value: number, reach: string): BenchRow => ({
      name,
      value,
      unit: 's',
      reach,
      peer: null,
      peerValue: null,
    });
    return [
      row(`lean-server: start to final diagnostics, 50 observations, best of ${STARTS}`, fastest, '≤ 4'),
      row('lean-server: edit to final diagnostics, median', edits[EDITS >> 1]!, '≤ 0.5'),
      row('lean-server: edit to final diagnostics, 95th percentile', edits[Math.ceil(EDITS * 0.95) - 1]!, '≤ 0.5'),
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
