import type { CertificateContent, ObservationTable } from '../../../extension/core/certificate.ts';
import type { RandomStream } from '../../../extension/core/random.ts';
import { planObligations } from '../../../extension/lean/certificate-source-plan.ts';
import { benchmarkContent } from '../../bench/benchmark-content.ts';
import { truthOf } from './truth.ts';

/** Feature values and errors are this small before scaling, so that values meet bounds, and each other, often. */
const RANGE = 12;
const LARGEST_ERROR = 9;

/**
 * A small certificate that holds, and whose claims hold by a hair: one observation less inside, one failure more, and
 * they do not. So most changes of a number that matters make a theorem false.
 *
 * @param scale what all values are multiplied with; with 2^36 they fill the largest cells
 */
export function tightContent(random: RandomStream, scale: number): CertificateContent {
  const features = 1 + random.integer(3);
  const content = benchmarkContent({ rows: 4, features, validation: 2, seed: 1 });
  const below = (bound: number): number => random.integer(bound + 1);
  content.initial = content.features.map(() => ({ lower: 0, upper: RANGE * scale }));
  const boxes = [content.initial];
  for (let round = 0; round < 1 + random.integer(2); round++) {
    const outer = boxes.at(-1)!;
    boxes.push(
      outer.map(({ lower, upper }) => {
        const span = (upper - lower) / scale;
        const from = below(Math.floor(span / 3));
        return { lower: lower + from * scale, upper: upper - below(Math.floor((span - from) / 3)) * scale };
      }),
    );
  }
  const [first] = content.rounds;
  content.rounds = boxes.slice(1).map((box) => ({ ...first!, box }));
  const threshold = 4 + random.integer(4);
  content.criterion.scaledThreshold = threshold * scale;
  content.search = table(8 + random.integer(8), features, scale, random);
  content.validation = table(12 + random.integer(12), features, scale, random);
  // Failures are rarer than chance would have them, else no failure rate below one could be claimed.
  content.validation.error = content.validation.error.map((error) =>
    random.integer(4) > 0 ? error % (threshold * scale) : error,
  );
  recordCounterexamples(content);
  content.claim.slabs = 1 + random.integer(3);
  content.claim.minimumInside = 0;
  content.claim.minimumPerSlab = 0;
  content.obligations = planObligations(content);
  tighten(content);
  return content;
}

function table(rows: number, features: number, scale: number, random: RandomStream): ObservationTable {
  const index = Array.from({ length: rows }, (_, row) => row);
  const column = (largest: number): number[] => index.map(() => random.integer(largest + 1) * scale);
  return {
    id: index.map((row) => row.toString(16).padStart(16, '0')),
    file: index.map(() => 0),
    index,
    line: index.map((row) => row + 1),
    features: Array.from({ length: features }, () => column(RANGE)),
    error: column(LARGEST_ERROR),
  };
}

/** Lists what fails, each with the last feature that excludes it, and tolerates exactly what none does. */
function recordCounterexamples(content: CertificateContent): void {
  const { search, criterion } = content;
  const box = content.rounds.at(-1)!.box;
  content.counterexamples = search.error.flatMap((error, row) => {
    if (error <= criterion.scaledThreshold) return [];
    const outside = box.findLastIndex(({ lower, upper }, f) => {
      const value = search.features[f]![row]!;
      return value < lower || value > upper;
    });
    return [{ row, separatedBy: outside < 0 ? null : outside }];
  });
  content.claim.violations = content.counterexamples.filter(({ separatedBy }) => separatedBy === null).length;
}

/** Claims as much as the data support. */
function tighten({ claim, ...rest }: CertificateContent): void {
  const holds = (theorem: string): boolean => truthOf({ claim, ...rest }).get(theorem) === true;
  for (const name of ['minimumInside', 'minimumPerSlab'] as const) {
    while (holds('coverage')) claim[name]++;
    claim[name]--;
  }
  claim.significance = { numerator: 1, denominator: 5 };
  claim.failureRate = { numerator: 0, denominator: 40 };
  do claim.failureRate.numerator++;
  while (!holds('confidence') && claim.failureRate.numerator < 39);
}
