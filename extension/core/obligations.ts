import {
  LARGEST_CELL,
  type Box,
  type CertificateContent,
  type Interval,
  type Obligation,
  type ObservationTable,
  type Rational,
} from './certificate.ts';
import { decimalText } from './decimal-text.ts';
import { slabEdges } from './refinement/slab-coverage.ts';
import { exactUpperFailureRate, tailAtMost } from './statistics/exact-binomial.ts';

/**
 * TypeScript's own evaluation of every obligation. It decides nothing: Lean does. It explains, down to the row, the
 * feature and the amount, and a disagreement with Lean is a bug that the verdicts show as such.
 */
export interface Evaluation {
  readonly id: string;
  readonly holds: boolean;
  /** One sentence: what holds or what does not, by how much, and what would mend it. */
  readonly explanation: string;
  /** The structures that make the obligation fail, worst first, at most {@link MOST_CULPRITS}. */
  readonly culprits: readonly Culprit[];
}

export interface Culprit {
  readonly file: string;
  readonly index: number;
  readonly line: number;
  readonly detail: string;
}

export const MOST_CULPRITS = 10;

/** The envelope the certificate claims: the box after the last round. */
export function finalBox(content: CertificateContent): Box {
  return content.rounds.at(-1)!.box;
}

/** Whether a row of a table lies inside a box; both ends of every interval belong to it. */
export function isInside(table: ObservationTable, row: number, box: Box): boolean {
  return box.every(({ lower, upper }, f) => {
    const value = table.features[f]![row]!;
    return value >= lower && value <= upper;
  });
}

/**
 * The parts into which a feature's final range is cut: s = min(slabs, upper − lower + 1) runs of consecutive integers,
 * part j beginning at lower + ⌊(upper − lower + 1) j / s⌋.
 */
export function slabsOf({ lower, upper }: Interval, slabs: number): Interval[] {
  const edges = slabEdges(lower, upper, slabs);
  return Array.from(edges.subarray(1), (next, j) => ({ lower: edges[j]!, upper: next - 1 }));
}

/** Search rows that lie inside the final envelope and fail, in row order. */
export function violatingRows(content: CertificateContent): number[] {
  const box = finalBox(content);
  const rows: number[] = [];
  for (let row = 0; row < content.search.id.length; row++) {
    if (content.search.error[row]! > content.criterion.scaledThreshold && isInside(content.search, row, box))
      rows.push(row);
  }
  return rows;
}

/**
 * How many violations each `observed` chunk is granted out of the claim's total: as many as it has, in order, until
 * the total is used up. A chunk with more than its grant fails.
 */
export function violationAllowances(content: CertificateContent): Map<string, { found: number; granted: number }> {
  const violating = violatingRows(content);
  let left = content.claim.violations;
  const allowances = new Map<string, { found: number; granted: number }>();
  for (const obligation of content.obligations) {
    if (obligation.kind !== 'observed' || obligation.rows === null) continue;
    const { from, to } = obligation.rows;
    const found = violating.filter((row) => row >= from && row < to).length;
    const granted = Math.min(found, left);
    left -= granted;
    allowances.set(obligation.id, { found, granted });
  }
  return allowances;
}

/** Validation rows inside the final envelope (n), and how many of them fail (k). */
export function validationCounts(content: CertificateContent): { inside: number; failures: number } {
  const box = finalBox(content);
  let inside = 0;
  let failures = 0;
  for (let row = 0; row < content.validation.id.length; row++) {
    if (!isInside(content.validation, row, box)) continue;
    inside++;
    if (content.validation.error[row]! > content.criterion.scaledThreshold) failures++;
  }
  return { inside, failures };
}

/** Evaluates every obligation of a certificate, in the order in which it lists them. */
export function evaluateObligations(content: CertificateContent): Evaluation[] {
  const evaluations: Evaluation[] = [];
  const allowances = violationAllowances(content);
  for (const obligation of content.obligations) {
    if (obligation.kind === 'safe') {
      const failing = evaluations.filter((evaluation) => !evaluation.holds).map((evaluation) => evaluation.id);
      const explanation =
        failing.length === 0
          ? 'All obligations hold.'
          : `It is the conjunction of all obligations, and ${failing.join(', ')} fails.`;
      evaluations.push({ id: obligation.id, holds: failing.length === 0, explanation, culprits: [] });
    } else {
      evaluations.push({ id: obligation.id, ...evaluate(obligation, content, allowances) });
    }
  }
  return evaluations;
}

type Finding = Omit<Evaluation, 'id'>;

