/** Edges in the order they were found: five integers each, [centre, neighbour, shift a, shift b, shift c]. */
export interface RawEdges {
  data: Int32Array;
  count: number;
}

/** What a search needs: the user's crystal, the same points along the frame's axes, and its limits. */
export interface SearchTask {
  readonly lattice: Float64Array;
  readonly positions: Float64Array;
  /** `positions` along the axes of the frame. */
  readonly rotated: Float64Array;
  /** Å; an edge has (squared length) ≤ cutoff². */
  readonly cutoff: number;
  /** Candidates are looked for within this radius: the cutoff and a little more for rounding. */
  readonly reach: number;
  /** A search stops as soon as it holds more raw edges than this. */
  readonly limit: number;
}

/** Room for twice as many raw edges, the present ones kept. */
export function grown(data: Int32Array): Int32Array {
  const larger = new Int32Array(2 * data.length);
  larger.set(data);
  return larger;
}
