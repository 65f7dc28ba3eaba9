import * as z from 'zod';
import { type CertificateContent, intervalSchema, rationalSchema } from '../certificate.ts';
import { decimalText } from '../decimal-text.ts';
import { percentText, rateText, unitText, valueText } from './wording.ts';

const count = z.number().int().nonnegative();
const feature = count;

/**
 * What would make a refuted obligation true, as data: every remedy of an obligation suffices by itself. Numbers are the
 * certificate's own (scaled integers, exact rationals); `feature` counts from zero.
 */
export const remedySchema = z.discriminatedUnion('kind', [
  /** One bound further in: leaves out `excluded` offending search observations, and `passingLost` passing ones with them. */
  z.strictObject({
    kind: z.literal('shrink-envelope'),
    feature,
    side: z.enum(['lower', 'upper']),
    to: count,
    excluded: count,
    passingLost: count,
  }),
  /** `claim.violations`. */
  z.strictObject({ kind: z.literal('raise-violations'), to: count }),
  /** `claim.minimumInside` and `claim.minimumPerSlab`, either of which may be as it was. */
  z.strictObject({ kind: z.literal('relax-coverage'), minimumInside: count, minimumPerSlab: count }),
  /** `claim.slabs`. */
  z.strictObject({ kind: z.literal('fewer-slabs'), to: count }),
  /** Passing search observations anywhere inside, and in each slab that holds too few. */
  z.strictObject({
    kind: z.literal('add-passing'),
    inside: count,
    slabs: z.array(z.strictObject({ feature, range: intervalSchema, missing: count })),
  }),
  /** `claim.failureRate`. */
  z.strictObject({ kind: z.literal('raise-failure-rate'), to: rationalSchema }),
  /**
   * So many more validation structures inside the envelope, of which so many may fail (for `confidence`) or have an error
   * above the bound (for `conformal`).
   */
  z.strictObject({ kind: z.literal('add-validation'), count, failures: count }),
  /** `claim.conformal.bound`. */
  z.strictObject({ kind: z.literal('raise-error-bound'), to: count }),
  /** `claim.conformal.miscoverage`. */
  z.strictObject({ kind: z.literal('raise-miscoverage'), to: rationalSchema }),
  /** The score that bounds the risk, and `claim.risk` for it, where a probability below 1 with four decimals does. */
  z.strictObject({ kind: z.literal('raise-risk'), to: z.number().int(), probability: rationalSchema.nullable() }),
  /** `risk.parts`: so many boxes suffice for the claimed bound. */
  z.strictObject({ kind: z.literal('more-parts'), to: count }),
  /** The tolerances of probes, in steps of 1 / scale. */
  z.strictObject({
    kind: z.literal('raise-tolerances'),
    probes: z.array(z.strictObject({ probe: z.string(), scale: count, unit: z.string(), to: count })),
  }),
  /** An interval's end, by its place in `content.replicates` and there in `ends`. */
  z.strictObject({ kind: z.literal('correct-end'), entry: count, end: count, rank: count, value: count }),
  /** The list of counterexamples, made anew from the observations. */
  z.strictObject({ kind: z.literal('list-counterexamples') }),
  /** The certificate contradicts itself in a way that no claim mends. */
  z.strictObject({ kind: z.literal('certify-again') }),
]);
export type Remedy = z.infer<typeof remedySchema>;

/** A remedy in the imperative, without a full stop. */
export function remedyText(remedy: Remedy, content: CertificateContent): string {
  switch (remedy.kind) {
    case 'shrink-envelope': {
      const { id } = content.features[remedy.feature]!;
      const lost = remedy.passingLost === 0 ? 'no passing one' : `${remedy.passingLost} passing`;
      return `move the ${remedy.side} bound of ${id} to ${valueText(content, remedy.feature, remedy.to)} (${remedy.excluded} failing excluded, ${lost} lost)`;
    }
    case 'raise-violations':
      return `claim "violations": ${remedy.to}`;
    case 'relax-coverage':
      return `claim ${[
        ...(remedy.minimumInside === content.claim.minimumInside ? [] : [`"minimumInside": ${remedy.minimumInside}`]),
        ...(remedy.minimumPerSlab === content.claim.minimumPerSlab
          ? []
          : [`"minimumPerSlab": ${remedy.minimumPerSlab}`]),
      ].join(' and ')}`;
    case 'fewer-slabs':
      return `claim "slabs": ${remedy.to}`;
    case 'add-passing':
      return `test ${addedText(remedy, content)}`;
    case 'raise-failure-rate':
      return `claim "failureRate": ${rateText(remedy.to)}`;
    case 'add-validation': {
      const most = remedy.failures === 0 ? 'none of which fails' : `of which at most ${remedy.failures} fail`;
      return `add ${remedy.count} validation structure${remedy.count === 1 ? '' : 's'} inside the envelope, ${most}`;
    }
    case 'raise-error-bound': {
      const { scale, unit } = content.criterion;
      return `claim "conformal.bound": ${decimalText(remedy.to, scale)} (${unit})`;
    }
    case 'raise-miscoverage':
      return `claim "conformal.miscoverage": ${rateText(remedy.to)}`;
    case 'raise-risk':
      return remedy.probability === null
        ? `claim no risk bound: it would have to be a score of ${remedy.to}, which is no probability below 100 %`
        : `claim "risk": ${rateText(remedy.probability)} (${percentText(remedy.probability)})`;
    case 'more-parts':
      return `allow "risk.parts": ${remedy.to}`;
    case 'raise-tolerances':
      return `tolerate ${remedy.probes.map(({ probe, scale, unit, to }) => `${decimalText(to, scale)}${unitText(unit)} in "${probe}"`).join(' and ')}`;
    case 'correct-end':
      return `state ${valueText(content, content.replicates[remedy.entry]!.feature, remedy.value)}, which has rank ${remedy.rank}`;
    case 'list-counterexamples':
      return 'certify again, so that the counterexamples are listed from the observations';
    case 'certify-again':
      return 'certify again; a certificate is not to be changed by hand';
  }
}

/** All remedies as one sentence, or nothing where there is none. */
export function remediesText(remedies: readonly Remedy[], content: CertificateContent): string {
  if (remedies.length === 0) return '';
  const parts = remedies.map((remedy) => remedyText(remedy, content));
  const last = parts.pop()!;
  return ` To mend it, ${parts.length === 0 ? last : `${parts.join('; ')}; or ${last}`}.`;
}

function addedText(remedy: Extract<Remedy, { kind: 'add-passing' }>, content: CertificateContent): string {
  const places = remedy.slabs.map(
    ({ feature: f, range, missing }) =>
      `${missing} with ${content.features[f]!.id} from ${valueText(content, f, range.lower)} to ${valueText(content, f, range.upper)}`,
  );
  const shown = places.slice(0, 3);
  if (places.length > shown.length) shown.push(`${places.length - shown.length} more slabs`);
  const inside = remedy.inside > 0 ? [`${remedy.inside} more inside`] : [];
  return `structures that pass: ${[...inside, ...shown].join(', ')}`;
}
