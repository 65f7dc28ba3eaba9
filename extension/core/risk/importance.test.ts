import { describe, expect, it } from 'vitest';
import { randomStream } from '../random.ts';
import type { RiskScore } from './grouped-cross-validation.ts';
import { type Importance, type ImportanceOptions, partialDependence, permutationImportance } from './importance.ts';
import { areaUnderRoc } from './ranking.ts';

const options: ImportanceOptions = { permutations: 10, replicates: 400, confidence: 0.95, seed: 3 };

function importances(score: RiskScore, columns: Float64Array[], failed: Uint8Array): Importance[] {
  const steps = permutationImportance(score, columns, failed, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

const random = randomStream(1, 'importance');
const columns = [0, 1, 2].map(() => Float64Array.from({ length: 400 }, () => random.uniform()));
const failed = Uint8Array.from(columns[0]!, (value, row) => (3 * value + columns[1]![row]! > 2 ? 1 : 0));
const score: RiskScore = ([first, second]) => Float64Array.from(first!, (value, row) => 3 * value + second![row]!);

describe('permutation importance', () => {
  it('is what the score loses without the column, nothing for a column it does not read', () => {
    const [first, second, third] = importances(score, columns, failed);
    // Without the first column what is left is the second one's own ranking, and the other way round.
    const alone = (at: number): number => areaUnderRoc(columns[at]!, failed);
    expect(Math.abs(first!.drop - (1 - alone(1)))).toBeLessThan(0.15);
    expect(first!.drop).toBeGreaterThan(second!.drop);
    expect(second!.drop).toBeGreaterThan(0);
    for (const one of [first!, second!]) {
      expect(one.interval!.lower).toBeLessThan(one.drop);
      expect(one.interval!.upper).toBeGreaterThan(one.drop);
      expect(one.interval!.lower).toBeGreaterThan(0);
    }
    expect(third).toMatchObject({ drop: 0, interval: { lower: 0, upper: 0 } });
  });

  it('has no interval where a score is NaN or a class is missing', () => {
    const broken: RiskScore = ([first]) => Float64Array.from(first!, (value) => (value > 0.99 ? NaN : value));
    expect(importances(broken, columns, failed)[0]).toEqual({ drop: NaN, interval: null });
    expect(importances(score, columns, new Uint8Array(400))[0]!.interval).toBeNull();
  });
});

describe('partial dependence', () => {
  it('is the mean over the other columns', () => {
    const values = partialDependence(score, columns, 0, [0, 0.5, 1]);
    const mean = columns[1]!.reduce((sum, value) => sum + value, 0) / 400;
    for (const [at, expected] of [mean, mean + 1.5, mean + 3].entries()) expect(values[at]).toBeCloseTo(expected, 12);
  });
});
