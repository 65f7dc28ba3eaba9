import { quantity } from '../format.ts';
import type { Observations } from '../observations.ts';
import { t } from '../words.ts';

/** The error of a row in the criterion's unit, without the unit. */
export function errorText(table: Observations, row: number): string {
  const error = table.error[row]!;
  return Number.isFinite(error) ? quantity(error) : t('not finite');
}
