import type { Box, CertificateContent, Interval, ObservationTable } from '../../../extension/core/certificate.ts';
import type { FixedPointNetwork, ScoreTree, TreeEnsemble } from '../../../extension/core/risk/risk-head.ts';

/**
 * Whether the statements of a certificate are true, decided anew and as naively as can be: row by row, with exact
 * arithmetic, and without a line of the program's own evaluation. What Lean proves must be true by this; it is slow, and
 * meant for small certificates.
 *
 * @returns by the theorem's name
 */
export function truthOf(content: CertificateContent): Map<string, boolean> {
  const truth = new Map<string, boolean>();
  let spent = 0;
  for (const { theorem, kind, rows } of content.obligations) {
    switch (kind) {
      case 'nested':
        truth.set(theorem, isNested(content));
        break;
      case 'observed': {
        const found = violations(content, rows!.from, rows!.to);
        const left = content.claim.violations - spent;
        truth.set(theorem, found <= left);
        spent += Math.min(found, left);
        break;
      }
      case 'excluded':
        truth.set(theorem, isExcluded(content));
        break;
      case 'coverage':
        truth.set(theorem, isCovered(content));
        break;
      case 'confidence':
        truth.set(theorem, isConfident(content));
        break;
      case 'bootstrap':
        truth.set(theorem, hasRightEnds(content));
        break;
      case 'conformal':
        truth.set(theorem, isConformal(content));
        break;
      case 'physics':
        truth.set(theorem, isPhysical(content));
        break;
      case 'universal':
        truth.set(theorem, content.claim.risk !== null && greatestScore(content) <= content.claim.risk);
        break;
      case 'safe':
        truth.set(
          theorem,
          [...truth.values()].every((holds) => holds),
        );
        break;
    }
  }
  return truth;
}

const lastBox = (content: CertificateContent): Box => content.rounds[content.rounds.length - 1]!.box;

const has = ({ lower, upper }: Interval, value: number): boolean => value >= lower && value <= upper;

function inside(table: ObservationTable, row: number, box: Box): boolean {
  if (table.features.length !== box.length) return false;
  for (let f = 0; f < box.length; f++) if (!has(box[f]!, table.features[f]![row]!)) return false;
  return true;
}

const fails = (content: CertificateContent, table: ObservationTable, row: number): boolean =>
  table.error[row]! > content.criterion.scaledThreshold;

function violations(content: CertificateContent, from: number, to: number): number {
  let found = 0;
  for (let row = from; row < to; row++)
    if (fails(content, content.search, row) && inside(content.search, row, lastBox(content))) found++;
  return found;
}

function isNested(content: CertificateContent): boolean {
  let outer = content.initial;
  for (const box of [content.initial, ...content.rounds.map((round) => round.box)]) {
    if (box.length !== content.features.length) return false;
    for (let f = 0; f < box.length; f++) {
      const { lower, upper } = box[f]!;
      if (lower > upper || lower < outer[f]!.lower || upper > outer[f]!.upper) return false;
    }
    outer = box;
  }
  return true;
}

function isExcluded(content: CertificateContent): boolean {
  const { search, counterexamples, claim } = content;
  const box = lastBox(content);
  let unseparated = 0;
  for (let row = 0; row < search.id.length; row++) {
    // Of a row that is listed more than once, the last entry counts.
    const entry = counterexamples.filter((counterexample) => counterexample.row === row).at(-1);
    if (fails(content, search, row) !== (entry !== undefined)) return false;
    if (entry === undefined) continue;
    if (entry.separatedBy === null) unseparated++;
    else if (has(box[entry.separatedBy]!, search.features[entry.separatedBy]![row]!)) return false;
  }
  return unseparated <= claim.violations;
}

function isCovered(content: CertificateContent): boolean {
  const { search, claim } = content;
  const box = lastBox(content);
  const passing = [...search.id.keys()].filter((row) => !fails(content, search, row) && inside(search, row, box));
  if (passing.length < claim.minimumInside) return false;
  for (let f = 0; f < box.length; f++) {
    const { lower, upper } = box[f]!;
    // A range that is turned around counts as one number, which no row can hold.
    const width = upper < lower ? 1 : upper - lower + 1;
    const parts = Math.min(claim.slabs, width);
    const held = new Array<number>(parts).fill(0);
    for (const row of passing) {
      // The last part that begins at or below the value.
      const step = BigInt(search.features[f]![row]! - lower);
      for (let j = parts - 1; j >= 0; j--) {
        if (step < (BigInt(width) * BigInt(j)) / BigInt(parts)) continue;
        held[j]!++;
        break;
      }
    }
    if (held.some((count) => count < claim.minimumPerSlab)) return false;
  }
  return true;
}

/** The binomial tail as a fraction over denominator^n, from Pascal's triangle. */
function isConfident({ validation, claim, ...content }: CertificateContent): boolean {
  const whole = { validation, claim, ...content };
  const box = lastBox(whole);
  const drawn = [...validation.id.keys()].filter((row) => inside(validation, row, box));
  const n = drawn.length;
  const k = drawn.filter((row) => fails(whole, validation, row)).length;
  const { failureRate: p, significance: d } = claim;
  if (p.numerator < 1 || p.numerator >= p.denominator || d.numerator < 1 || d.numerator >= d.denominator) return false;
  if (n === 0) return false;
  let row = [1n];
  for (let i = 0; i < n; i++) row = [1n, ...row.slice(1).map((value, j) => value + row[j]!), 1n];
  const a = BigInt(p.numerator);
  const b = BigInt(p.denominator);
  let tail = 0n;
  for (let i = 0; i <= k; i++) tail += row[i]! * a ** BigInt(i) * (b - a) ** BigInt(n - i);
  return tail * BigInt(d.denominator) <= BigInt(d.numerator) * b ** BigInt(n);
}

