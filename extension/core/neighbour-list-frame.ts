/**
 * The frame in which neighbours are searched: the periodic lattice vectors are made short and nearly orthogonal, and
 * space is rotated so that they form a triangle. Any cell, however skewed or left-handed, then has tight loop bounds.
 *
 * The frame only decides which pairs are *looked at*; whether a pair is an edge is decided elsewhere, from the lattice
 * the user gave. So nothing here can change a result, only the time it takes.
 */
export interface SearchFrame {
  /** Orthonormal axes, row-major 3×3: coordinate m of a point r is r · axes[m]. */
  readonly axes: Float64Array;
  /**
   * Reduced vector m along the axes, row-major, upper triangle: vector m has components m, m+1, ... only. The row of an
   * open level (a direction without periodicity) is zero.
   */
  readonly triangle: Float64Array;
  /** 1 / triangle[m][m], or 0 on an open level, which makes the range of images there exactly {0}. */
  readonly inverse: Float64Array;
  /** Integer 3×3: one step along reduced vector m adds row m to the shift in the user's lattice. */
  readonly steps: Int32Array;
  /** Whether `steps` keeps lexicographic order, that is whether the lattice was used as given. */
  readonly asGiven: boolean;
}

/** A vector this much shorter than the longest one of its cell makes the cell singular. */
const SINGULAR = 1e-10;
/** Coefficients of the reduced basis stay below this, or the cell is treated as singular (a shear of 10^6). */
const LARGEST_STEP = 2 ** 20;
const ROUNDS = 200;

interface Basis {
  /** Reduced vectors, k rows of 3. */
  readonly vectors: Float64Array;
  /** Their coefficients in the user's lattice, k rows of 3. */
  readonly steps: Float64Array;
}

const dot = (a: Float64Array, p: number, b: Float64Array, q: number): number =>
  a[3 * p]! * b[3 * q]! + a[3 * p + 1]! * b[3 * q + 1]! + a[3 * p + 2]! * b[3 * q + 2]!;

function addMultiple(basis: Basis, target: number, source: number, factor: number): void {
  for (const rows of [basis.vectors, basis.steps]) {
    for (let c = 0; c < 3; c++) rows[3 * target + c]! += factor * rows[3 * source + c]!;
  }
}

/** One sweep over all pairs, subtracting rounded projections from the longer vector; says whether anything changed. */
function reducePairs(basis: Basis, k: number): boolean {
  let changed = false;
  for (let p = 0; p < k; p++) {
    for (let q = 0; q < k; q++) {
      if (p === q) continue;
      const qq = dot(basis.vectors, q, basis.vectors, q);
      if (dot(basis.vectors, p, basis.vectors, p) < qq) continue;
      const projection = dot(basis.vectors, p, basis.vectors, q) / qq;
      // The slack keeps cells at exactly 60° or 120°, which are reduced already, as the user gave them.
      if (Math.abs(projection) <= 0.5 + 1e-6) continue;
      addMultiple(basis, p, q, -Math.floor(projection + 0.5));
      changed = true;
    }
  }
  return changed;
}

/** Replaces the longest of three vectors v by v ± u ± w where that is shorter (Minkowski's last condition). */
function reduceTriple(basis: Basis): boolean {
  const squares = [0, 1, 2].map((m) => dot(basis.vectors, m, basis.vectors, m));
  const longest = squares.indexOf(Math.max(...squares));
  const [u, w] = [0, 1, 2].filter((m) => m !== longest) as [number, number];
  for (const [su, sw] of [
    [1, 1],
    [1, -1],
    [-1, 1],
    [-1, -1],
  ] as const) {
    let square = 0;
    for (let c = 0; c < 3; c++) {
      const x = basis.vectors[3 * longest + c]! + su * basis.vectors[3 * u + c]! + sw * basis.vectors[3 * w + c]!;
      square += x * x;
    }
    if (square >= squares[longest]! * (1 - 1e-6)) continue;
    addMultiple(basis, longest, u, su);
    addMultiple(basis, longest, w, sw);
    return true;
  }
  return false;
}

