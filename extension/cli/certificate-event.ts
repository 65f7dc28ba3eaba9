import path from 'node:path';
import type { Certificate, CertificateContent } from '../core/certificate.ts';
import { decimalText } from '../core/decimal-text.ts';
import { configurationChanges, draftClaim } from '../core/draft-claim.ts';
import { projectEdits } from '../core/obligations/project-edit.ts';
import { excessText } from '../core/obligations/wording.ts';
import { evaluateObligations, remedyText, validationCounts, type Evaluation } from '../core/obligations.ts';
import type { ResolvedProject } from '../core/project-file.ts';
import type { CertificateEvent, OfferedRemedy } from '../protocol/certificate-event.ts';

/** Counterexamples that are listed; a view of more is of no use, and the certificate has them all. */
const MOST_COUNTEREXAMPLES = 1000;

export interface CertificateToShow {
  readonly file: string;
  readonly certificate: Certificate;
  readonly config: string;
  readonly stale: readonly string[];
  /** The project as it stands in an editor, where that is not yet (or no longer) what was certified. */
  readonly draft: ResolvedProject | null;
}

/** A certificate as the views show it. */
export function certificateEvent({ file, certificate, config, stale, draft }: CertificateToShow): CertificateEvent {
  const { content, verdicts, checked, lean } = certificate;
  const evaluations = new Map(evaluateObligations(content).map((evaluation) => [evaluation.id, evaluation]));
  const { criterion, features } = content;
  const counterexamples = content.counterexamples.slice(0, MOST_COUNTEREXAMPLES);
  return {
    kind: 'certificate',
    file,
    hash: certificate.hash,
    project: content.project,
    model: content.model.id,
    config,
    stale: [...stale],
    criterion: `${criterion.kind} > ${criterion.threshold} ${criterion.unit}`,
    lean: {
      file: path.join(path.dirname(file), 'lean', 'Certificates', `${lean.module}.lean`),
      module: lean.module,
      checked: checked === null ? null : `Lean ${checked.version} (${checked.backend})`,
    },
    rounds: content.rounds.map(({ box, tested, failed, discovered, coverage }, at) => ({
      round: at + 1,
      tested,
      failed,
      discovered,
      coverage,
      bounds: features.map(({ id, unit, scale }, f) => ({
        feature: id,
        unit,
        lower: decimalText(box[f]!.lower, scale),
        upper: decimalText(box[f]!.upper, scale),
      })),
    })),
    obligations: verdicts.map(({ id, kind, theorem, verdict, reason }) => ({
      id,
      obligation: kind,
      theorem,
      verdict,
      reason,
      ...explained(evaluations.get(id), content),
    })),
    counterexamples: counterexamples.map(({ row, separatedBy }) => ({
      file: content.data[content.search.file[row]!]!.file,
      index: content.search.index[row]!,
      line: content.search.line[row]!,
      detail: excessText(content, content.search, row, criterion.scaledThreshold),
      inside: separatedBy === null,
      separatedBy: separatedBy === null ? null : features[separatedBy]!.id,
    })),
    counterexamplesOmitted: content.counterexamples.length - counterexamples.length,
    validation: { ...validationCounts(content), share: validationShare(content) },
    draft: draft === null || configurationChanges(content, draft).length === 0 ? null : draftOf(content, draft),
  };
}

function draftOf(content: CertificateContent, project: ResolvedProject): NonNullable<CertificateEvent['draft']> {
  const draft = draftClaim(content, project);
  if (draft.kind === 'different') return { kind: 'different', changed: [...draft.changed] };
  const obligations = new Map(draft.content.obligations.map((obligation) => [obligation.id, obligation]));
  return {
    kind: 'comparable',
    obligations: evaluateObligations(draft.content).map((evaluation) => {
      const { kind, theorem } = obligations.get(evaluation.id)!;
      return { obligation: kind, theorem, ...explained(evaluation, draft.content) };
    }),
  };
}

function explained(
  evaluation: Evaluation | undefined,
  content: CertificateContent,
): Pick<CertificateEvent['obligations'][number], 'holds' | 'explanation' | 'culprits' | 'remedies'> {
  if (evaluation === undefined) return { holds: false, explanation: '', culprits: [], remedies: [] };
  const { holds, explanation, culprits, remedies } = evaluation;
  return {
    holds,
    explanation,
    culprits: culprits.map(({ file, index, line, detail }) => ({ file, index, line, detail })),
    remedies: remedies.map((remedy): OfferedRemedy => ({
      kind: remedy.kind,
      text: remedyText(remedy, content),
      edits: projectEdits(remedy, content).map(({ path: keys, value }) => ({ path: [...keys], value })),
      ...(remedy.kind === 'add-validation' && { structures: remedy.count }),
    })),
  };
}

/** `refinement.validationShare` of the configuration, which every certificate carries. */
function validationShare({ config }: CertificateContent): number {
  const resolved = config.resolved as { refinement?: { validationShare?: unknown } };
  const share = resolved.refinement?.validationShare;
  return typeof share === 'number' ? share : 0;
}
