import { randomStream } from '../random.ts';
import { failureRateInterval } from '../statistics/clopper-pearson.ts';
import { groupBootstrap, groupMembers } from '../statistics/group-bootstrap.ts';
import { brierScore, reliabilityCurve } from './calibration.ts';
import { delongInterval } from './delong.ts';
import { countGroups, type GroupCounts, rankScores, resampledCounts } from './midranks.ts';
import { areaOfCounts, precisionAtTop } from './ranking.ts';
import { riskCoverage, riskCoverageArea } from './risk-coverage.ts';
import type { ScoreReport } from './risk-report.ts';

/** A score under evaluation; NaN where a row has none. */
export interface ScoredRows {
  readonly id: string;
  readonly title: string;
  readonly role: 'model' | 'baseline';
  readonly scores: Float64Array;
  /** Calibrated probability per row, and the failure rate of the rows that its model was trained on. */
  readonly probabilities: { readonly calibrated: Float64Array; readonly trainingRate: Float64Array } | null;
}

export interface FigureOptions {
  readonly confidence: number;
  readonly replicates: number;
  readonly seed: number;
  /** Shares of the rows of greatest score whose precision is stated. */
  readonly topShares: readonly number[];
  readonly reliabilityBins: number;
}

/** Blocks of groups left out in turn for BCa. */
const JACKKNIFE_BLOCKS = 200;

/** Points of a curve that are kept for drawing. */
const CURVE_POINTS = 200;

/**
 * Every figure of one score. Rows without the score are left out and counted. Intervals of areas resample whole groups;
 * DeLong's and the Clopper–Pearson ones take rows as independent.
 */
export function scoreFigures(
  subject: ScoredRows,
  failed: Uint8Array,
  keys: readonly string[],
  options: FigureOptions,
): ScoreReport {
  const rows = new Int32Array(failed.length).map((_, row) => row).filter((row) => !Number.isNaN(subject.scores[row]!));
  const scores = Float64Array.from(rows, (row) => subject.scores[row]!);
  const marks = Uint8Array.from(rows, (row) => failed[row]!);
  const failures = marks.reduce((sum, mark) => sum + mark, 0);
  const members = groupMembers(Array.from(rows, (row) => keys[row]!));
  const ranked = rankScores(scores)!;
  const counts = resampledCounts(ranked, marks);
  const drawing = { ...options, jackknifeBlocks: JACKKNIFE_BLOCKS };
  const formula = delongInterval(scores, marks, options.confidence);
  const drawn = groupBootstrap(
    members,
    (drawnRows) => areaOfCounts(counts(drawnRows)),
    drawing,
    randomStream(options.seed, 'area', subject.id),
  );
  const curve = riskCoverage(scores, marks);
  return {
    id: subject.id,
    title: subject.title,
    role: subject.role,
    rows: rows.length,
    failures,
    area: {
      value: numberOrNull(formula.area),
      standardError: formula.standardError,
      delong: formula.interval,
      percentile: ends(drawn.percentile),
      bca: ends(drawn.bca),
    },
    top: rows.length === 0 ? [] : options.topShares.map((share) => topOf(scores, marks, share, options.confidence)),
    riskCoverage:
      curve === null
        ? null
        : {
            points: thinned(curve.coverage.length).map((at) => ({
              coverage: curve.coverage[at]!,
              risk: Math.min(1, curve.risk[at]!),
            })),
            area: curve.area,
            interval: ends(
              groupBootstrap(
                members,
                (drawnRows) => riskCoverageArea(counts(drawnRows)),
                drawing,
                randomStream(options.seed, 'risk-coverage', subject.id),
              ).percentile,
            ),
          },
    roc: rocPoints(countGroups(ranked, marks)),
    calibration: calibrationOf(subject, rows, marks, options),
  };
}

const numberOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

function ends(interval: { readonly lower: number; readonly upper: number } | null): {
  lower: number;
  upper: number;
} | null {
  return interval === null ? null : { lower: interval.lower, upper: interval.upper };
}

function topOf(scores: Float64Array, marks: Uint8Array, share: number, confidence: number): ScoreReport['top'][number] {
  const { rows, failures, precision } = precisionAtTop(scores, marks, share);
  return {
    share,
    rows,
    failures,
    precision: Math.min(1, precision),
    // Where equal scores leave the number open, the interval is that of the least to that of the most.
    interval: {
      lower: failureRateInterval(Math.floor(failures), rows, confidence).lower,
      upper: failureRateInterval(Math.ceil(failures), rows, confidence).upper,
    },
  };
}

function calibrationOf(
  { probabilities }: ScoredRows,
  rows: Int32Array,
  marks: Uint8Array,
  { reliabilityBins, confidence }: FigureOptions,
): ScoreReport['calibration'] {
  if (probabilities === null || rows.length === 0) return null;
  const chosen = Float64Array.from(rows, (row) => probabilities.calibrated[row]!);
  const rates = Float64Array.from(rows, (row) => probabilities.trainingRate[row]!);
  return {
    brier: brierScore(chosen, marks),
    brierOfRate: brierScore(rates, marks),
    bins: reliabilityCurve(chosen, marks, reliabilityBins, confidence).map((bin) => ({
      ...bin,
      predicted: Math.min(1, bin.predicted),
      interval: ends(bin.interval),
    })),
  };
}

/** Vertices of the ROC curve from (0, 0) to (1, 1), one per distinct score, thinned; empty without one of the classes. */
export function rocPoints({ marked, rest }: GroupCounts): ScoreReport['roc'] {
  const failures = marked.reduce((sum, count) => sum + count, 0);
  const passes = rest.reduce((sum, count) => sum + count, 0);
  if (failures === 0 || passes === 0) return [];
  const vertices = [{ falsePositiveRate: 0, truePositiveRate: 0 }];
  let caught = 0;
  let alarmed = 0;
  for (let group = marked.length - 1; group >= 0; group--) {
    caught += marked[group]!;
    alarmed += rest[group]!;
    vertices.push({ falsePositiveRate: alarmed / passes, truePositiveRate: caught / failures });
  }
  return thinned(vertices.length).map((at) => vertices[at]!);
}

/** At most `CURVE_POINTS` indices of 0 … length − 1, evenly spaced, both ends among them. */
function thinned(length: number): number[] {
  if (length <= CURVE_POINTS) return Array.from({ length }, (_, at) => at);
  return Array.from({ length: CURVE_POINTS }, (_, at) => Math.round((at * (length - 1)) / (CURVE_POINTS - 1)));
}
