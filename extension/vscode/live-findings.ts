import type { ObligationKind } from '../core/certificate.ts';
import type { CertificateEvent, StructurePlace } from '../protocol/certificate-event.ts';
import { theoremAt } from './theorem-places.ts';

/** What a running Lean reports at a place of a Lean file; lines and characters from 0. */
export interface LeanReport {
  readonly line: number;
  readonly character: number;
  readonly endLine: number;
  readonly endCharacter: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** A claim that the running Lean has something against, beyond what its verdict says. */
export interface LiveFinding {
  readonly kind: ObligationKind;
  readonly theorem: string;
  readonly severity: LeanReport['severity'];
  /** In one line. */
  readonly message: string;
  readonly culprits: readonly StructurePlace[];
  /** Where Lean says it; the first place, where there are several. */
  readonly report: LeanReport;
}

/** More claims than this are not marked for one file: once it is broken, the first ones say all there is to say. */
const MOST_FINDINGS = 20;

/** Lean's words beyond this are left to its own mark. */
const LONGEST_MESSAGE = 300;

/**
 * What a running Lean reports in the text of a generated file, by the claims that the theorems state. Nothing for what a
 * verdict says already, and nothing for a certificate that is not about the present inputs: its file states another claim.
 * An error before the first theorem is in the data that all theorems share, and stands for whatever follows from it.
 */
export function liveFindings(
  certificate: CertificateEvent,
  text: string,
  reports: readonly LeanReport[],
): readonly LiveFinding[] {
  const { obligations, stale, draft } = certificate;
  if (stale.length > 0 || draft !== null) return [];
  const byTheorem = new Map<string, LeanReport[]>();
  const shared: LeanReport[] = [];
  for (const report of reports) {
    const theorem = theoremAt(text, report.line);
    if (theorem === undefined) shared.push(report);
    else byTheorem.set(theorem, [...(byTheorem.get(theorem) ?? []), report]);
  }
  const broken = shared.find(({ severity }) => severity === 'error');
  const safe = obligations.find(({ obligation }) => obligation === 'safe');
  if (broken !== undefined && safe !== undefined) {
    return [findingOf(safe, shared.length, broken, `the data of its theorems: ${oneLine(broken.message)}`)];
  }
  const isJudged = (verdict: string): boolean => verdict === 'refuted' || verdict === 'stuck';
  const findings = obligations.flatMap((obligation): LiveFinding[] => {
    const found = byTheorem.get(obligation.theorem);
    if (found === undefined || isJudged(obligation.verdict)) return [];
    const worst = found.find(({ severity }) => severity === 'error') ?? found[0]!;
    return [findingOf(obligation, found.length, worst, `${obligation.theorem}: ${oneLine(worst.message)}`)];
  });
  // What fails in the conjunction follows from what fails in its parts.
  const parts = findings.filter(({ kind }) => kind !== 'safe');
  return (parts.length > 0 ? parts : findings).slice(0, MOST_FINDINGS);
}

function findingOf(
  { obligation, theorem, culprits }: CertificateEvent['obligations'][number],
  count: number,
  report: LeanReport,
  words: string,
): LiveFinding {
  const message = count > 1 ? `${words} (and ${count - 1} more)` : words;
  return { kind: obligation, theorem, severity: report.severity, message, culprits, report };
}

function oneLine(message: string): string {
  const words = message.trim().replaceAll(/\s+/g, ' ');
  return words.length > LONGEST_MESSAGE ? `${words.slice(0, LONGEST_MESSAGE)} …` : words;
}
