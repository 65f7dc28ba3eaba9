import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { readExtxyz } from '../../extension/core/formats/extxyz.ts';
import { writeExtxyz } from '../../extension/core/formats/write-extxyz.ts';
import type { Structure } from '../../extension/core/structure.ts';

async function readAll(file: string): Promise<Structure[]> {
  const structures: Structure[] = [];
  for await (const item of readExtxyz(createReadStream(file), file))
    if (item.kind === 'structure') structures.push(item.structure);
  return structures;
}

/** Writes `count` structures: those of a file over and over, each time moved by a little more, so that none is the same. */
export async function writeRepeated(from: string, to: string, count: number): Promise<void> {
  const structures = await readAll(from);
  const out = createWriteStream(to);
  for (let k = 0; k < count; k++) {
    const structure = structures[k % structures.length]!;
    const positions = structure.positions.map(
      (x, axis) => x + 1e-6 * Math.floor(k / structures.length) * (axis === 0 ? 1 : 0),
    );
    if (!out.write(writeExtxyz({ ...structure, positions }))) await once(out, 'drain');
  }
  await new Promise((resolve) => out.end(resolve));
}
