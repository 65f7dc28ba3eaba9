import type { Box } from '../certificate.ts';

/** Finds the nearest candidate that has not been taken yet. */
export interface NearestCandidate {
  /** Candidates left. */
  remaining(): number;
  /**
   * Takes the candidate nearest to `point` (box-normalised coordinates, one per feature) and returns its row; of equally
   * near ones the smallest row. −1 when none is left.
   */
  take(point: Float64Array): number;
  /** Box-normalised coordinates of any pool row: (value − lower) / (upper − lower), 0 where the interval is a point. */
  coordinates(row: number): Float64Array;
}

/**
 * Nearest-neighbour queries over candidate rows in box-normalised coordinates, by a linear scan that leaves a point as
 * soon as its partial distance is too large. With 8 features and 100,000 candidates a k-d tree visits most of its nodes
 * and was measured to be several times slower than the scan.
 */
export function nearestCandidate(candidates: Int32Array, columns: readonly Float64Array[], box: Box): NearestCandidate {
  const dimensions = columns.length;
  const rows = Int32Array.from(candidates);
  const points = new Float64Array(rows.length * dimensions);
  let remaining = rows.length;

  const normalise = (feature: number, row: number): number => {
    const { lower, upper } = box[feature]!;
    return upper > lower ? (columns[feature]![row]! - lower) / (upper - lower) : 0;
  };
  for (let at = 0; at < rows.length; at++) {
    for (let f = 0; f < dimensions; f++) points[at * dimensions + f] = normalise(f, rows[at]!);
  }

  const nearestTo = (point: Float64Array): number => {
    let nearest = 0;
    let nearestDistance = Infinity;
    for (let at = 0; at < remaining; at++) {
      const start = at * dimensions;
      let distance = 0;
      for (let f = 0; f < dimensions && distance <= nearestDistance; f++) {
        const difference = points[start + f]! - point[f]!;
        distance += difference * difference;
      }
      if (distance < nearestDistance || (distance === nearestDistance && rows[at]! < rows[nearest]!)) {
        nearest = at;
        nearestDistance = distance;
      }
    }
    return nearest;
  };

  return {
    remaining: () => remaining,
    take(point) {
      if (remaining === 0) return -1;
      const at = nearestTo(point);
      const row = rows[at]!;
      remaining--;
      rows[at] = rows[remaining]!;
      points.copyWithin(at * dimensions, remaining * dimensions, (remaining + 1) * dimensions);
      return row;
    },
    coordinates: (row) => Float64Array.from(columns, (_, f) => normalise(f, row)),
  };
}
