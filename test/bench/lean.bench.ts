import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ObligationKind } from '../../extension/core/certificate.ts';
import { evaluateObligations } from '../../extension/core/obligations.ts';
import { leanSource } from '../../extension/lean/certificate-source.ts';
import type { OpenedSession } from '../../extension/lean/open-session.ts';
import { decideVerdicts } from '../../extension/lean/verdicts.ts';
import { openEmbeddedLean } from '../embedded-lean.ts';
import { benchmarkContent, type BenchmarkSize } from './benchmark-content.ts';
import type { BenchRow } from './bench-row.ts';

const FEATURES = 8;

/**
 * Seconds from starting Lean to the last verdict, for a synthetic certificate that holds.
 *
 * @param only state the obligations of this kind and no others
 */
async function seconds(
  { session, libraryPaths }: OpenedSession,
  size: BenchmarkSize,
  only: ObligationKind | null = null,
): Promise<number> {
  const root = mkdtempSync(path.join(tmpdir(), 'pcm-bench-lean-'));
  try {
    const whole = benchmarkContent(size);
    const obligations = whole.obligations.filter(({ kind }) => only === null || kind === only);
    const content = { ...whole, obligations };
    const source = leanSource(content, 'Benchmark');
    mkdirSync(path.join(root, 'Certificates'));
    const file = path.join(root, 'Certificates', 'Benchmark.lean');
    writeFileSync(file, source.text);
    const started = performance.now();
    const outcome = await session.checkFile({ file, root, libraryPaths, timeLimitMs: 600_000 });
    const verdicts = decideVerdicts({
      obligations: content.obligations,
      source: source.text,
      ranges: source.theorems,
      outcome,
      audit: [],
      evaluations: evaluateObligations(content),
    });
    const wrong = verdicts.find(({ verdict }) => verdict !== 'proved');
    if (wrong !== undefined)
      throw new Error(`${wrong.theorem} should be proved and is ${wrong.verdict}: ${wrong.reason}`);
    return (performance.now() - started) / 1000;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Embedded Lean, prepared: start to verdicts, and how the time grows with the observations. */
export async function run(): Promise<BenchRow[]> {
  const opened = await openEmbeddedLean();
  const timed = (rows: number, only: ObligationKind | null = null): Promise<number> =>
    seconds(opened, { rows, features: FEATURES, validation: 60, seed: 1 }, only);
  const confidence = (validation: number, validationFailures: number): Promise<number> =>
    seconds(opened, { rows: 2, features: FEATURES, validation, validationFailures, seed: 1 }, 'confidence');
  const row = (name: string, value: number, unit: string, reach: string): BenchRow => ({
    name,
    value,
    unit,
    reach,
    peer: null,
    peerValue: null,
  });
  const start = Math.min(await timed(2, 'nested'), await timed(2, 'nested'));
  const small = Math.min(await timed(50), await timed(50));
  const every = await seconds(opened, { rows: 50, features: FEATURES, validation: 60, seed: 1, everyKind: true });
  const middle = await timed(5000);
  const large = await timed(25_000);
  return [
    row('lean: start to all verdicts, 50 observations', small, 's', '≤ 5'),
    row('lean: the same with replicates of 16 bounds, conformal, risk, physics', every, 's', ''),
    row('lean: observed alone, 5,000 × 8', await timed(5000, 'observed'), 's', '≤ 8'),
    row('lean: observed alone, 25,000 × 8', await timed(25_000, 'observed'), 's', '≤ 40'),
    row('lean: confidence alone, n = 1,000, k = 20, beyond start', (await confidence(1000, 20)) - start, 's', '≤ 1'),
    row('lean: confidence alone, n = 10,000, k = 300', await confidence(10_000, 300), 's', '≤ 10'),
    row('lean: whole certificate, 5,000 observations × 8 features', middle, 's', '≤ 15'),
    row('lean: whole certificate, 25,000 observations × 8 features', large, 's', ''),
    row(
      'lean: time per observation, 25,000 against 5,000, start taken off',
      (large - small) / (middle - small) / 5,
      '×',
      'about 1 (linear)',
    ),
  ];
}
