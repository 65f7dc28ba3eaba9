import { errorName } from '../core/obligations/wording.ts';
import type { Certificate, CertificateContent } from '../core/certificate.ts';
import { decimalText } from '../core/decimal-text.ts';
import { finalBox, validationCounts } from '../core/obligations.ts';
import { plural } from '../core/plural.ts';
import { riskOfScore } from '../core/risk/risk-bound.ts';
import { upperFailureRate } from '../core/statistics/clopper-pearson.ts';
import type { ResultEvent } from '../protocol/events.ts';

/** The result object of a certificate, as every command that ends with one prints it. */
export function resultOf(certificate: Certificate, file: string): ResultEvent {
  const { content, verdicts } = certificate;
  const count = (kind: string): number => verdicts.filter(({ verdict }) => verdict === kind).length;
  const { inside, failures } = validationCounts(content);
  const failed = (errors: readonly number[]): number =>
    errors.filter((error) => error > content.criterion.scaledThreshold).length;
  const { numerator, denominator } = content.claim.significance;
  return {
    kind: 'result',
    certificate: file,
    model: content.model.id,
    verdicts: {
      proved: count('proved'),
      refuted: count('refuted'),
      stuck: verdicts.length - count('proved') - count('refuted'),
    },
    obligations: verdicts.map(({ id, kind, theorem, verdict, reason }) => ({ id, kind, theorem, verdict, reason })),
    structures: {
      tested: content.search.id.length + content.validation.id.length,
      failed: failed(content.search.error) + failed(content.validation.error),
      refused: content.refused.length,
    },
    validation: {
      inside,
      failures,
      upperBound: inside === 0 ? 1 : upperFailureRate(failures, inside, numerator / denominator),
    },
    lean: certificate.checked,
  };
}

/** What a certificate says, as lines for a person. */
export function describeCertificate(certificate: Certificate): string[] {
  const { content } = certificate;
  const { claim, criterion } = content;
  const box = finalBox(content);
  const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
  return [
    `${content.project}: model ${content.model.id} (${content.model.kind}, sha-256 ${content.model.sha256.slice(0, 16)}…)`,
    `certificate ${certificate.hash}`,
    `written by ${content.engine.name} ${content.engine.version} from ${content.data.map(({ file, structures }) => `${file} (${plural(structures, 'structure')})`).join(', ')}`,
    `fails where ${errorName(criterion.kind)} > ${criterion.threshold} ${criterion.unit}`,
    `claims at most ${claim.violations} failing observations inside, a failure rate of at most ` +
      `${percent(claim.failureRate.numerator / claim.failureRate.denominator)} at significance ${percent(claim.significance.numerator / claim.significance.denominator)}, ` +
      `and at least ${claim.minimumInside} passing observations inside`,
    ...furtherClaims(content),
    'envelope:',
    ...content.features.map(({ id, unit, scale }, f) => {
      const compressed = content.rounds.at(-1)!.compression[f]!;
      return `  ${id.padEnd(28)} ${decimalText(box[f]!.lower, scale)} … ${decimalText(box[f]!.upper, scale)}${unit === '1' ? '' : ` ${unit}`}  −${percent(compressed)}`;
    }),
  ];
}

/** Claims that not every certificate makes. */
function furtherClaims({ claim, criterion, risk, replicates, residuals }: CertificateContent): string[] {
  const lines: string[] = [];
  if (claim.conformal !== null) {
    const { miscoverage, bound } = claim.conformal;
    lines.push(
      `claims an error of at most ${decimalText(bound, criterion.scale)} ${criterion.unit} for all but ` +
        `${((100 * miscoverage.numerator) / miscoverage.denominator).toFixed(1)} % of structures inside`,
    );
  }
  if (claim.risk !== null && risk !== null) {
    const probability = riskOfScore(claim.risk, risk.head.scale);
    const parts = risk.partition.feature.filter((feature) => feature < 0).length;
    lines.push(
      `claims a risk of failure of at most ${probability === null ? 'nearly 100 %' : `${((100 * probability.numerator) / probability.denominator).toFixed(1)} %`} ` +
        `everywhere inside, by a model of ${risk.head.kind === 'trees' ? `${risk.head.trees.length} trees` : risk.head.layers.length === 1 ? 'one linear layer' : `${risk.head.layers.length} layers`} on ${parts} parts of the envelope`,
    );
  }
  if (replicates.length > 0)
    lines.push(`states ${replicates.length} bounds with bootstrap intervals and their replicates`);
  if (residuals.length > 0) lines.push(`states ${residuals.length} residuals of physics probes`);
  return lines;
}
