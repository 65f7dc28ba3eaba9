import { describe, expect, it } from 'vitest';
import { benchmarkContent } from '../../test/bench/benchmark-content.ts';
import { inconsistencyOf } from './certificate-consistency.ts';
import { LARGEST_CELL, type CertificateContent } from './certificate.ts';

/** One bound with an interval and its replicates. */
function honest(): CertificateContent {
  const content = benchmarkContent({ rows: 30, features: 2, validation: 10, seed: 3 });
  const { scale } = content.features[1]!;
  content.rounds[0]!.bounds[1]!.upper = {
    value: 0,
    percentile: { lower: 10 / scale, upper: 30 / scale },
    bca: { lower: 10 / scale, upper: 20 / scale },
  };
  content.replicates = [
    {
      round: 1,
      feature: 1,
      side: 'upper',
      values: [10, 20, 30],
      counts: [1, 1, 1],
      ends: [
        { method: 'percentile', end: 'lower', rank: 1, value: 10 },
        { method: 'percentile', end: 'upper', rank: 3, value: 30 },
        { method: 'bca', end: 'lower', rank: 1, value: 10 },
        { method: 'bca', end: 'upper', rank: 2, value: 20 },
      ],
    },
  ];
  return content;
}

const trees = (feature: number): NonNullable<CertificateContent['risk']> => ({
  head: { kind: 'trees', scale: 1, base: 0, trees: [{ feature: [feature, -1, -1], number: [1, 2, 3] }] },
  partition: { feature: [-1], at: [0] },
});

/** One more failing row, by a law that is broken to three times its tolerance. */
function withLaws(content: CertificateContent): void {
  const { criterion, search } = content;
  criterion.kind = 'physics';
  criterion.laws = { probes: ['gradient'], suite: 1, precision: 'float32', tolerances: {}, asked: 31, skipped: {} };
  criterion.scaledThreshold = criterion.scale;
  search.error[4] = 3 * criterion.scale;
  content.violations = [{ split: 'search', row: 4, law: 'gradient', unit: 'eV/Å', residual: 0.003, tolerance: 0.001 }];
}

const cases: readonly (readonly [string, (content: CertificateContent) => void])[] = [
  [
    'physical laws and the criterion "physics" are not there together',
    (content) => (withLaws(content), (content.criterion.kind = 'force-error')),
  ],
  [
    'a broken law does not give the error of its structure',
    (content) => (withLaws(content), (content.violations![0]!.residual = 0.0031)),
  ],
  [
    'a broken law does not give the error of its structure',
    (content) => (withLaws(content), (content.criterion.scaledThreshold = 4 * content.criterion.scale)),
  ],
  [
    'the broken laws are not in the order of the tables',
    (content) => (withLaws(content), content.violations!.push(content.violations![0]!)),
  ],
  ['the columns of search differ in length', ({ search }) => search.error.pop()],
  ['a row of validation names a file that is not listed', ({ validation }) => (validation.file[0] = 7)],
  ['a structure is counted twice in one table', ({ search }) => (search.id[1] = search.id[0]!)],
  ['a structure is counted twice in one table', ({ validation }) => (validation.id[1] = validation.id[0]!)],
  [
    'a validation structure is among those that shaped the envelope',
    ({ search, validation }) => (validation.id[3] = search.id[7]!),
  ],
  ['a counterexample points outside the table', ({ counterexamples }) => (counterexamples[0]!.separatedBy = 2)],
  ['the counterexamples are not in the order of the table', ({ counterexamples }) => counterexamples.reverse()],
  ['an envelope has not one interval per feature', ({ initial }) => initial.pop()],
  ['a round has not one bound per feature', ({ rounds }) => rounds[0]!.bounds.pop()],
  ['the replicates of a bound are there twice', ({ replicates }) => replicates.push(replicates[0]!)],
  ['an interval has no replicates (round 1, upper bound of feature_1)', ({ replicates }) => replicates.pop()],
  [
    'replicates have no interval (round 1, upper bound of feature_1)',
    ({ rounds }) => Object.assign(rounds[0]!.bounds[1]!.upper, { percentile: null, bca: null }),
  ],
  [
    'an interval is not the one that its replicates state (round 1, upper bound of feature_1)',
    ({ rounds }) => (rounds[0]!.bounds[1]!.upper.percentile!.upper += 1e-9),
  ],
  [
    'there are replicates of a bound that no round has',
    ({ replicates }) => replicates.push({ ...replicates[0]!, round: 2 }),
  ],
  [
    'the error bound is as large as what stands for "no finite prediction"',
    ({ claim }) => (claim.conformal = { miscoverage: { numerator: 1, denominator: 2 }, bound: LARGEST_CELL }),
  ],
  ['a risk bound and a risk head are not there together', ({ claim }) => (claim.risk = 3)],
  [
    'the risk head tests a feature that the certificate does not have',
    (content) => Object.assign(content, { claim: { ...content.claim, risk: 3 }, risk: trees(2) }),
  ],
];

describe('certificates that contradict themselves', () => {
  it('are told from one that does not', () => {
    expect(inconsistencyOf(honest())).toBeNull();
    const risky = { ...honest(), risk: trees(1) };
    risky.claim.risk = 3;
    expect(inconsistencyOf(risky)).toBeNull();
  });

  it.each(cases)('%s', (expected, change) => {
    const content = structuredClone(honest());
    change(content);
    const fault = inconsistencyOf(content);
    expect(fault).toBe(expected);
  });
});
