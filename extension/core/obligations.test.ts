import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { benchmarkContent } from '../../test/bench/benchmark-content.ts';
import { LARGEST_CELL, type CertificateContent } from './certificate.ts';
import { evaluateObligations, slabsOf } from './obligations.ts';

const honest = benchmarkContent({ rows: 300, features: 2, validation: 60, seed: 3 });

/** Ids of the obligations that fail. */
function failing(content: CertificateContent): string[] {
  return evaluateObligations(content)
    .filter(({ holds }) => !holds)
    .map(({ id }) => id);
}

const changed = (change: (content: CertificateContent) => void): CertificateContent => {
  const copy = structuredClone(honest);
  change(copy);
  return copy;
};

/** A search row inside the final envelope. */
const insideRow = [...honest.search.id.keys()].find(
  (row) => honest.search.error[row]! <= honest.criterion.scaledThreshold,
)!;

describe("TypeScript's evaluation of the obligations", () => {
  it('finds that an honest certificate holds', () => {
    expect(failing(honest)).toEqual([]);
  });

  it('sees an envelope that grows', () => {
    expect(
      failing(
        changed(({ rounds }) =>
          rounds.push({ ...rounds[0]!, box: rounds[0]!.box.map(({ lower, upper }) => ({ lower: lower - 1, upper })) }),
        ),
      ),
    ).toContain('nested');
  });

  it('sees a failing observation inside, and accepts an error at the threshold', () => {
    const { scaledThreshold } = honest.criterion;
    const at = changed(({ search }) => (search.error[insideRow] = scaledThreshold));
    expect(failing(at)).toEqual([]);
    const above = changed(({ search }) => (search.error[insideRow] = scaledThreshold + 1));
    expect(failing(above)).toContain('observed_000');
    const tolerated = changed(({ search, claim }) => {
      search.error[insideRow] = scaledThreshold + 1;
      claim.violations = 1;
    });
    expect(failing(tolerated)).not.toContain('observed_000');
  });

  it('names the place of a violation, and says when there was no prediction at all', () => {
    const content = changed(({ search }) => (search.error[insideRow] = LARGEST_CELL));
    const observed = evaluateObligations(content).find(({ id }) => id === 'observed_000')!;
    const line = content.search.line[insideRow]!;
    expect(observed.explanation).toContain(`benchmark.xyz:${line}`);
    expect(observed.explanation).toContain('no finite prediction');
    expect(observed.culprits).toHaveLength(1);
  });

  it('sees a counterexample whose witness does not exclude it', () => {
    const [first] = honest.counterexamples;
    const content = changed(({ counterexamples }) => (counterexamples[0] = { row: first!.row, separatedBy: null }));
    expect(failing(content)).toContain('excluded_000');
  });

  it('sees too few observations, as a whole and in a slab', () => {
    expect(failing(changed(({ claim }) => (claim.minimumInside = 10_000)))).toEqual(['coverage', 'safe']);
    expect(failing(changed(({ claim }) => (claim.minimumPerSlab = 10_000)))).toEqual(['coverage', 'safe']);
  });

  it('says what failure rate the data support, and means it', () => {
    const strict = changed(({ claim }) => (claim.failureRate = { numerator: 1, denominator: 1000 }));
    const confidence = evaluateObligations(strict).find(({ id }) => id === 'confidence')!;
    expect(confidence.holds).toBe(false);
    const rate = Number(/"failureRate": ([0-9.]+)/.exec(confidence.explanation)![1]);
    const numerator = Math.round(rate * 10_000);
    expect(failing(changed(({ claim }) => (claim.failureRate = { numerator, denominator: 10_000 })))).toEqual([]);
    expect(
      failing(changed(({ claim }) => (claim.failureRate = { numerator: numerator - 1, denominator: 10_000 }))),
    ).toEqual(['confidence', 'safe']);
  });

  it('cuts every range into slabs that cover it without overlap', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 30), fc.nat(2 ** 20), fc.integer({ min: 1, max: 64 }), (lower, width, count) => {
        const upper = lower + width;
        const slabs = slabsOf({ lower, upper }, count);
        expect(slabs).toHaveLength(Math.min(count, width + 1));
        expect(slabs[0]!.lower).toBe(lower);
        expect(slabs.at(-1)!.upper).toBe(upper);
        slabs.forEach((slab, j) => {
          expect(slab.lower).toBeLessThanOrEqual(slab.upper);
          if (j > 0) expect(slab.lower).toBe(slabs[j - 1]!.upper + 1);
        });
      }),
    );
  });
});
