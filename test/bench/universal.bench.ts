import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Box } from '../../extension/core/certificate.ts';
import { randomStream } from '../../extension/core/random.ts';
import { searchHead } from '../../extension/core/risk/head-search.ts';
import { trainRiskHead } from '../../extension/core/risk/risk-head-training.ts';
import type { TreeEnsemble } from '../../extension/core/risk/risk-head.ts';
import type { UniversalOutcome } from '../../extension/core/risk/universal-search.ts';
import { treesSource } from '../../extension/lean/certificate-source-trees.ts';
import type { OpenedSession } from '../../extension/lean/open-session.ts';
import { openEmbeddedLean } from '../embedded-lean.ts';
import type { BenchRow } from './bench-row.ts';

const FEATURES = 8;
const ROWS = 2000;
const LARGEST = 10_000;
const box: Box = Array.from({ length: FEATURES }, () => ({ lower: 0, upper: LARGEST }));

/** Boosted trees that have learnt where a smooth function with products, a fold and a step is large; a tenth is noise. */
function trained(trees: number, depth: number): TreeEnsemble {
  const random = randomStream(11, 'universal-benchmark');
  const columns = Array.from({ length: FEATURES }, () =>
    Float64Array.from({ length: ROWS }, () => random.integer(LARGEST + 1)),
  );
  const failed = Uint8Array.from({ length: ROWS }, (_, row) => {
    const at = (f: number): number => columns[f]![row]! / LARGEST - 0.5;
    const risk =
      at(0) * at(0) + 4 * at(1) * at(2) + at(3) - 2 * Math.abs(at(4)) + (at(5) > 0.2 ? 2 * at(6) : 0) + 0.5 * at(7);
    return (random.uniform() < 0.1 ? random.uniform() < 0.5 : risk > 0) ? 1 : 0;
  });
  const training = trainRiskHead(columns, failed, {
    trees,
    maximumDepth: depth,
    maximumLeaves: 2 ** depth,
    learningRate: 0.1,
  });
  let step = training.next();
  while (step.done !== true) step = training.next();
  if (step.value.kind !== 'trained') throw new Error(`The benchmark's trees were not trained: ${step.value.kind}.`);
  return step.value.ensemble;
}

function searched(ensemble: TreeEnsemble, bound: number, budget: number): UniversalOutcome {
  const search = searchHead(ensemble, box, bound, budget);
  let step = search.next();
  while (step.done !== true) step = search.next();
  if (step.value.kind === 'malformed') throw new Error(step.value.reason);
  return step.value;
}

/** Seconds from starting Lean to its answer; throws unless it says that the theorem holds. */
async function seconds({ session, libraryPaths }: OpenedSession, definitions: readonly string[]): Promise<number> {
  const root = mkdtempSync(path.join(tmpdir(), 'pcm-bench-universal-'));
  try {
    const file = path.join(root, 'Benchmark.lean');
    const head = ['module', '', 'public import PCM.TreeLanesCheck', '', '@[expose] public noncomputable section', ''];
    writeFileSync(file, [...head, 'namespace Benchmark', 'open PCM', '', ...definitions].join('\n'));
    const started = performance.now();
    const outcome = await session.checkFile({ file, root, libraryPaths, timeLimitMs: 600_000 });
    const bad = outcome.messages.find(({ severity }) => severity !== 'information');
    if (outcome.kind !== 'finished' || bad !== undefined) {
      throw new Error(`Lean should accept the benchmark and does not: ${bad?.text ?? outcome.kind}`);
    }
    return (performance.now() - started) / 1000;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The sharpest bound down to 5 % above the greatest score that the search comes across, and how it was shown. */
function sharpened(ensemble: TreeEnsemble, budget: number) {
  const first = searched(ensemble, -Infinity, budget / 10);
  if (first.kind !== 'undecided') throw new Error(first.kind);
  for (let greatest = first.lower; ;) {
    const started = performance.now();
    const found = searched(ensemble, greatest + Math.floor(Math.abs(greatest) / 20), budget);
    if (found.kind !== 'violated') return { ...found, greatest, searchSeconds: (performance.now() - started) / 1000 };
    greatest = found.score;
  }
}

async function rowsFor(
  opened: OpenedSession,
  trees: number,
  depth: number,
  budget: number,
  reach: string,
): Promise<BenchRow[]> {
  const ensemble = trained(trees, depth);
  const { partition, parts, upper, greatest, searchSeconds } = sharpened(ensemble, budget);
  const { definitions, statement, proof } = treesSource(ensemble, partition, box, upper);
  const ends = box.map(({ lower, upper }) => `⟨${lower}, ${upper}⟩`).join(', ');
  const envelope = `def envelope : Box := [${ends}]`;
  const checked = await seconds(opened, [
    envelope,
    ...definitions,
    `theorem universal : ${statement} :=`,
    `  ${proof}`,
    '',
  ]);
  const name = (what: string): string => `universal: ${what}, ${trees} trees of depth ${depth} × ${FEATURES} features`;
  const row = (what: string, value: number, unit: string, promised: string): BenchRow => ({
    name: name(what),
    value,
    unit,
    reach: promised,
    peer: null,
    peerValue: null,
  });
  return [
    row('Lean, from its start', checked, 's', reach),
    row('parts', parts, '', ''),
    row('search for the parts', searchSeconds, 's', ''),
    row('bound over the greatest score found', upper / greatest, '×', reach === '' ? '' : '≤ 1.05'),
  ];
}

/** A bound for every point of a box: how long embedded Lean takes to check it, and how sharp it is. */
export async function run(): Promise<BenchRow[]> {
  const opened = await openEmbeddedLean();
  const small = await rowsFor(opened, 100, 4, 2000, '≤ 20');
  // The kernel keeps what it has computed: with numbers of 32 kB, more parts would not fit into its memory.
  const large = await rowsFor(opened, 200, 6, 250, '');
  return [...small, ...large];
}
