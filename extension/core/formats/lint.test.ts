import { describe, expect, it } from 'vitest';
import type { Structure } from '../structure.ts';
import type { StructureItem } from './item.ts';
import { lintStructures } from './lint.ts';

/** A small generator, so that the structures look random and are the same in every run. */
function stream(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648 - 0.5;
  };
}

/** A crystal of `n` copper atoms that swing harmonically around a line of sites 2.5 Å apart; energies in eV. */
function harmonic(seed: number, n: number): Structure {
  const next = stream(seed);
  const positions = new Float64Array(3 * n);
  const forces = new Float64Array(3 * n);
  let energy = -4 * n;
  for (let at = 0; at < 3 * n; at++) {
    const displacement = 0.2 * next();
    // The last atom balances the others, so that forces sum to zero.
    const balanced = at < 3 * n - 3 ? displacement : -sumOf(forces, at % 3);
    positions[at] = balanced + (at % 3 === 0 ? 2.5 * (at / 3) : 0);
    forces[at] = -5 * balanced;
    energy += 2.5 * balanced * balanced;
  }
  return {
    lattice: Float64Array.of(2.5 * n, 0, 0, 0, 8, 0, 0, 0, 8),
    periodic: [true, true, true],
    species: new Uint8Array(n).fill(29),
    positions,
    energy,
    forces,
    stress: Float64Array.of(0.01, 0, 0, 0, 0.02, 0, 0, 0, 0.01),
    source: { file: 'a.xyz', index: seed, line: 1 + seed * (n + 2) },
  };
}

/** Sum of the displacements so far along an axis, read back from the forces. */
function sumOf(forces: Float64Array, axis: number): number {
  let sum = 0;
  for (let at = axis; at < forces.length; at += 3) sum += forces[at]! / -5;
  return sum;
}

const frames = (count = 30, n = 4): Structure[] => Array.from({ length: count }, (_, seed) => harmonic(seed + 1, n));

async function lint(structures: readonly Structure[], needs: 'energy' | 'forces' = 'forces'): Promise<string[]> {
  async function* items(): AsyncGenerator<StructureItem> {
    await Promise.resolve();
    for (const structure of structures) yield { kind: 'structure', structure, byteOffset: 0, byteLength: 0 };
  }
  const options = {
    needsEnergy: needs === 'energy',
    needsForces: needs === 'forces',
    contentKey: ({ positions, energy }: Structure) => `${positions.join()} ${energy ?? ''}`,
  };
  const lines: string[] = [];
  for await (const { severity, line, message } of lintStructures(items(), 'a.xyz', options))
    lines.push(`${severity} ${line ?? '-'}: ${message}`);
  return lines;
}

const scaled = (structure: Structure, energy: number, force: number, length = 1): Structure => ({
  ...structure,
  energy: structure.energy! * energy,
  forces: structure.forces!.map((component) => component * force),
  positions: structure.positions.map((x) => x * length),
  lattice: structure.lattice.map((x) => x * length),
});

describe('linting structures', () => {
  it('finds nothing wrong with sound data', async () => {
    expect(await lint(frames())).toEqual([]);
    expect(await lint(frames(), 'energy')).toEqual([]);
    expect(await lint([])).toEqual([]);
  });

  it('counts labels that the criterion needs', async () => {
    const [first, ...rest] = frames(3);
    const { lattice, periodic, species, positions, energy, source } = first!;
    const unlabelled: Structure = { lattice, periodic, species, positions, source };
    const bare: Structure = { ...unlabelled, energy: energy! };
    expect(await lint([bare, ...rest])).toEqual([
      'warning 7: 1 of 3 structures have no forces, which the failure criterion needs.',
    ]);
    expect(await lint([bare])).toEqual([
      'error 7: 1 of 1 structures have no forces, which the failure criterion needs.',
    ]);
    expect(await lint([bare], 'energy')).toEqual([]);
    expect(await lint([unlabelled], 'energy')).toEqual([
      'error 7: 1 of 1 structures have no energy, which the failure criterion needs.',
    ]);
  });

  it('finds repetitions', async () => {
    const [a, b] = frames(2);
    expect(await lint([a!, b!, { ...a!, source: { ...a!.source, line: 99 } }])).toEqual([
      'warning 99: Exactly the same as an earlier one: 1 structure; the first repeats the one on line 7.',
    ]);
  });

  it('finds forces that do not sum to zero', async () => {
    const [a] = frames(1);
    const forces = a!.forces!.slice();
    forces[0]! += 0.4;
    expect((await lint([{ ...a!, forces }]))[0]).toMatch(
      /^warning 7: The forces of 1 structure do not sum to zero \(up to 0\.100 eV/,
    );
  });

  it.each([
    ['forces of the wrong sign', 1, -1, 1, 'the forces have the wrong sign'],
    ['energies in Hartree', 1 / 27.211386, 1, 1, 'the energies are in Hartree'],
    ['energies in Rydberg', 1 / 13.605693, 1, 1, 'the energies are in Rydberg'],
    ['forces in Hartree/Bohr', 1, 1 / 51.422067, 1, 'the forces are in Hartree/Bohr'],
    ['energies per atom', 1 / 4, 1, 1, 'the energies are per atom'],
    ['atomic units', 1 / 27.211386, 1 / 51.422067, 1, 'energies and forces are in atomic units, or lengths in Bohr'],
  ])('recognises %s by the work of the forces', async (_, energy, force, length, message) => {
    const found = await lint(frames().map((structure) => scaled(structure, energy, force, length)));
    expect(found.find((line) => line.includes('the work of the forces'))).toContain(message);
  });

  it('recognises energies per atom by how they vary, and small ones', async () => {
    const sizes = Array.from({ length: 30 }, (_, seed) => harmonic(seed + 1, 2 + (seed % 10)));
    expect(await lint(sizes)).toEqual([]);
    const found = await lint(sizes.map((structure) => scaled(structure, 1 / structure.species.length, 1)));
    expect(found[0]).toMatch(/^warning -: The energies look like energies per atom: from 2 to 11 atoms/);
    expect((await lint(sizes.map((structure) => scaled(structure, 0.01, 1))))[0]).toMatch(/small for total energies/);
  });

  it('recognises stresses in GPa', async () => {
    const found = await lint(
      frames().map((structure) => ({ ...structure, stress: structure.stress!.map((s) => 160.2 * s) })),
    );
    expect(found).toEqual([
      expect.stringMatching(/^warning -: Half of the stresses are above 3\.20 eV\/Å³, which is 513 GPa/),
    ]);
  });

  it('recognises lengths in Bohr and in nanometres', async () => {
    const bohr = await lint(frames().map((structure) => scaled(structure, 1, 1, 1.889726)));
    expect(bohr.some((line) => /above 1\.5 times the sum of covalent radii/.test(line))).toBe(true);
    const nanometres = await lint(frames().map((structure) => scaled(structure, 1, 1, 0.1)));
    expect(nanometres.some((line) => /below 0\.\d+ times the sum of covalent radii/.test(line))).toBe(true);
  });
});