/** Minkowski reduction of k ≤ 3 vectors; null where they are linearly dependent or too skewed to be told from it. */
function reduced(lattice: Float64Array, axes: readonly number[]): Basis | null {
  const k = axes.length;
  const basis: Basis = { vectors: new Float64Array(3 * k), steps: new Float64Array(3 * k) };
  let longest = 0;
  axes.forEach((axis, m) => {
    for (let c = 0; c < 3; c++) basis.vectors[3 * m + c] = lattice[3 * axis + c]!;
    basis.steps[3 * m + axis] = 1;
    longest = Math.max(longest, dot(basis.vectors, m, basis.vectors, m));
  });
  for (let round = 0; round < ROUNDS; round++) {
    for (let m = 0; m < k; m++) {
      if (!(dot(basis.vectors, m, basis.vectors, m) > SINGULAR * SINGULAR * longest)) return null;
    }
    if (basis.steps.some((step) => Math.abs(step) > LARGEST_STEP)) return null;
    if (reducePairs(basis, k)) continue;
    if (k === 3 && reduceTriple(basis)) continue;
    return basis;
  }
  return null;
}

/** Unit vector orthogonal to the axes already set (levels ≥ from), along the Cartesian direction they leave freest. */
function completeAxis(axes: Float64Array, level: number): void {
  const rest = new Float64Array(3);
  let best = 0;
  for (let c = 0; c < 3; c++) {
    const v = new Float64Array(3);
    v[c] = 1;
    for (let m = level + 1; m < 3; m++) {
      const along = dot(v, 0, axes, m);
      for (let d = 0; d < 3; d++) v[d]! -= along * axes[3 * m + d]!;
    }
    const square = dot(v, 0, v, 0);
    if (square <= best + 1e-9) continue;
    best = square;
    rest.set(v);
  }
  const length = Math.sqrt(best);
  for (let d = 0; d < 3; d++) axes[3 * level + d] = rest[d]! / length;
}

/**
 * Search frame of a cell, or null where the vectors along the periodic axes are linearly dependent (in double
 * precision). Vectors along non-periodic axes are not looked at and may be zero.
 *
 * @param lattice rows are lattice vectors, Å, length 9, finite
 */
export function searchFrame(lattice: Float64Array, periodic: readonly [boolean, boolean, boolean]): SearchFrame | null {
  const periodicAxes = [0, 1, 2].filter((axis) => periodic[axis]);
  const basis = reduced(lattice, periodicAxes);
  if (basis === null) return null;
  const open = 3 - periodicAxes.length;
  const axes = new Float64Array(9);
  const triangle = new Float64Array(9);
  const inverse = new Float64Array(3);
  const steps = new Int32Array(9);

  // Gram–Schmidt from the last vector to the first: the innermost loop runs along a lattice vector itself.
  for (let level = 2; level >= open; level--) {
    const m = level - open;
    const v = basis.vectors.slice(3 * m, 3 * m + 3);
    const before = dot(v, 0, v, 0);
    for (let n = level + 1; n < 3; n++) {
      const along = dot(v, 0, axes, n);
      for (let d = 0; d < 3; d++) v[d]! -= along * axes[3 * n + d]!;
    }
    const square = dot(v, 0, v, 0);
    if (!(square > SINGULAR * SINGULAR * before)) return null;
    const length = Math.sqrt(square);
    for (let d = 0; d < 3; d++) axes[3 * level + d] = v[d]! / length;
    triangle[3 * level + level] = length;
    inverse[level] = 1 / length;
    for (let n = level + 1; n < 3; n++) triangle[3 * level + n] = dot(basis.vectors, m, axes, n);
    for (let c = 0; c < 3; c++) steps[3 * level + c] = basis.steps[3 * m + c]!;
  }
  for (let level = open - 1; level >= 0; level--) completeAxis(axes, level);
  const asGiven = periodicAxes.every((axis, m) =>
    basis.steps.slice(3 * m, 3 * m + 3).every((s, c) => s === Number(c === axis)),
  );
  return { axes, triangle, inverse, steps, asGiven };
}

/** Positions (n rows of 3, Å) along the axes of the frame. */
export function alongAxes(frame: SearchFrame, positions: Float64Array): Float64Array {
  const n = positions.length / 3;
  const rotated = new Float64Array(3 * n);
  const e = frame.axes;
  for (let i = 0; i < 3 * n; i += 3) {
    const x = positions[i]!;
    const y = positions[i + 1]!;
    const z = positions[i + 2]!;
    rotated[i] = x * e[0]! + y * e[1]! + z * e[2]!;
    rotated[i + 1] = x * e[3]! + y * e[4]! + z * e[5]!;
    rotated[i + 2] = x * e[6]! + y * e[7]! + z * e[8]!;
  }
  return rotated;
}
