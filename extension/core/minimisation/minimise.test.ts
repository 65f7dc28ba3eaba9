import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goldenPower } from '../generators/golden-ratio.ts';
import { rebuildStructure, type GeneratorRecord } from '../generators/table.ts';
import type { Structure } from '../structure.ts';
import { minimise, type Answer, type Reductions } from './minimise.ts';
import { distortionOf, recordReductions, STEPS } from './record-reductions.ts';

const passes: Answer = { kind: 'passes' };
const failing = (error: number): Answer => ({ kind: 'fails', error });
/** An oracle that remembers what it was asked. */
function oracle<Record>(decide: (record: Record) => Answer) {
  const asked: (Record | null)[] = [];
  const ask = (record: Record | null): Promise<Answer> => {
    asked.push(record);
    return Promise.resolve(record === null ? passes : decide(record));
  };
  return { asked, ask };
}

const strained = (xx: number, amplitude: number): GeneratorRecord => ({
  generator: 'strain-rattle',
  base: 'b',
  rejected: 3,
  strain: [xx, 0, 0, 0, 0, 0],
  rattle: { distribution: 'gaussian', amplitude, seed: 5 },
});
const strainOf = (record: GeneratorRecord): number => (record.generator === 'strain-rattle' ? record.strain[0] : NaN);
const amplitudeOf = (record: GeneratorRecord): number =>
  record.generator === 'strain-rattle' ? record.rattle.amplitude : NaN;

const swapped = (sites: number[], lengthScale = 1): GeneratorRecord => ({
  generator: 'substitution',
  base: 'b',
  rejected: 0,
  supercell: [2, 2, 2],
  class: 'alkali +1',
  from: 11,
  to: 19,
  sites,
  lengthScale,
});
const sitesOf = (record: GeneratorRecord): number[] => (record.generator === 'substitution' ? record.sites : []);

const stretched = (sixteenths: [number, number, number], placement: 'kept' | 'r3' = 'kept'): GeneratorRecord => ({
  generator: 'golden-ratio',
  base: 'b',
  rejected: 0,
  sixteenths,
  atoms: placement === 'kept' ? { placement } : { placement, offset: [0, 0.5, 0.25] },
});

const run = (record: GeneratorRecord, decide: (record: GeneratorRecord) => Answer, calls = 60) => {
  const { asked, ask } = oracle(decide);
  return minimise(record, recordReductions, ask, calls).then((minimised) => ({ minimised, asked }));
};
const minimal = ({ minimised }: Awaited<ReturnType<typeof run>>) => {
  if (minimised.kind !== 'minimal') throw new Error(minimised.kind);
  return minimised;
};

describe('the smallest failing distortion', () => {
  it('is found within one step, whatever the threshold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0.0005, max: 0.0999, noNaN: true }), async (threshold) => {
        const decide = (record: GeneratorRecord): Answer =>
          strainOf(record) > threshold ? failing(strainOf(record)) : passes;
        const found = minimal(await run(strained(0.1, 0.2), decide));
        expect(strainOf(found.record)).toBeGreaterThan(threshold);
        expect(strainOf(found.record) - threshold).toBeLessThanOrEqual((0.1 / STEPS) * (1 + 1e-9));
        // What has nothing to do with the failure is left out.
        expect(amplitudeOf(found.record)).toBe(0);
        expect(found.error).toBe(strainOf(found.record));
        expect(found.below).toEqual(passes);
        expect(distortionOf(found.record)).toBeCloseTo(strainOf(found.record) / 0.1, 12);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps both parts where it takes both', async () => {
    const decide = (record: GeneratorRecord): Answer =>
      strainOf(record) > 0 && amplitudeOf(record) > 0 && strainOf(record) + amplitudeOf(record) > 0.1
        ? failing(1)
        : passes;
    const { record } = minimal(await run(strained(0.1, 0.2), decide));
    expect(strainOf(record) / amplitudeOf(record)).toBeCloseTo(0.5, 12);
    expect(strainOf(record) + amplitudeOf(record) - 0.1).toBeLessThanOrEqual(0.3 / STEPS);
  });

  it('is a place where failure begins even where it comes and goes with distortion', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: STEPS, maxLength: STEPS }), async (fails) => {
        const stepOf = (record: GeneratorRecord): number => Math.round((strainOf(record) / 0.1) * STEPS);
        const decide = (record: GeneratorRecord): Answer =>
          stepOf(record) === STEPS || fails[stepOf(record)] === true ? failing(1) : passes;
        const { record, below } = minimal(await run(strained(0.1, 0), decide));
        const step = stepOf(record);
        expect(decide(record)).toEqual(failing(1));
        expect(step === 1 || fails[step - 1] === false).toBe(true);
        expect(below).toEqual(passes);
      }),
      { numRuns: 50 },
    );
  });

  it('is counted in whole sixteenths, and leaves atoms where they are if it can', async () => {
    const decide = (record: GeneratorRecord): Answer =>
      record.generator === 'golden-ratio' && record.sixteenths[0] >= 5 ? failing(1) : passes;
    const found = minimal(await run(stretched([16, -8, -8], 'r3'), decide));
    expect(found.record).toEqual(stretched([5, -2, -2]));
    expect(distortionOf(found.record)).toBeCloseTo(goldenPower(5) - 1, 12);
    // It is the new places of the atoms alone.
    const placed = (record: GeneratorRecord): Answer =>
      record.generator === 'golden-ratio' && record.atoms.placement === 'r3' ? failing(1) : passes;
    expect(minimal(await run(stretched([16, -8, -8], 'r3'), placed)).record).toEqual(stretched([0, 0, 0], 'r3'));
  });
});

