/** Places of the numbers among `values`, ascending by value. */
function ascending(values: readonly (number | null)[]): { at: number; value: number }[] {
  return values
    .flatMap((value, at) => (value === null ? [] : [{ at, value }]))
    .sort((a, b) => a.value - b.value || a.at - b.at);
}

/**
 * Benjamini and Hochberg's step-up correction (J. R. Stat. Soc. B 57, 289, 1995): the expected share of false ones among the
 * findings is at most α, for independent or positively dependent tests. A null (no test was possible) stays null and is not
 * counted.
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
