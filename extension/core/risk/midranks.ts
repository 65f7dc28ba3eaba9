/** Distinct values of some scores in ascending order, as group numbers per row. */
export interface RankedScores {
  /** Per row: 0 for the lowest score, counted up by one at each greater score. */
  readonly group: Int32Array;
  readonly groups: number;
}

/** Groups of equal scores; null where a score is NaN, which has no rank. −0 and 0 are equal. */
export function rankScores(scores: ArrayLike<number>): RankedScores | null {
  const values = Float64Array.from(scores, (score) => score + 0);
  if (values.some(Number.isNaN)) return null;
  const order = new Int32Array(values.length).map((_, row) => row);
  order.sort((a, b) => Number(values[a]! > values[b]!) - Number(values[a]! < values[b]!));
  const group = new Int32Array(values.length);
  let current = 0;
  for (let at = 0; at < order.length; at++) {
    if (at > 0 && values[order[at]!]! > values[order[at - 1]!]!) current++;
    group[order[at]!] = current;
  }
  return { group, groups: values.length === 0 ? 0 : current + 1 };
}

/** Rows per group, in two classes: those with a mark other than 0, and the rest. */
export interface GroupCounts {
  readonly marked: Float64Array;
  readonly rest: Float64Array;
}

/** How many failures and passes share each score. */
export function countGroups({ group, groups }: RankedScores, failed: ArrayLike<number>): GroupCounts {
  const marked = new Float64Array(groups);
  const rest = new Float64Array(groups);
  for (let row = 0; row < group.length; row++) {
    const counts = failed[row] === 0 ? rest : marked;
    counts[group[row]!] = counts[group[row]!]! + 1;
  }
  return { marked, rest };
}

/** The same for the rows with the given indices, with repetition; the counts are used again by the next call. */
export function resampledCounts(
  { group, groups }: RankedScores,
  failed: ArrayLike<number>,
): (rows: Int32Array) => GroupCounts {
  const marked = new Float64Array(groups);
  const rest = new Float64Array(groups);
  return (rows) => {
    marked.fill(0);
    rest.fill(0);
    for (const row of rows) {
      const counts = failed[row] === 0 ? rest : marked;
      counts[group[row]!] = counts[group[row]!]! + 1;
    }
    return { marked, rest };
  };
}