/**
 * An end of rank r is the r-th smallest replicate: written out and sorted. A percentile end's rank is the smallest or
 * greatest that leaves half of what the confidence spares on its side.
 */
function hasRightEnds({ replicates, claim }: CertificateContent): boolean {
  const [c, whole] = [BigInt(claim.confidence.numerator), BigInt(claim.confidence.denominator)];
  return replicates.every(({ values, counts, ends }) => {
    if (values.length !== counts.length) return false;
    if (values.some((value, i) => i > 0 && value <= values[i - 1]!)) return false;
    const sorted = values.flatMap((value, i) => new Array<number>(counts[i]!).fill(value)).sort((a, b) => a - b);
    const ranks = [...sorted.keys()].map((i) => BigInt(i + 1));
    const size = BigInt(sorted.length + 1);
    const lower = ranks.filter((rank) => 2n * whole * rank <= size * (whole - c)).at(-1) ?? 1n;
    const upper = ranks.find((rank) => 2n * whole * rank >= size * (whole + c)) ?? BigInt(sorted.length);
    return ends.every(({ method, end, rank, value }) => {
      if (rank < 1 || sorted[rank - 1] !== value) return false;
      return method === 'bca' || BigInt(rank) === (end === 'lower' ? lower : upper);
    });
  });
}

/** The bound is at least the ⌈(n + 1)(1 − α)⌉-th smallest error of the validation observations inside. */
function isConformal(content: CertificateContent): boolean {
  const { validation, claim } = content;
  if (claim.conformal === null) return true;
  const { miscoverage, bound } = claim.conformal;
  if (miscoverage.numerator < 1 || miscoverage.numerator >= miscoverage.denominator) return false;
  const errors = [...validation.id.keys()]
    .filter((row) => inside(validation, row, lastBox(content)))
    .map((row) => validation.error[row]!)
    .sort((a, b) => a - b);
  const [share, whole] = [BigInt(miscoverage.denominator - miscoverage.numerator), BigInt(miscoverage.denominator)];
  const rank = Number((BigInt(errors.length + 1) * share + whole - 1n) / whole);
  return rank <= errors.length && errors[rank - 1]! <= bound;
}

const isPhysical = ({ residuals }: CertificateContent): boolean =>
  residuals.every(({ residual, tolerance }) => residual <= tolerance);

/** Points that are tried, at most. */
const MOST_POINTS = 4096;

/** Whether {@link truthOf} can decide the bound on the risk: of a network it tries every point of the final envelope. */
export function isDecidable(content: CertificateContent): boolean {
  if (content.risk?.head.kind !== 'network') return true;
  const widths = lastBox(content).map(({ lower, upper }) => Math.max(0, upper - lower + 1));
  return widths.reduce((points, width) => points * width, 1) <= MOST_POINTS;
}

/** The greatest score of a few trees, or of a small network, in the final envelope; −Infinity if it holds no point. */
export function greatestScore(content: CertificateContent): number {
  const head = content.risk?.head;
  if (head === undefined) throw new RangeError('There is no risk model.');
  const box = lastBox(content);
  let points: number[][] = [[]];
  box.forEach((interval, f) => {
    const values = head.kind === 'trees' ? turns(head, interval, f) : everyValue(interval);
    points = points.flatMap((point) => values.map((value) => [...point, value]));
  });
  const score = (point: readonly number[]): number =>
    head.kind === 'trees'
      ? head.trees.reduce((sum, tree) => sum + leafOf(tree, point), head.base)
      : outputOf(head, point);
  return points.reduce((most, point) => Math.max(most, score(point)), -Infinity);
}

/** A score of trees changes only from a threshold to the next value: those, and the ends, are all values that count. */
function turns({ trees }: TreeEnsemble, interval: Interval, f: number): number[] {
  const thresholds = trees.flatMap(({ feature, number }) => number.filter((_, node) => feature[node] === f));
  const values = new Set([interval.lower, interval.upper, ...thresholds, ...thresholds.map((value) => value + 1)]);
  return [...values].filter((value) => has(interval, value));
}

function everyValue({ lower, upper }: Interval): number[] {
  const values: number[] = [];
  for (let value = lower; value <= upper; value++) values.push(value);
  return values;
}

/** Layer by layer, each number rounded down; beyond 2^53 to the nearest double, which no claim reaches. */
function outputOf({ layers }: FixedPointNetwork, point: readonly number[]): number {
  let values = point.map(BigInt);
  layers.forEach(({ weights, biases, shift }, l) => {
    values = weights.map((row, j) => {
      const sum = row.reduce((total, weight, i) => total + BigInt(weight) * values[i]!, BigInt(biases[j]!));
      const output = sum >> BigInt(shift);
      return output < 0n && l < layers.length - 1 ? 0n : output;
    });
  });
  return Number(values[0]);
}

/** Nodes stand in preorder: behind a test all of its first branch, then all of its second. */
function leafOf({ feature, number }: ScoreTree, point: readonly number[]): number {
  const end = (node: number): number => (feature[node]! < 0 ? node + 1 : end(end(node + 1)));
  let node = 0;
  while (feature[node]! >= 0) node = (point[feature[node]!] ?? 0) <= number[node]! ? node + 1 : end(node + 1);
  return number[node]!;
}
