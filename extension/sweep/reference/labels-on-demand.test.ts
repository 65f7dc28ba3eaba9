import { expect, it } from 'vitest';
import type { Structure } from '../../core/structure.ts';
import { labelling, labelsOnDemand } from './labels-on-demand.ts';
import type { Reference } from './reference.ts';

const structure = (z: number): Structure => ({
  lattice: Float64Array.of(3, 0, 0, 0, 3, 0, 0, 0, 3),
  periodic: [true, true, true],
  species: Uint8Array.of(z),
  positions: new Float64Array(3),
  energy: -99,
  forces: Float64Array.of(9, 9, 9),
  stress: new Float64Array(9),
  label: 'mp-1',
  source: { file: 'a.xyz', index: 0, line: 1 },
});

/** Knows elements up to ten, and counts how many are computed at one time. */
function countingReference(lanes: number): Reference & { most: number } {
  let running = 0;
  const reference: Reference & { most: number } = {
    identity: { kind: 'counting', sha256: '0'.repeat(64), description: {} },
    file: 'pcm.json',
    lanes,
    elements: null,
    most: 0,
    recall: () => Promise.resolve(null),
    async evaluate({ species }) {
      running++;
      reference.most = Math.max(reference.most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      const z = species[0]!;
      if (z > 90) return { outcome: { kind: 'none', reason: 'gone' }, stored: false, broken: true };
      if (z > 10) return { outcome: { kind: 'none', reason: 'not converged' }, stored: false };
      const forces = Float64Array.of(z, 0, 0);
      return {
        outcome: { kind: 'computed', energy: -z, forces, stress: null, scfSteps: null, seconds: 0 },
        stored: false,
      };
    },
    close: () => Promise.resolve(),
  };
  return reference;
}

it('replaces the labels of the data, or takes them away where there is no answer', async () => {
  const label = labelsOnDemand(countingReference(1), new AbortController().signal);
  const { stress, ...known } = structure(6);
  expect(stress).toBeDefined();
  expect(await label(structure(6))).toEqual({ ...known, energy: -6, forces: Float64Array.of(6, 0, 0) });
  const { energy, forces, ...bare } = known;
  expect([energy, forces?.length]).toEqual([-99, 3]);
  expect(await label(structure(20))).toEqual({ ...bare, species: Uint8Array.of(20) });
});

it('says why there are no labels, and whether there will never be any', async () => {
  const label = labelling(countingReference(1), new AbortController().signal);
  expect(await label(structure(6))).toMatchObject({ missing: null, broken: false });
  expect(await label(structure(20))).toMatchObject({ missing: 'not converged', broken: false });
  expect(await label(structure(91))).toMatchObject({ missing: 'gone', broken: true });
});

it('keeps to the lanes of the reference, and stops', async () => {
  const reference = countingReference(3);
  const controller = new AbortController();
  const label = labelsOnDemand(reference, controller.signal);
  await Promise.all(Array.from({ length: 40 }, () => label(structure(1))));
  expect(reference.most).toBe(3);
  controller.abort(new Error('enough'));
  await expect(label(structure(1))).rejects.toThrow('enough');
});
