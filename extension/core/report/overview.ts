import type { Certificate, CertificateContent, ObservationTable, Rational, Verdict } from '../certificate.ts';
import { evaluateObligations, finalBox, isInside, remedyText, validationCounts } from '../obligations.ts';
import { riskOfScore } from '../risk/risk-bound.ts';
import { upperFailureRate } from '../statistics/clopper-pearson.ts';
import { boundedText } from './bounded-text.ts';
import { rateOf } from './rate-of.ts';
import { REPORT_LIMITS, type Rate } from './report-numbers.ts';
import type { OverviewSection } from './sections.ts';

/** What was audited, what is claimed, what came of it, and what to do now. */
export function overviewOf({ content, verdicts, checked }: Certificate, confidence: number): OverviewSection {
  const { claim, criterion, search } = content;
  const { inside, failures } = validationCounts(content);
  const searchInside = countInside(content, search, confidence);
  const tested = search.id.length;
  const count = (kind: Verdict['verdict']): number => verdicts.filter(({ verdict }) => verdict === kind).length;
  const listed = verdicts.slice(0, REPORT_LIMITS.obligations);
  return {
    project: boundedText(content.project),
    engine: content.engine,
    model: {
      ...content.model,
      description: Object.fromEntries(
        Object.entries(content.model.description).map(([key, text]) => [boundedText(key), boundedText(text, 2000)]),
      ),
    },
    data: content.data.slice(0, 256).map((file) => ({ ...file, file: boundedText(file.file, 2000) })),
    criterion: { kind: criterion.kind, unit: criterion.unit, threshold: criterion.threshold },
    claim: claimOf(content),
    envelope: content.features.map(({ id, unit, scale }, f) => {
      const { lower, upper } = finalBox(content)[f]!;
      const compression = content.rounds.at(-1)!.compression[f]!;
      return { id, unit, lower: lower / scale, upper: upper / scale, compression };
    }),
    search: { tested: rateOf(content.counterexamples.length, tested, confidence), inside: searchInside },
    coverage: tested === 0 ? null : searchInside.structures / tested,
    validation: {
      inside: rateOf(failures, inside, confidence),
      significance: decimalOf(claim.significance),
      upperBound: inside === 0 ? 1 : upperFailureRate(failures, inside, decimalOf(claim.significance)),
    },
    refused: content.refused.length,
    verdicts: {
      proved: count('proved'),
      refuted: count('refuted'),
      stuck: count('stuck'),
      stale: count('stale'),
      unchecked: count('unchecked'),
    },
    obligations: listed.map(({ id, kind, theorem, verdict, reason }) => ({
      id,
      kind,
      theorem,
      verdict,
      reason: boundedText(reason, 2000),
    })),
    obligationsOmitted: verdicts.length - listed.length,
    lean:
      checked === null
        ? null
        : { ...checked, audit: checked.audit.slice(0, 64).map((line) => boundedText(line, 2000)) },
    next: nextSteps(content, verdicts),
  };
}

const decimalOf = ({ numerator, denominator }: Rational): number => numerator / denominator;

function claimOf({ claim, criterion, risk }: CertificateContent): OverviewSection['claim'] {
  const { conformal } = claim;
  const probability = claim.risk === null || risk === null ? null : riskOfScore(claim.risk, risk.head.scale);
  return {
    violations: claim.violations,
    failureRate: decimalOf(claim.failureRate),
    significance: decimalOf(claim.significance),
    confidence: decimalOf(claim.confidence),
    minimumInside: claim.minimumInside,
    slabs: claim.slabs,
    minimumPerSlab: claim.minimumPerSlab,
    conformal:
      conformal === null
        ? null
        : { miscoverage: decimalOf(conformal.miscoverage), bound: conformal.bound / criterion.scale },
    risk: probability === null ? null : decimalOf(probability),
  };
}

function countInside(content: CertificateContent, table: ObservationTable, confidence: number): Rate {
  const box = finalBox(content);
  let inside = 0;
  let failures = 0;
  for (const row of table.id.keys()) {
    if (!isInside(table, row, box)) continue;
    inside++;
    if (table.error[row]! > content.criterion.scaledThreshold) failures++;
  }
  return rateOf(failures, inside, confidence);
}

/** Every obligation that does not stand, with what would mend it. */
function nextSteps(content: CertificateContent, verdicts: readonly Verdict[]): string[] {
  const steps: string[] = [];
  const unsettled = verdicts.filter(({ verdict }) => verdict === 'unchecked' || verdict === 'stale');
  if (unsettled.length > 0) {
    steps.push(`Have Lean decide the ${unsettled.length} obligations that are not checked: pcm check CERTIFICATE.`);
  }
  const stuck = verdicts.filter(({ verdict }) => verdict === 'stuck');
  if (stuck.length > 0) {
    steps.push(
      `Find out why ${stuck.map(({ theorem }) => theorem).join(', ')} could not be decided: ${stuck[0]!.reason}`,
    );
  }
  const refuted = new Set(verdicts.filter(({ verdict }) => verdict === 'refuted').map(({ id }) => id));
  for (const { id, remedies } of evaluateObligations(content)) {
    if (!refuted.has(id) || remedies.length === 0) continue;
    const ways = remedies.slice(0, 3).map((remedy) => remedyText(remedy, content));
    steps.push(`To make ${id} true, ${ways.join('; or ')}.`);
  }
  if (steps.length === 0 && verdicts.length > 0) {
    steps.push(
      'Everything that was claimed is proved. Put structures from where the model will be used to the envelope before it is relied on there.',
    );
  }
  return steps.slice(0, REPORT_LIMITS.texts).map((step) => boundedText(step, 2000));
}
