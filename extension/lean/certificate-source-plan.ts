import type { CertificateContent, Obligation, ObligationKind } from '../core/certificate.ts';

/** Search rows per `observed` theorem: a theorem costs some tenths of a second by itself, however few rows it has. */
export const ROWS_PER_CHUNK = 1000;

/** What of a certificate's content decides which propositions it states. */
export type ObligationScope = Pick<
  CertificateContent,
  'search' | 'counterexamples' | 'replicates' | 'claim' | 'risk' | 'residuals'
>;

/**
 * The propositions of a certificate, in the order of its Lean file. `observed` is cut into chunks of consecutive search
 * rows; `excluded` ranges over all counterexamples at once, because it also says that none is missing. `bootstrap`,
 * `conformal`, `universal` and `physics` are stated only where there is something to state.
 */
export function planObligations(content: ObligationScope): Obligation[] {
  const searchRows = content.search.id.length;
  const observed: Obligation[] = [];
  for (let from = 0, chunk = 0; from < searchRows; from += ROWS_PER_CHUNK, chunk++) {
    const theorem = `observed_${String(chunk).padStart(3, '0')}`;
    const rows = { from, to: Math.min(from + ROWS_PER_CHUNK, searchRows) };
    observed.push({ id: theorem, kind: 'observed', theorem, rows });
  }
  const rows = { from: 0, to: content.counterexamples.length };
  return [
    single('nested'),
    ...observed,
    { id: 'excluded_000', kind: 'excluded', theorem: 'excluded_000', rows },
    single('coverage'),
    ...(content.replicates.length > 0 ? [single('bootstrap')] : []),
    single('confidence'),
    ...(content.claim.conformal !== null ? [single('conformal')] : []),
    ...(content.claim.risk !== null || content.risk !== null ? [single('universal')] : []),
    ...(content.residuals.length > 0 ? [single('physics')] : []),
    single('safe'),
  ];
}

const single = (kind: Exclude<ObligationKind, 'observed' | 'excluded'>): Obligation => ({
  id: kind,
  kind,
  theorem: kind,
  rows: null,
});
