import { benjaminiHochbergAdjusted } from '../statistics/benjamini-hochberg.ts';
import { holmAdjusted } from '../statistics/holm.ts';
import type { Tested } from './comparison-schema.ts';

/** P-values of one kind of test with both corrections over all of them; NaN (no test was possible) gives null. */
export function corrected(pValues: readonly number[]): (Tested | null)[] {
  const possible = pValues.map((pValue) => (Number.isNaN(pValue) ? null : pValue));
  const holm = holmAdjusted(possible);
  const hochberg = benjaminiHochbergAdjusted(possible);
  return possible.map((pValue, at) =>
    pValue === null ? null : { pValue, holm: holm[at]!, benjaminiHochberg: hochberg[at]! },
  );
}
