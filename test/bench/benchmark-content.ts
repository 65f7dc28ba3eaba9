import type { CertificateContent, Interval, ObservationTable } from '../../extension/core/certificate.ts';
import { randomStream, type RandomStream } from '../../extension/core/random.ts';
import { planObligations } from '../../extension/lean/certificate-source-plan.ts';

const SCALE = 1_000_000;
const THRESHOLD = 500_000;

/** Size of a synthetic certificate. */
export interface BenchmarkSize {
  /** Search rows. */
  readonly rows: number;
  readonly features: number;
  /** Validation rows inside the envelope. */
  readonly validation: number;
  readonly seed: number;
}

/**
 * A certificate that holds, made of random numbers: features are uniform with six decimals, the envelope keeps the middle
 * 80 % of each, and errors are below the threshold exactly inside it. For measuring how long Lean takes.
 */
export function benchmarkContent(size: BenchmarkSize): CertificateContent {
  const random = randomStream(size.seed, 'lean-benchmark');
  const initial = Array.from({ length: size.features }, () => ({ lower: 0, upper: SCALE }));
  const box = initial.map(() => ({ lower: SCALE / 10, upper: SCALE - SCALE / 10 }));
  const search = randomTable(size.rows, initial, box, random);
  const validation = randomTable(size.validation, box, box, random);
  const counterexamples = search.error.flatMap((error, row) =>
    error > THRESHOLD
      ? [{ row, separatedBy: search.features.findIndex((column, f) => !isIn(column[row]!, box[f]!)) }]
      : [],
  );
  const bound = { value: 0, percentile: null, bca: null };
  const content: Omit<CertificateContent, 'obligations'> = {
    format: 'pcm-certificate',
    version: 2,
    engine: { name: 'benchmark', version: '0' },
    project: 'benchmark',
    model: { id: 'benchmark', kind: 'table', sha256: '0'.repeat(64), description: {} },
    data: [{ file: 'benchmark.xyz', sha256: '0'.repeat(64), structures: size.rows + size.validation }],
    config: { sha256: '0'.repeat(64), resolved: {} },
    criterion: { kind: 'force-error', unit: 'eV/Å', threshold: 0.5, scale: SCALE, scaledThreshold: THRESHOLD },
    features: initial.map((_, f) => ({ id: `feature_${f}`, unit: '', scale: SCALE })),
    claim: {
      violations: 0,
      failureRate: { numerator: 1, denominator: 10 },
      significance: { numerator: 1, denominator: 20 },
      confidence: { numerator: 19, denominator: 20 },
      minimumInside: 1,
      slabs: 4,
      minimumPerSlab: 1,
      conformal: null,
      risk: null,
    },
    initial,
    rounds: [
      {
        box,
        bounds: box.map(() => ({ lower: bound, upper: bound })),
        compression: box.map(() => 0.2),
        tested: size.rows,
        failed: counterexamples.length,
        discovered: counterexamples.length,
        coverage: 0.5,
      },
    ],
    search,
    counterexamples,
    validation,
    refused: [],
    replicates: [],
    residuals: [],
    risk: null,
  };
  return { ...content, obligations: planObligations(content) };
}

const isIn = (value: number, { lower, upper }: Interval): boolean => lower <= value && value <= upper;

/** Half of the rows lie inside `box`, the others anywhere in `range`; a row passes if and only if it lies inside. */
function randomTable(
  rows: number,
  range: readonly Interval[],
  box: readonly Interval[],
  random: RandomStream,
): ObservationTable {
  const features = range.map(() => new Array<number>(rows).fill(0));
  const error: number[] = [];
  for (let row = 0; row < rows; row++) {
    const within = row % 2 === 0 ? box : range;
    const values = within.map(({ lower, upper }) => lower + random.integer(upper - lower + 1));
    values.forEach((value, f) => (features[f]![row] = value));
    const inside = values.every((value, f) => isIn(value, box[f]!));
    error.push(inside ? random.integer(THRESHOLD + 1) : THRESHOLD + 1 + random.integer(THRESHOLD));
  }
  const index = Array.from({ length: rows }, (_, row) => row);
  return {
    id: index.map((row) => row.toString(16).padStart(16, '0')),
    file: index.map(() => 0),
    index,
    line: index.map((row) => row + 1),
    features,
    error,
  };
}