function evaluate(
  obligation: Obligation,
  content: CertificateContent,
  allowances: ReturnType<typeof violationAllowances>,
): Finding {
  switch (obligation.kind) {
    case 'nested':
      return nested(content);
    case 'observed':
      return observed(obligation, content, allowances.get(obligation.id)!);
    case 'excluded':
      return excluded(obligation, content);
    case 'coverage':
      return coverage(content);
    case 'confidence':
      return confidence(content);
    case 'safe':
      throw new Error('safe is evaluated after the obligations it joins');
  }
}

const holding = (explanation: string): Finding => ({ holds: true, explanation, culprits: [] });
const failing = (explanation: string, culprits: readonly Culprit[] = []): Finding => ({
  holds: false,
  explanation,
  culprits: culprits.slice(0, MOST_CULPRITS),
});

function nested(content: CertificateContent): Finding {
  const boxes = [content.initial, ...content.rounds.map((round) => round.box)];
  for (const [r, box] of boxes.entries()) {
    if (box.length !== content.features.length)
      return failing(`Round ${r} has ${box.length} intervals for ${content.features.length} features.`);
    for (const [f, { lower, upper }] of box.entries()) {
      const feature = content.features[f]!;
      if (lower > upper) return failing(`After round ${r}, ${feature.id} has its lower bound above its upper bound.`);
      const before = boxes[r - 1]?.[f];
      if (before !== undefined && (lower < before.lower || upper > before.upper)) {
        return failing(`Round ${r} lets ${feature.id} leave the envelope of round ${r - 1}.`);
      }
    }
  }
  return holding(`${content.rounds.length} rounds, each inside the one before.`);
}

function observed(
  obligation: Obligation,
  content: CertificateContent,
  allowance: { found: number; granted: number },
): Finding {
  const { from, to } = obligation.rows!;
  if (allowance.found <= allowance.granted) {
    return holding(
      `Of ${to - from} observations, ${allowance.found} inside the envelope exceed the threshold; ${allowance.granted} are allowed.`,
    );
  }
  const worst = violatingRows(content)
    .filter((row) => row >= from && row < to)
    .sort((a, b) => content.search.error[b]! - content.search.error[a]!);
  const culprits = worst.map((row) =>
    culprit(content, content.search, row, errorText(content, content.search.error[row]!)),
  );
  const { violations } = content.claim;
  const total = violatingRows(content).length;
  return failing(
    `${allowance.found} observations inside the envelope exceed ${thresholdText(content)} where ${allowance.granted} are allowed; worst: ${place(culprits[0]!)}. ` +
      `Claim at least ${total} violations instead of ${violations}, or let the envelope exclude them.`,
    culprits,
  );
}

function excluded(obligation: Obligation, content: CertificateContent): Finding {
  const { from, to } = obligation.rows!;
  const box = finalBox(content);
  const table = content.search;
  const known = new Set(content.counterexamples.map(({ row }) => row));
  const forgotten = [...table.error.keys()].find(
    (row) => table.error[row]! > content.criterion.scaledThreshold && !known.has(row),
  );
  if (forgotten !== undefined) {
    return failing('A failing observation is not among the recorded counterexamples.', [
      culprit(content, table, forgotten, errorText(content, table.error[forgotten]!)),
    ]);
  }
  const inside: Culprit[] = [];
  for (const { row, separatedBy } of content.counterexamples.slice(from, to)) {
    if (table.error[row]! <= content.criterion.scaledThreshold) {
      return failing('A recorded counterexample does not exceed the threshold.', [
        culprit(content, table, row, errorText(content, table.error[row]!)),
      ]);
    }
    const separated =
      separatedBy !== null &&
      (table.features[separatedBy]![row]! < box[separatedBy]!.lower ||
        table.features[separatedBy]![row]! > box[separatedBy]!.upper);
    if (!separated) inside.push(culprit(content, table, row, errorText(content, table.error[row]!)));
  }
  // The tolerance of the claim is used up by counterexamples in their order, across chunks.
  const earlier = content.counterexamples.slice(0, from).filter(({ separatedBy }) => separatedBy === null).length;
  const granted = Math.max(0, content.claim.violations - earlier);
  if (inside.length > granted) {
    return failing(
      `${inside.length} counterexamples lie inside the envelope where ${granted} are allowed; first: ${place(inside[0]!)}.`,
      inside,
    );
  }
  return holding(
    `${to - from - inside.length} counterexamples lie outside the envelope, ${inside.length} are allowed inside.`,
  );
}

