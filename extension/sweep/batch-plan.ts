/** Limits on what is put together; a single item beyond a limit forms a group of its own. */
export interface GroupLimits {
  /** Structures in one group, ≥ 1. */
  readonly structures: number;
  /** Sum of the weights (atoms or edges) in one group. */
  readonly weight: number;
}

/**
 * Cuts an ordered list into consecutive groups, first come first served: group k is items [ends[k−1], ends[k]). A pure
 * function of the weights and the limits, so that neither timing nor the number of workers can change a group.
 */
export function planGroups(weights: ArrayLike<number>, limits: GroupLimits): number[] {
  const ends: number[] = [];
  let start = 0;
  let sum = 0;
  for (let k = 0; k < weights.length; k++) {
    const weight = weights[k]!;
    if (k > start && (k - start >= limits.structures || sum + weight > limits.weight)) {
      ends.push(k);
      start = k;
      sum = 0;
    }
    sum += weight;
  }
  if (weights.length > start) ends.push(weights.length);
  return ends;
}
