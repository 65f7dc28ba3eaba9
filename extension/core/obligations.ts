import type { CertificateContent, Obligation } from './certificate.ts';
import { bootstrap } from './obligations/bootstrap.ts';
import { confidence } from './obligations/confidence.ts';
import { conformal } from './obligations/conformal.ts';
import { coverage } from './obligations/coverage.ts';
import { violationAllowances } from './obligations/envelope-rows.ts';
import type { Evaluation, Finding } from './obligations/evaluation.ts';
import { excluded } from './obligations/excluded.ts';
import { nested } from './obligations/nested.ts';
import { observed } from './obligations/observed.ts';
import { physics } from './obligations/physics.ts';
import { universal } from './obligations/universal.ts';

export {
  finalBox,
  isInside,
  slabsOf,
  validationCounts,
  violatingRows,
  violationAllowances,
} from './obligations/envelope-rows.ts';
export { MOST_CULPRITS, type Culprit, type Evaluation } from './obligations/evaluation.ts';
export { remedySchema, remedyText, type Remedy } from './obligations/remedy.ts';

/** Evaluates every obligation of a certificate, in the order in which it lists them. */
export function evaluateObligations(content: CertificateContent): Evaluation[] {
  const evaluations: Evaluation[] = [];
  const allowances = violationAllowances(content);
  for (const obligation of content.obligations) {
    if (obligation.kind === 'safe') {
      evaluations.push({ id: obligation.id, ...safe(evaluations) });
    } else {
      evaluations.push({ id: obligation.id, ...evaluate(obligation, content, allowances) });
    }
  }
  return evaluations;
}

/** The conjunction of all the others; what mends them mends it. */
function safe(others: readonly Evaluation[]): Finding {
  const failing = others.filter(({ holds }) => !holds).map(({ id }) => id);
  const explanation =
    failing.length === 0
      ? 'All obligations hold.'
      : `It is the conjunction of all obligations, and ${failing.join(', ')} fails.`;
  return { holds: failing.length === 0, explanation, culprits: [], remedies: [] };
}

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
    case 'bootstrap':
      return bootstrap(content);
    case 'confidence':
      return confidence(content);
    case 'conformal':
      return conformal(content);
    case 'universal':
      return universal(content);
    case 'physics':
      return physics(content);
    case 'safe':
      throw new Error('safe is evaluated after the obligations it joins');
  }
}
