import type { Obligation } from '../core/certificate.ts';

/** Search rows per `observed` theorem: a theorem costs some tenths of a second by itself, however few rows it has. */
export const ROWS_PER_CHUNK = 1000;

/**
 * The propositions of a certificate, in the order of its Lean file. `observed` is cut into chunks of consecutive search
 * rows; `excluded` ranges over all counterexamples at once, because it also says that none is missing.
 */
export function planObligations(counts: { searchRows: number; counterexamples: number }): Obligation[] {
  const obligations: Obligation[] = [single('nested')];
  for (let from = 0, chunk = 0; from < counts.searchRows; from += ROWS_PER_CHUNK, chunk++) {
    const theorem = `observed_${String(chunk).padStart(3, '0')}`;
    const rows = { from, to: Math.min(from + ROWS_PER_CHUNK, counts.searchRows) };
    obligations.push({ id: theorem, kind: 'observed', theorem, rows });
  }
  const rows = { from: 0, to: counts.counterexamples };
  obligations.push({ id: 'excluded_000', kind: 'excluded', theorem: 'excluded_000', rows });
  return [...obligations, single('coverage'), single('confidence'), single('safe')];
}

const single = (kind: 'nested' | 'coverage' | 'confidence' | 'safe'): Obligation => ({
  id: kind,
  kind,
  theorem: kind,
  rows: null,
});
