import { auditedConfiguration } from './certificate-assembly.ts';
import type { CertificateContent } from './certificate.ts';
import { conformalClaim } from './conformal-claim.ts';
import { scaledThreshold } from './criterion.ts';
import { rowsInside } from './obligations/envelope-rows.ts';
import type { ResolvedProject } from './project-file.ts';
import { familyFeatures } from './structure-families.ts';
import { rationalFromDecimal } from './rational.ts';
import { scoreOfRisk } from './risk/risk-bound.ts';

/** The data of a certificate under the claim of a project file that may have changed since. */
export type DraftClaim =
  | { readonly kind: 'comparable'; readonly content: CertificateContent }
  /** What was changed besides the claim (paths such as `search.seed`): only another run can tell. */
  | { readonly kind: 'different'; readonly changed: readonly string[] };

/** Keys that say what is claimed of the observations; all others say how they are made. */
const CLAIM_KEYS = /^(claim(\.|$)|failure\.threshold$|name$)/;

/** Paths at which the configuration of a certificate and the one that a project gives now differ. */
export function configurationChanges(content: CertificateContent, project: ResolvedProject): string[] {
  const { families } = project.refinement;
  const { id } = content.model;
  const model = project.models.find(
    (each) => each.id === id || (families !== undefined && id.startsWith(`${each.id}.`)),
  );
  if (model === undefined) return ['models'];
  // What a run adds to the project where envelopes are drawn for families.
  const features =
    families === undefined ? project.features : [...new Set([...project.features, ...familyFeatures(families)])];
  return differences(content.config.resolved, auditedConfiguration({ ...project, features }, { ...model, id }), '');
}

/**
 * What the certificate would say if the same observations and the same envelope were held to the claim as it is now. A
 * new run may find another envelope, because the claim steers the refinement: this foretells, it decides nothing.
 */
export function draftClaim(content: CertificateContent, project: ResolvedProject): DraftClaim {
  const changed = configurationChanges(content, project).filter((path) => !CLAIM_KEYS.test(path));
  if (changed.length > 0) return { kind: 'different', changed };
  const { scale } = content.criterion;
  const threshold = scaledThreshold(project.failure.threshold, scale);
  const { claim } = project;
  const failureRate = rationalFromDecimal(claim.failureRate);
  const significance = rationalFromDecimal(claim.significance);
  if (threshold === null || failureRate === undefined || significance === undefined)
    return { kind: 'different', changed: ['failure.threshold'] };
  const inside = rowsInside(content, content.validation).map((row) => content.validation.error[row]!);
  const conformal = conformalClaim(claim.conformal, inside, (bound) => scaledThreshold(bound, scale));
  const probability = claim.risk === null ? undefined : rationalFromDecimal(claim.risk);
  if (claim.risk !== null && (content.risk === null || probability === undefined))
    return { kind: 'different', changed: ['claim.risk'] };
  const counterexamples =
    threshold === content.criterion.scaledThreshold ? content.counterexamples : relisted(content, threshold);
  const revised: CertificateContent = {
    ...content,
    criterion: { ...content.criterion, threshold: project.failure.threshold, scaledThreshold: threshold },
    claim: {
      ...content.claim,
      violations: claim.violations,
      failureRate,
      significance,
      minimumInside: claim.minimumInside,
      slabs: claim.slabs,
      minimumPerSlab: claim.minimumPerSlab,
      conformal: conformal.kind === 'claimed' ? conformal.claim : null,
      risk: probability === undefined ? null : scoreOfRisk(probability, content.risk!.head.scale),
    },
    counterexamples,
  };
  return { kind: 'comparable', content: { ...revised, obligations: restated(revised) } };
}

/** The obligations that the revised content still states; one that it states anew is left to the next run. */
function restated(content: CertificateContent): CertificateContent['obligations'] {
  return content.obligations
    .filter(({ kind }) => kind !== 'conformal' || content.claim.conformal !== null)
    .filter(({ kind }) => kind !== 'universal' || content.claim.risk !== null)
    .map((obligation) =>
      obligation.kind === 'excluded'
        ? { ...obligation, rows: { from: 0, to: content.counterexamples.length } }
        : obligation,
    );
}

function relisted(content: CertificateContent, threshold: number): CertificateContent['counterexamples'] {
  const { search } = content;
  const box = content.rounds.at(-1)!.box;
  return search.error.flatMap((error, row) => {
    if (!(error > threshold)) return [];
    const outside = box.findIndex(({ lower, upper }, f) => {
      const value = search.features[f]![row]!;
      return value < lower || value > upper;
    });
    return [{ row, separatedBy: outside === -1 ? null : outside }];
  });
}

function differences(a: unknown, b: unknown, path: string): string[] {
  if (Object.is(a, b)) return [];
  if (isRecord(a) && isRecord(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return keys.flatMap((key) => differences(a[key], b[key], path === '' ? key : `${path}.${key}`));
  }
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [path];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
