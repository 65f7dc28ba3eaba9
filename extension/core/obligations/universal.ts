import type { CertificateContent, Risk } from '../certificate.ts';
import { checkableParts } from '../risk/checkable-parts.ts';
import { prepareHead, searchHead, type PreparedHead } from '../risk/head-search.ts';
import { riskOfScore } from '../risk/risk-bound.ts';
import { partsOf, type UniversalOutcome } from '../risk/universal-search.ts';
import { finalBox, rowsInside } from './envelope-rows.ts';
import { culprit, failing, holding, place, type Culprit, type Finding } from './evaluation.ts';
import type { Remedy } from './remedy.ts';
import { plural } from '../plural.ts';
import { percentText, valueText } from './wording.ts';

/** Parts that the search for a refuting point, or for a finer partition, may use: some seconds at most. */
const LEAST_PARTS = 1024;
const MOST_PARTS = 16_384;

/** On every part of the envelope's partition, the greatest score that a point of it may have is at most the claimed one. */
export function universal(content: CertificateContent): Finding {
  const { risk } = content;
  const bound = content.claim.risk;
  const unusable = (flaw: string): Finding => failing(content, flaw, { remedies: [{ kind: 'certify-again' }] });
  if (risk === null || bound === null) return unusable('A risk bound is to be shown without a risk model or a claim.');
  const box = finalBox(content);
  const prepared = prepareHead(risk.head, box);
  if (prepared.kind === 'malformed') return unusable(`The risk model cannot be evaluated: ${prepared.reason}.`);
  const cut = partsOf(risk.partition, box);
  if (cut.kind === 'malformed') return unusable(`The partition cannot be read: ${cut.reason}.`);
  const upper = cut.parts.reduce((most, part) => Math.max(most, prepared.head.upper(part)), -Infinity);
  const shown = scoreText(risk, upper);
  if (upper <= bound) {
    return holding(`Nowhere in the envelope is the score above ${shown}, in ${plural(cut.parts.length, 'part')}.`);
  }
  return refuted(content, risk, bound, { head: prepared.head, parts: cut.parts.length, upper });
}

function refuted(
  content: CertificateContent,
  risk: Risk,
  bound: number,
  { head, parts, upper }: { head: PreparedHead; parts: number; upper: number },
): Finding {
  const box = finalBox(content);
  const raise: Remedy[] = Number.isSafeInteger(upper)
    ? [{ kind: 'raise-risk', to: upper, probability: riskOfScore(upper, risk.head.scale) }]
    : [];
  const claimed = scoreText(risk, bound);
  const budget = Math.min(MOST_PARTS, checkableParts(risk.head, box), Math.max(LEAST_PARTS, 4 * parts));
  const found = box.some((interval) => interval.lower > interval.upper) ? null : search(risk, box, bound, budget);
  if (found?.kind === 'violated') {
    const vector = found.point
      .map((value, f) => `${content.features[f]!.id} ${valueText(content, f, value)}`)
      .join(', ');
    const culprits = riskiest(content, risk, head, bound);
    const tested = culprits[0] === undefined ? '' : ` Tested there: ${place(culprits[0])}.`;
    return failing(
      content,
      `At ${vector} the score is ${scoreText(risk, found.score)}; ${claimed} is claimed.${tested}`,
      { culprits, remedies: raise },
    );
  }
  const missed = `The split budget is exhausted: in ${plural(parts, 'part')} the score is shown to be at most ${scoreText(risk, upper)}, which misses the claimed ${claimed} by ${upper - bound}.`;
  const finer: Remedy[] = found?.kind === 'holds' ? [{ kind: 'more-parts', to: found.parts }] : [];
  const known = found?.kind === 'undecided' ? ` The greatest score found is ${scoreText(risk, found.lower)}.` : '';
  return failing(content, missed + known, { remedies: [...finer, ...raise] });
}

function search(risk: Risk, box: ReturnType<typeof finalBox>, bound: number, budget: number): UniversalOutcome | null {
  const steps = searchHead(risk.head, box, bound, budget);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value.kind === 'malformed' ? null : step.value;
}

/** Structures of the search inside the envelope whose score is above the bound, the riskiest first. */
function riskiest(content: CertificateContent, risk: Risk, head: PreparedHead, bound: number): Culprit[] {
  const { search: table } = content;
  return rowsInside(content, table)
    .map((row) => ({ row, score: head.score(table.features.map((column) => column[row]!)) }))
    .filter(({ score }) => score > bound)
    .sort((a, b) => b.score - a.score || a.row - b.row)
    .map(({ row, score }) => culprit(content, table, row, `score ${scoreText(risk, score)}`));
}

/** A score, and the probability that it stands for. */
function scoreText({ head }: Risk, score: number): string {
  const probability = Number.isSafeInteger(score) ? riskOfScore(score, head.scale) : null;
  return `${score} (${probability === null ? 'nearly 100 %' : percentText(probability)})`;
}
