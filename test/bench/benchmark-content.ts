import type { CertificateContent, Interval, ObservationTable, Replicates } from '../../extension/core/certificate.ts';
import { randomStream, type RandomStream } from '../../extension/core/random.ts';
import { planObligations } from '../../extension/lean/certificate-source-plan.ts';

const SCALE = 1_000_000;
const THRESHOLD = 500_000;

/** Size of a synthetic certificate. */
export interface BenchmarkSize {
  /** How many of the validation rows fail; none by default. */
  readonly validationFailures?: number;
  /** Also replicates, an error quantile, physics residuals and a tiny risk model, so that every kind is stated. */
  readonly everyKind?: boolean;
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
  const search = randomTable(size.rows, 0, initial, box, random);
  const validation = randomTable(size.validation, size.rows, box, box, random);
  validation.error.fill(THRESHOLD + 1, 0, size.validationFailures ?? 0);
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
  const whole = size.everyKind === true ? { ...content, ...furtherClaims(content, random) } : content;
  return { ...whole, obligations: planObligations(whole) };
}

/** What the kinds `bootstrap`, `conformal`, `universal` and `physics` are about; all of it holds. */
function furtherClaims(
  { claim, features }: Omit<CertificateContent, 'obligations'>,
  random: RandomStream,
): Pick<CertificateContent, 'claim' | 'replicates' | 'residuals' | 'risk'> {
  const conformal = { miscoverage: { numerator: 1, denominator: 10 }, bound: THRESHOLD };
  return {
    claim: { ...claim, conformal, risk: 391 },
    replicates: features.flatMap((_, feature) => [
      replicatesOf(feature, 'lower', random),
      replicatesOf(feature, 'upper', random),
    ]),
    residuals: Array.from({ length: 70 }, (_, i) => ({
      probe: i % 2 === 0 ? 'rotation' : 'net-force',
      unit: 'eV',
      scale: SCALE,
      file: 0,
      index: i,
      line: i + 1,
      residual: random.integer(100),
      tolerance: 99 + random.integer(100),
    })),
    // The distance of the first feature from the middle of its range, in steps of 1,024; cut in the middle, it is bounded.
    risk: {
      head: {
        kind: 'network',
        scale: 1024,
        layers: [
          {
            weights: [features.map((_, f) => (f === 0 ? 1 : 0)), features.map((_, f) => (f === 0 ? -1 : 0))],
            biases: [-SCALE / 2, SCALE / 2],
            shift: 10,
          },
          { weights: [[1, 1]], biases: [0], shift: 0 },
        ],
      },
      partition: { feature: [0, -1, -1], at: [SCALE / 2, 0, 0] },
    },
  };
}

/** A thousand replicates with twenty values, and percentile and BCa intervals read off them. */
function replicatesOf(feature: number, side: Replicates['side'], random: RandomStream): Replicates {
  const drawn = Array.from({ length: 1000 }, () => SCALE / 2 + random.integer(20)).sort((a, b) => a - b);
  const values = [...new Set(drawn)];
  const end = (method: 'percentile' | 'bca', which: 'lower' | 'upper', rank: number): Replicates['ends'][number] => ({
    method,
    end: which,
    rank,
    value: drawn[rank - 1]!,
  });
  return {
    round: 1,
    feature,
    side,
    values,
    counts: values.map((value) => drawn.filter((other) => other === value).length),
    // 1,001 × 0.025 and 1,001 × 0.975, outwards; BCa may have any ranks.
    ends: [
      end('percentile', 'lower', 25),
      end('percentile', 'upper', 976),
      end('bca', 'lower', 31),
      end('bca', 'upper', 983),
    ],
  };
}

const isIn = (value: number, { lower, upper }: Interval): boolean => lower <= value && value <= upper;

/** Half of the rows lie inside `box`, the others anywhere in `range`; a row passes if and only if it lies inside. */
function randomTable(
  rows: number,
  firstId: number,
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
    id: index.map((row) => (firstId + row).toString(16).padStart(16, '0')),
    file: index.map(() => 0),
    index,
    line: index.map((row) => row + 1),
    features,
    error,
  };
}