describe('the fewest changes of species', () => {
  it('are those that it takes, and no other', async () => {
    const decide = (record: GeneratorRecord): Answer =>
      sitesOf(record).includes(3) && sitesOf(record).includes(6) ? failing(sitesOf(record).length) : passes;
    const found = minimal(await run(swapped([0, 1, 3, 5, 6, 7], 1.25), decide));
    expect(found.record).toEqual(swapped([3, 6], 1));
    expect(found).toMatchObject({ error: 2, below: passes });
  });

  it('are one where any will do', async () => {
    expect(minimal(await run(swapped([0, 1, 2, 3]), () => failing(1))).record).toEqual(swapped([3]));
  });
});

describe('asking', () => {
  it('is bounded, never repeated, and the same every time; what is found fails whenever it stops', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 1, max: 12 }), async (calls, least) => {
        const sites = Array.from({ length: 12 }, (_, k) => k);
        const decide = (record: GeneratorRecord): Answer => (sitesOf(record).length >= least ? failing(1) : passes);
        const { minimised, asked } = await run(swapped(sites, 1.1), decide, calls);
        expect(asked.length).toBeLessThanOrEqual(calls);
        expect(minimised.asked).toBe(asked.length);
        expect(new Set(asked.map((record) => JSON.stringify(record))).size).toBe(asked.length);
        const found = minimal({ minimised, asked });
        expect(decide(found.record)).toEqual(failing(1));
        if (found.below.kind === 'passes') expect(sitesOf(found.record)).toHaveLength(least);
        else expect(asked).toHaveLength(calls);
        expect(await run(swapped(sites, 1.1), decide, calls)).toEqual({ minimised, asked });
      }),
    );
  });

  it('takes what cannot be decided for no failure, and says so', async () => {
    const reason = 'nobody knows';
    const decide = (record: GeneratorRecord): Answer =>
      strainOf(record) > 0.05 ? failing(1) : { kind: 'undecided', reason };
    const found = minimal(await run(strained(0.1, 0), decide));
    expect(strainOf(found.record)).toBeGreaterThan(0.05);
    expect(found.below).toEqual({ kind: 'undecided', reason });
  });

  it('ends at once where the counterexample does not fail, or its base does', async () => {
    expect((await run(strained(0.1, 0), () => passes)).minimised).toEqual({
      kind: 'not-failing',
      answer: passes,
      asked: 1,
    });
    const always = (): Promise<Answer> => Promise.resolve(failing(2));
    expect(await minimise(strained(0.1, 0), recordReductions, always, 60)).toEqual({
      kind: 'base-fails',
      error: 2,
      asked: 2,
    });
  });

  it('goes back to leaving parts out after steps have been taken', async () => {
    // Only below step 3 can the part be spared.
    const reductions: Reductions<{ part: boolean; step: number }> = {
      parts: ({ part }) => (part ? ['part'] : []),
      without: (record) => ({ ...record, part: false }),
      steps: ({ step }) => step,
      scaled: (record, step) => ({ ...record, step }),
    };
    const { ask } = oracle<{ part: boolean; step: number }>(({ part, step }) =>
      (part && step >= 2) || (!part && step >= 1 && step < 3) ? failing(1) : passes,
    );
    const found = await minimise({ part: true, step: 8 }, reductions, ask, 60);
    expect(found).toMatchObject({ kind: 'minimal', record: { part: false, step: 1 }, below: passes });
  });
});

describe('reduced records', () => {
  const base: Structure = {
    lattice: Float64Array.of(4, 0, 0, 0, 4, 0, 0, 0, 4),
    periodic: [true, true, true],
    species: Uint8Array.of(11),
    positions: Float64Array.of(0.5, 0.25, 0),
    source: { file: 'a.xyz', index: 0, line: 1 },
  };

  it('are records of their generator, from which structures between base and counterexample are made', () => {
    for (const record of [strained(0.08, 0.2), stretched([16, -8, -8]), swapped([0, 3, 5], 1.2)]) {
      const steps = recordReductions.steps(record);
      let before = 0;
      for (let step = 1; step <= steps; step++) {
        const scaled = recordReductions.scaled(record, step)!;
        const rebuilt = rebuildStructure(base, scaled);
        expect(rebuilt.kind).toBe('ok');
        expect(distortionOf(scaled)).toBeGreaterThanOrEqual(before);
        before = distortionOf(scaled);
      }
      expect(recordReductions.scaled(record, steps)).toEqual(record);
    }
  });
});