function coverage(content: CertificateContent): Finding {
  const box = finalBox(content);
  const { scaledThreshold } = content.criterion;
  const passing: number[] = [];
  for (let row = 0; row < content.search.id.length; row++) {
    if (content.search.error[row]! <= scaledThreshold && isInside(content.search, row, box)) passing.push(row);
  }
  const { minimumInside, minimumPerSlab, slabs } = content.claim;
  if (passing.length < minimumInside) {
    return failing(
      `${passing.length} passing observations lie inside the envelope; ${minimumInside} are claimed. ` +
        `Test more structures there, or claim a "minimumInside" of at most ${passing.length}.`,
    );
  }
  for (const [f, interval] of box.entries()) {
    const feature = content.features[f]!;
    if (interval.lower > interval.upper) return failing(`The envelope is turned around along ${feature.id}.`);
    for (const slab of slabsOf(interval, slabs)) {
      const held = passing.filter(
        (row) => content.search.features[f]![row]! >= slab.lower && content.search.features[f]![row]! <= slab.upper,
      ).length;
      if (held < minimumPerSlab) {
        const range = `${decimalText(slab.lower, feature.scale)} to ${decimalText(slab.upper, feature.scale)}${unitText(feature.unit)}`;
        return failing(
          `The slab ${range} of ${feature.id} holds ${held} passing observations; ${minimumPerSlab} are claimed. ` +
            `Add structures there, or claim fewer slabs than ${slabs}.`,
        );
      }
    }
  }
  return holding(
    `${passing.length} passing observations inside; every slab of every feature holds at least ${minimumPerSlab}.`,
  );
}

function confidence(content: CertificateContent): Finding {
  const { inside, failures } = validationCounts(content);
  const { failureRate, significance } = content.claim;
  const rate = `${(100 * failureRate.numerator) / failureRate.denominator} %`;
  const level = `${(100 * significance.numerator) / significance.denominator} %`;
  if (!(failureRate.numerator > 0 && failureRate.numerator < failureRate.denominator)) {
    return failing(`A failure rate of ${rate} is no claim; it has to lie between 0 and 100 %.`);
  }
  if (inside === 0)
    return failing('No validation structure lies inside the envelope, so nothing is known about its failure rate.');
  const counted = `${failures} of ${inside} validation structures inside the envelope fail`;
  if (tailAtMost(failures, inside, failureRate, significance)) {
    return holding(`${counted}; the failure rate is below ${rate} at significance ${level}.`);
  }
  const table = content.validation;
  const box = finalBox(content);
  const culprits = [...table.id.keys()]
    .filter((row) => table.error[row]! > content.criterion.scaledThreshold && isInside(table, row, box))
    .sort((a, b) => table.error[b]! - table.error[a]!)
    .map((row) => culprit(content, table, row, errorText(content, table.error[row]!)));
  const worst = culprits[0] === undefined ? '' : ` Worst: ${place(culprits[0])}.`;
  return failing(
    `${counted}, which does not support a failure rate below ${rate} at significance ${level}.${worst} ` +
      supportedRate(inside, failures, significance),
    culprits,
  );
}

/** What the validation data do support, in steps of a hundredth of a percent: a claim that Lean would prove. */
function supportedRate(inside: number, failures: number, significance: Rational): string {
  const bound = exactUpperFailureRate(failures, inside, significance, 10_000);
  const rate = bound.numerator / bound.denominator;
  if (!(rate < 1)) return 'They support no rate below 100 %: add validation structures inside the envelope.';
  return `They support ${decimalText(Math.round(10_000 * rate), 100)} %: claim a "failureRate" of ${decimalText(Math.round(10_000 * rate), 10_000)}, or add validation structures inside the envelope.`;
}

function culprit(content: CertificateContent, table: ObservationTable, row: number, detail: string): Culprit {
  return { file: content.data[table.file[row]!]!.file, index: table.index[row]!, line: table.line[row]!, detail };
}

const place = ({ file, line, index, detail }: Culprit): string => `${file}:${line} (structure ${index}, ${detail})`;

const unitText = (unit: string): string => (unit === '1' ? '' : ` ${unit}`);

/** An error as the certificate holds it; the largest cell means that there was no finite prediction. */
function errorText(content: CertificateContent, scaled: number): string {
  const { scale, unit, kind } = content.criterion;
  if (scaled >= LARGEST_CELL) return 'no finite prediction';
  return `${kind.replace('-', ' ')} ${decimalText(scaled, scale)} ${unit}`;
}

const thresholdText = (content: CertificateContent): string =>
  `${content.criterion.threshold} ${content.criterion.unit}`;
