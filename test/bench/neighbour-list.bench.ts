import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { computeFeatures, defaultFeatures, featureIds } from '../../extension/core/features.ts';
import { readExtxyz } from '../../extension/core/formats/extxyz.ts';
import { neighbourList, type NeighbourList, type NeighbourQuery } from '../../extension/core/neighbour-list.ts';
import type { Structure } from '../../extension/core/structure.ts';
import type { BenchRow } from './bench-row.ts';

const CUTOFF = 5;
const PASSES = 5;
const data = path.resolve('../shared/data/mptrj-random-1k.xyz');
const peerScript = path.resolve('test/bench/peers/neighbour_list.py');

async function read(file: string): Promise<Structure[]> {
  const structures: Structure[] = [];
  for await (const item of readExtxyz(createReadStream(file), path.basename(file))) {
    if (item.kind === 'structure') structures.push(item.structure);
  }
  return structures;
}

function listed(query: NeighbourQuery): NeighbourList {
  const outcome = neighbourList(query);
  if (outcome.kind !== 'ok') throw new Error(outcome.kind);
  return outcome;
}

function hash({ count, centre, neighbour, shift }: NeighbourList): string {
  const lines: string[] = [];
  for (let e = 0; e < count; e++) {
    lines.push(`${centre[e]!} ${neighbour[e]!} ${shift[3 * e]!} ${shift[3 * e + 1]!} ${shift[3 * e + 2]!}\n`);
  }
  return createHash('sha256').update(lines.join('')).digest('hex');
}

/** Median over passes of the milliseconds one pass takes. */
function median(passes: number, pass: () => void): number {
  const times = Array.from({ length: passes }, () => {
    const start = performance.now();
    pass();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  return times[Math.floor(passes / 2)]!;
}

interface PeerReport {
  readonly version: string;
  readonly seconds: number;
  readonly hashes: readonly string[];
}

/** ASE's figures by the first Python that has ASE; null where none has. */
async function peer(): Promise<PeerReport | null> {
  for (const python of ['python3', '/usr/bin/python3']) {
    try {
      await promisify(execFile)(python, ['-c', 'import ase.neighborlist'], { timeout: 60_000 });
    } catch {
      continue;
    }
    const { stdout } = await promisify(execFile)(python, [peerScript, data, `${CUTOFF}`], {
      maxBuffer: 1e8,
      timeout: 600_000,
      env: { ...process.env, OMP_NUM_THREADS: '1' },
    });
    return JSON.parse(stdout) as PeerReport;
  }
  return null;
}

/** A simple cubic crystal of side³ atoms, 2.5 Å apart, each moved a little. */
function large(side: number): NeighbourQuery {
  const positions = new Float64Array(3 * side ** 3);
  let state = 1;
  for (let k = 0; k < positions.length; k++) {
    const atom = Math.floor(k / 3);
    const site = [Math.floor(atom / (side * side)), Math.floor(atom / side) % side, atom % side][k % 3]!;
    state = (state * 48271) % 2147483647;
    positions[k] = 2.5 * (site + (0.2 * state) / 2147483647);
  }
  const length = 2.5 * side;
  const lattice = Float64Array.from([length, 0, 0, 0, length, 0, 0, 0, length]);
  return { lattice, periodic: [true, true, true], positions, cutoff: CUTOFF, maximumEdges: 20_000_000 };
}

function scaling(): BenchRow {
  const small = large(14);
  const big = large(35);
  const perAtom = (query: NeighbourQuery): number => median(3, () => listed(query)) / (query.positions.length / 3);
  for (let warm = 0; warm < 5; warm++) listed(small);
  return {
    name: 'neighbour list, time per atom at 42,875 atoms over time per atom at 2,744',
    value: perAtom(big) / perAtom(small),
    unit: '×',
    reach: 'about 1 (linear)',
    peer: null,
    peerValue: null,
  };
}

/** Neighbour list and features on real crystals, the list against ASE's on the same crystals in the same run. */
export async function run(): Promise<BenchRow[]> {
  if (!existsSync(data)) {
    console.warn(`neighbour-list: ${data} is missing, so only the scaling is measured`);
    return [scaling()];
  }
  const structures = await read(data);
  const queries = structures.map((structure) => ({ ...structure, cutoff: CUTOFF }));
  const report = await peer();
  const ours = median(PASSES, () => queries.forEach(listed)) / structures.length;
  const rows: BenchRow[] = [
    {
      name: 'neighbour list, 5 Å, per crystal of mptrj-random-1k',
      value: ours,
      unit: 'ms',
      reach: 'a fifth of the peer',
      peer: report === null ? 'ASE (not installed)' : `ASE ${report.version} primitive_neighbor_list`,
      peerValue: report === null ? null : (1000 * report.seconds) / structures.length,
    },
  ];
  if (report !== null) {
    rows.push(
      {
        name: 'neighbour list, speed-up over ASE',
        value: (1000 * report.seconds) / structures.length / ours,
        unit: '×',
        reach: '≥ 5',
        peer: `ASE ${report.version}`,
        peerValue: 1,
      },
      {
        name: 'neighbour list, crystals with pairs identical to ASE’s',
        value: queries.filter((query, k) => hash(listed(query)) === report.hashes[k]).length,
        unit: 'crystals',
        reach: `all ${structures.length}`,
        peer: `ASE ${report.version}`,
        peerValue: report.hashes.length,
      },
    );
  }
  rows.push(scaling());
  for (const [name, ids] of [
    ['default features', defaultFeatures],
    ['all features', featureIds],
  ] as const) {
    const time = median(PASSES, () => structures.forEach((structure) => computeFeatures(structure, ids)));
    rows.push({
      name: `${name}, per crystal of mptrj-random-1k`,
      value: (1000 * time) / structures.length,
      unit: 'µs',
      reach: '',
      peer: null,
      peerValue: null,
    });
  }
  return rows;
}
