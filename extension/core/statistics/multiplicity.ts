/**
 * Corrections of p-values for the number of tests. Both return adjusted p-values in the order of the input: a test is a
 * finding at level α where its adjusted value is at most α. A null (no test was possible) stays null and is not counted.
 */

/** Places of the numbers among `values`, ascending by value. */
function ascending(values: readonly (number | null)[]): { at: number; value: number }[] {
  return values
    .flatMap((value, at) => (value === null ? [] : [{ at, value }]))
    .sort((a, b) => a.value - b.value || a.at - b.at);
}

/**
 * Holm's step-down correction (S. Holm, Scand. J. Stat. 6, 65, 1979): the probability of any false finding is at most α,
 * however the tests depend on each other.
 *
 * @see statsmodels.stats.multitest.multipletests(method='holm')
 */
export function holmAdjusted(pValues: readonly (number | null)[]): (number | null)[] {
  const order = ascending(pValues);
  const adjusted: (number | null)[] = pValues.map(() => null);
  let largest = 0;
  for (const [rank, { at, value }] of order.entries()) {
    largest = Math.max(largest, Math.min(1, value * (order.length - rank)));
    adjusted[at] = largest;
  }
  return adjusted;
}

/**
 * Benjamini and Hochberg's step-up correction (J. R. Stat. Soc. B 57, 289, 1995): the expected share of false ones among the
 * findings is at most α, for independent or positively dependent tests.
 *
 * @see statsmodels.stats.multitest.multipletests(method='fdr_bh')
 */
export function benjaminiHochbergAdjusted(pValues: readonly (number | null)[]): (number | null)[] {
  const order = ascending(pValues);
  const adjusted: (number | null)[] = pValues.map(() => null);
  let smallest = 1;
  for (const [rank, { at, value }] of [...order.entries()].reverse()) {
    // Multiplying and dividing may round below the p-value itself.
    smallest = Math.min(smallest, Math.max(value, (value * order.length) / (rank + 1)));
    adjusted[at] = smallest;
  }
  return adjusted;
}
