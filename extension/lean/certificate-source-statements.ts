import type { CertificateContent, Obligation } from '../core/certificate.ts';
import { tableName } from './certificate-source-data.ts';
import type { RiskTheorem } from './certificate-source-risk.ts';
import { criterionText, errorText, natural, rationalText, thresholdText } from './certificate-source-text.ts';

/** What the theorems of a certificate are stated from. */
export interface Statement {
  readonly content: CertificateContent;
  /** The `observed` obligations. */
  readonly chunks: readonly Obligation[];
  /** Violations that an `observed` obligation is granted, by its id. */
  readonly granted: (id: string) => number;
  /** The risk model's part; null without one. */
  readonly universal: RiskTheorem | null;
}

/** The theorem of an obligation, from its statement on; may be several lines. */
export function stateTheorem(obligation: Obligation, statement: Statement): string {
  const { kind } = obligation;
  const decided = 'of_check (by decide +kernel)';
  switch (kind) {
    case 'nested':
      return `Nested certificate.features (initial :: certificate.rounds) := Nested.${decided}`;
    case 'observed':
      return `Observed envelope threshold ${natural(statement.granted(obligation.id))} ${tableName(obligation)} := Observed.${decided}`;
    case 'excluded':
      return `Excluded envelope threshold claim.violations search := Excluded.${decided}`;
    case 'coverage':
      return `Coverage envelope threshold claim.minimumInside claim.slabs claim.minimumPerSlab search := Coverage.${decided}`;
    case 'bootstrap':
      return `Bootstrap claim.confidence replicates := Bootstrap.${decided}`;
    case 'confidence':
      return `Confidence envelope threshold claim.failureRate claim.significance [validation] := Confidence.${decided}`;
    case 'conformal':
      return `Conformal envelope conformal_claim.miscoverage conformal_claim.bound [validation] := Conformal.${decided}`;
    case 'universal':
      if (statement.universal === null) throw new RangeError('There is no risk model to state a bound for.');
      return `${statement.universal.statement} := ${statement.universal.proof}`;
    case 'physics':
      return `Physics residuals := Physics.${decided}`;
    case 'safe':
      return `Safe certificate where\n${joined(statement)}`;
  }
}

/** The fields of `Safe`, each from its theorem; what is not claimed holds of nothing. */
function joined({ content, chunks }: Statement): string {
  const stated = (kind: Obligation['kind']): string | undefined =>
    content.obligations.find((obligation) => obligation.kind === kind)?.theorem;
  const parts = chunks.reduceRight((rest, { theorem }) => `(.cons ${theorem} ${rest})`, '(.none envelope threshold)');
  return [
    '  nested := nested',
    `  observed := ObservedAll.upTo ${parts} (by decide +kernel)`,
    `  excluded := ${stated('excluded') ?? 'excluded_000'}`,
    '  coverage := coverage',
    `  bootstrap := ${stated('bootstrap') ?? 'Bootstrap.none claim.confidence'}`,
    '  confidence := confidence',
    `  conformal := ${content.claim.conformal === null ? 'unclaimed' : 'claimed conformal'}`,
    `  universal := ${content.claim.risk === null ? 'unclaimed' : 'claimed universal'}`,
    `  physics := ${stated('physics') ?? 'Physics.none residuals.bits'}`,
  ].join('\n');
}

/** The statement in words, for a reader who is no friend of formulas. */
export function describe({ id, kind, rows }: Obligation, { content, granted }: Statement): string {
  const { claim } = content;
  const fails = `${criterionText(content)} above ${thresholdText(content)}`;
  const allowed = granted(id);
  switch (kind) {
    case 'nested':
      return 'Every round of refinement lies inside the one before, for every feature.';
    case 'observed':
      return `${allowed === 0 ? 'No' : `At most ${allowed}`} observed crystal${allowed > 1 ? 's' : ''} inside the final envelope: ${fails}, search rows ${rows!.from} to ${rows!.to - 1}.`;
    case 'excluded':
      return `All crystals of the search with a ${fails} are known, and all but at most ${claim.violations} of them lie outside the final envelope.`;
    case 'coverage':
      return `At least ${claim.minimumInside} crystals inside the final envelope are predicted well, and at least ${claim.minimumPerSlab} in each of ${claim.slabs} slabs of every feature's range.`;
    case 'bootstrap':
      return `Every interval of a bound of the envelope runs from one order statistic of its replicates to another, percentile intervals at a confidence of ${rationalText(claim.confidence)}.`;
    case 'confidence':
      return `The validation crystals support a failure rate below ${rationalText(claim.failureRate)} inside the final envelope, at significance ${rationalText(claim.significance)}.`;
    case 'conformal':
      return claim.conformal === null
        ? 'No error bound is claimed.'
        : `An error of at most ${errorText(content, claim.conformal.bound)} is that of all but a share of ${rationalText(claim.conformal.miscoverage)} of the crystals inside the final envelope, as far as these and the validation crystals are exchangeable.`;
    case 'universal':
      return `No point of the final envelope, tested or not, has a risk score above ${claim.risk ?? 'any bound'}.`;
    case 'physics':
      return `All ${content.residuals.length} residuals of the physics probes are within their tolerances.`;
    case 'safe':
      return 'All of the above, as one statement about the certificate, and nothing that was not proved above.';
  }
}
