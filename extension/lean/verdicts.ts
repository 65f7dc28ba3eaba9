import type { Obligation, Verdict } from '../core/certificate.ts';
import type { Evaluation } from '../core/obligations.ts';
import type { AuditFinding } from './audit.ts';
import type { LeanMessage } from './messages.ts';
import type { CheckOutcome } from './session.ts';

/** Where a theorem stands in the generated source; one-based lines, both inclusive. */
export interface TheoremRange {
  readonly theorem: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** What TypeScript found for an obligation, independently of Lean. */
export type Finding = Pick<Evaluation, 'id' | 'holds' | 'explanation'>;

/** The last lines of every generated file. Lean answers the second with a message, if it read the file to its end. */
export const SENTINEL_THEOREM = 'certificate_end';
export const SENTINEL_SOURCE = `theorem ${SENTINEL_THEOREM} : True := True.intro\n#check @${SENTINEL_THEOREM}\n`;

/** Lean's words for a proposition that it evaluated to false. */
const REFUTATION = /^Tactic `decide` proved that the proposition\n[\s\S]*\nis false$/;

export interface VerdictRequest {
  readonly obligations: readonly Obligation[];
  /** The source that was checked; must be what the certificate generates, see {@link findSourceDrift}. */
  readonly source: string;
  readonly ranges: readonly TheoremRange[];
  readonly outcome: CheckOutcome;
  /** Of the source and of the library it imports. */
  readonly audit: readonly AuditFinding[];
  readonly evaluations: readonly Finding[];
}

type Decision = Pick<Verdict, 'verdict' | 'reason'>;

/**
 * One verdict per obligation. `proved` needs all of: the check finished, nothing is wrong outside the theorems, the audit
 * found nothing, no theorem has a hole, this theorem has no error, and TypeScript agrees. `refuted` needs Lean's own
 * evaluation to false. All doubt is `stuck`.
 */
export function decideVerdicts(request: VerdictRequest): Verdict[] {
  const obstacle = findObstacle(request);
  const evaluations = new Map(request.evaluations.map((evaluation) => [evaluation.id, evaluation]));
  const decisions = new Map<string, Decision>();
  const safe = new Map<string, Decision>();
  for (const obligation of request.obligations) {
    if (obligation.kind === 'safe') continue;
    const found = obstacle ?? decideTheorem(request, obligation);
    decisions.set(obligation.id, compare(found, evaluations.get(obligation.id)));
  }
  for (const obligation of request.obligations) {
    if (obligation.kind === 'safe')
      decisions.set(obligation.id, obstacle ?? decideSafe(request, obligation, decisions));
  }
  return request.obligations.map(({ id, kind, theorem }) => ({
    id,
    kind,
    theorem,
    ...(decisions.get(id) ?? safe.get(id))!,
  }));
}

const stuck = (reason: string): Decision => ({ verdict: 'stuck', reason });

/** What keeps every obligation from being decided, or null. */
function findObstacle({ obligations, source, ranges, outcome, audit }: VerdictRequest): Decision | null {
  const [finding] = audit;
  if (finding !== undefined)
    return stuck(`The audit of ${finding.file}, line ${finding.line}, objects: ${finding.message}.`);
  if (outcome.kind !== 'finished') return stuck(`${outcome.reason}.`);
  const names = new Set(obligations.map(({ theorem }) => theorem));
  if (names.size !== obligations.length) return stuck('Two obligations share one theorem.');
  for (const name of names) {
    const found = ranges.filter(({ theorem }) => theorem === name);
    if (found.length !== 1 || !statesTheorem(source, found[0]!))
      return stuck(`The generated source does not state ${name} where it says it does.`);
  }
  const outside = outcome.messages.find(
    (message) => isDamage(message) && !ranges.some((range) => names.has(range.theorem) && isWithin(message, range)),
  );
  if (outside !== undefined)
    return stuck(`Lean objects outside the theorems, in line ${outside.line}: ${firstLine(outside.text)}`);
  if (!reachedEnd(source, outcome.messages)) return stuck('Lean did not read the generated source to its end.');
  return null;
}

function statesTheorem(source: string, range: TheoremRange): boolean {
  const lines = source.split('\n').slice(range.startLine - 1, range.endLine);
  const starts = new RegExp(`^theorem ${range.theorem}(?![A-Za-z0-9_'!?.])`);
  return (
    range.startLine >= 1 && range.endLine >= range.startLine && lines.filter((line) => starts.test(line)).length === 1
  );
}

function isWithin({ line }: LeanMessage, range: TheoremRange): boolean {
  return line >= range.startLine && line <= range.endLine;
}

/** Errors, and warnings that speak of a hole. */
function isDamage({ severity, tag, text }: LeanMessage): boolean {
  return severity === 'error' || tag === 'hasSorry' || (severity === 'warning' && text.includes('sorry'));
}

/** The source ends with the sentinel, and Lean has answered it there. */
function reachedEnd(source: string, messages: readonly LeanMessage[]): boolean {
  if (!source.endsWith(`\n${SENTINEL_SOURCE}`)) return false;
  const line = source.split('\n').length - 1;
  return messages.some(
    (message) =>
      message.severity === 'information' &&
      message.line === line &&
      new RegExp(`(^|[.])${SENTINEL_THEOREM} : True$`).test(message.text),
  );
}

/** For a finished check without an obstacle. */
function decideTheorem({ ranges, outcome }: VerdictRequest, { theorem }: Obligation): Decision {
  const range = ranges.find((candidate) => candidate.theorem === theorem);
  if (range === undefined || outcome.kind !== 'finished') return stuck('The theorem was not checked.');
  const damage = outcome.messages.filter((message) => isDamage(message) && isWithin(message, range));
  const [first] = damage;
  if (first === undefined) return { verdict: 'proved', reason: 'Checked by the kernel.' };
  if (damage.length === 1 && first.severity === 'error' && REFUTATION.test(first.text)) {
    return { verdict: 'refuted', reason: 'Lean evaluated the statement to false.' };
  }
  const unclear = damage.find((message) => !(message.severity === 'error' && REFUTATION.test(message.text))) ?? first;
  return stuck(`Lean could not decide it, line ${unclear.line}: ${firstLine(unclear.text)}`);
}

/** Lean *decides*, TypeScript *explains*; if they contradict each other, one of them has a bug and nobody is believed. */
function compare(decision: Decision, evaluation: Finding | undefined): Decision {
  if (decision.verdict === 'stuck') return decision;
  if (evaluation === undefined)
    return stuck(`Lean says ${decision.verdict}, but TypeScript did not evaluate this obligation.`);
  if (evaluation.holds !== (decision.verdict === 'proved')) {
    return stuck(
      `Disagreement, which is a bug in this program: Lean says ${decision.verdict}, TypeScript says that it ${evaluation.holds ? 'holds' : 'fails'}. ${evaluation.explanation}`,
    );
  }
  return decision.verdict === 'refuted'
    ? { verdict: 'refuted', reason: `${decision.reason} ${evaluation.explanation}` }
    : decision;
}

/**
 * Lean accepts a theorem that uses another whose proof failed, so `safe` is only as good as all the others.
 */
function decideSafe(request: VerdictRequest, obligation: Obligation, others: ReadonlyMap<string, Decision>): Decision {
  const own = decideTheorem(request, obligation);
  const entries = [...others];
  const refuted = entries.filter(([, { verdict }]) => verdict === 'refuted').map(([id]) => id);
  const undecided = entries
    .filter(([, { verdict }]) => verdict !== 'refuted' && verdict !== 'proved')
    .map(([id]) => id);
  if (refuted.length > 0) return { verdict: 'refuted', reason: `A part of it is refuted: ${listNames(refuted)}.` };
  if (undecided.length > 0) return stuck(`A part of it is undecided: ${listNames(undecided)}.`);
  if (entries.length === 0) return stuck('There is nothing else to conclude it from.');
  if (own.verdict === 'proved') return { verdict: 'proved', reason: 'Checked by the kernel.' };
  return stuck(own.verdict === 'refuted' ? 'Lean evaluated it to false although every part is proved.' : own.reason);
}

function listNames(ids: readonly string[]): string {
  const shown = ids.slice(0, 3).join(', ');
  return ids.length > 3 ? `${shown} (and ${ids.length - 3} more)` : shown;
}

function firstLine(text: string): string {
  const line = text.split('\n').slice(0, 3).join(' ').trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

/**
 * Compares a Lean file with the source that the certificate's data generate. A certificate is only as good as its
 * statements, so a file that anybody has touched is not checked at all.
 *
 * @returns null when they are the same byte for byte, else what differs first
 */
export function findSourceDrift(
  onDisk: string,
  generated: string,
): { readonly line: number; readonly reason: string } | null {
  if (onDisk === generated) return null;
  const found = onDisk.split('\n');
  const expected = generated.split('\n');
  const index = expected.findIndex((line, i) => line !== found[i]);
  const line = (index < 0 ? expected.length : index) + 1;
  return {
    line,
    reason: `Line ${line} of the Lean file is not what the certificate's data generate; certify again to write it anew.`,
  };
}
