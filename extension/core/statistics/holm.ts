/**
 * P values corrected for their number by Holm's step-down method (Scand. J. Stat. 6, 65, 1979): the chance of any false
 * rejection stays at most the level, whatever depends on what. A null (no test was possible) stays null and does not count.
 *
 * @see statsmodels.stats.multitest.multipletests, method 'holm'
 */
export function holmAdjusted(pValues: readonly (number | null)[]): (number | null)[] {
  const order = pValues.flatMap((value, at) => (value === null ? [] : [{ value, at }]));
  order.sort((a, b) => a.value - b.value || a.at - b.at);
  const adjusted: (number | null)[] = pValues.map(() => null);
  let largest = 0;
  for (const [rank, { value, at }] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (order.length - rank) * value));
    adjusted[at] = largest;
  }
  return adjusted;
}
