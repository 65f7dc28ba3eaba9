import { describe, expect, it } from 'vitest';
import { benchmarkContent } from '../../test/bench/benchmark-content.ts';
import type { CertificateContent } from './certificate.ts';
import { falsification, leavingFeature } from './falsification.ts';
import { finalBox } from './obligations.ts';

const base = benchmarkContent({ rows: 200, features: 3, validation: 60, validationFailures: 1, seed: 1 });
const claiming = (violations: number): CertificateContent => ({
  ...base,
  claim: {
    ...base.claim,
    violations,
    failureRate: { numerator: 1, denominator: 10 },
    significance: { numerator: 1, denominator: 20 },
  },
});

describe('falsification', () => {
  it('tells which feature leaves the final envelope', () => {
    const box = finalBox(base);
    const corner = box.map(({ upper }) => upper);
    expect(leavingFeature(base, corner)).toBeNull();
    corner[1] = box[1]!.upper + 1;
    expect(leavingFeature(base, corner)).toBe(base.features[1]!.id);
  });

  it('revokes by one counterexample where none is tolerated, and stands by passes', () => {
    expect(falsification(claiming(0), 30, 0)).toMatchObject({ verdict: 'stands', reasons: [] });
    expect(falsification(claiming(0), 30, 1).verdict).toBe('revoked');
    expect(falsification(claiming(0), 0, 0)).toMatchObject({ verdict: 'undecided', fresh: { upperBound: 1 } });
  });

  it('revokes by the rate exactly where the binomial test rejects it', () => {
    // scipy.stats.binom.sf(14, 100, 0.1) = 0.0726, sf(15, 100, 0.1) = 0.0399
    expect(falsification(claiming(1000), 100, 15).verdict).toBe('stands');
    const rejected = falsification(claiming(1000), 100, 16);
    expect(rejected.verdict).toBe('revoked');
    expect(rejected.reasons).toHaveLength(1);
    expect(rejected.pooled.failures).toBe(rejected.certified.failures + 16);
    expect(rejected.homogeneity).toBeLessThan(0.05);
  });
});
