/** What can be said of a linear model y ≈ X β, without a constant. */
export interface LeastSquares {
  /** Per column; null where other columns say the same, so that the data do not determine it. */
  readonly coefficients: readonly (number | null)[];
  /** Heteroscedasticity-consistent standard errors (HC3); null where there is no coefficient or no row to spare. */
  readonly standardErrors: readonly (number | null)[];
  readonly rank: number;
  /** Per row: the residual of the fit to all other rows. NaN where a row alone determines a coefficient. */
  readonly leftOut: Float64Array;
}

/** Columns that are by this factor smaller after the others were taken out are dependent on them. */
const DEPENDENT = 1e-9;

/**
 * Least squares for any rank, by modified Gram–Schmidt with a second pass (Björck, Numerical Methods for Least Squares
 * Problems, 1996, section 2.4). A column that depends on earlier ones gets no coefficient, and neither do those that it
 * depends on: their sum is determined, they are not.
 *
 * @param columns one array per coefficient, all of the length of `y`
 * @see numpy.linalg.lstsq; statsmodels OLS with cov_type 'HC3'
 */
export function leastSquares(columns: readonly Float64Array[], y: Float64Array): LeastSquares {
  const rows = y.length;
  const basis: Float64Array[] = [];
  const pivots: number[] = [];
  /** Per column its coordinates in the basis. */
  const coordinates: Float64Array[] = [];
  const isConfounded = columns.map(() => false);
  for (const [at, column] of columns.entries()) {
    const rest = Float64Array.from(column);
    const mix = new Float64Array(columns.length);
    for (let pass = 0; pass < 2; pass++) {
      for (const [k, direction] of basis.entries()) {
        const share = dot(direction, rest);
        mix[k] = mix[k]! + share;
        for (let row = 0; row < rows; row++) rest[row] = rest[row]! - share * direction[row]!;
      }
    }
    const norm = Math.sqrt(dot(rest, rest));
    const size = Math.sqrt(dot(column, column));
    if (norm > DEPENDENT * size && basis.length < rows) {
      mix[basis.length] = norm;
      basis.push(rest.map((value) => value / norm));
      pivots.push(at);
    } else if (size > 0) isConfounded[at] = true;
    coordinates.push(mix);
  }
  const rank = basis.length;
  /** Solves R x = right for the independent columns. */
  const solve = (right: ArrayLike<number>): Float64Array => {
    const x = new Float64Array(rank);
    for (let k = rank - 1; k >= 0; k--) {
      let sum = right[k]!;
      for (let j = k + 1; j < rank; j++) sum -= coordinates[pivots[j]!]![k]! * x[j]!;
      x[k] = sum / coordinates[pivots[k]!]![k]!;
    }
    return x;
  };
  // Columns that a dependent one is made of are not determined either.
  const scale = columns.map((column) => Math.sqrt(dot(column, column)));
  for (const [at, confounded] of [...isConfounded].entries()) {
    if (!confounded) continue;
    solve(coordinates[at]!).forEach((weight, k) => {
      if (Math.abs(weight) * scale[pivots[k]!]! > 1e-6 * scale[at]!) isConfounded[pivots[k]!] = true;
    });
  }
  const projections = basis.map((direction) => dot(direction, y));
  const solution = solve(projections);
  const leftOut = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let fitted = 0;
    let leverage = 0;
    for (const [k, direction] of basis.entries()) {
      fitted += projections[k]! * direction[row]!;
      leverage += direction[row]! * direction[row]!;
    }
    // A leverage of 1 leaves nothing of the row to judge it by.
    leftOut[row] = leverage > 1 - 1e-9 ? NaN : (y[row]! - fitted) / (1 - leverage);
  }
  const coefficients: (number | null)[] = columns.map(() => null);
  const standardErrors: (number | null)[] = columns.map(() => null);
  const influence = influences(basis, solve, rank);
  for (const [k, at] of pivots.entries()) {
    if (isConfounded[at]!) continue;
    coefficients[at] = solution[k]!;
    let variance = 0;
    for (let row = 0; row < rows; row++) variance += (influence[k]![row]! * leftOut[row]!) ** 2;
    // Rows with a leverage of 1 make it NaN: then nothing is known of the error.
    standardErrors[at] = rows > rank && Number.isFinite(variance) ? Math.sqrt(variance) : null;
  }
  return { coefficients, standardErrors, rank, leftOut };
}

/** Row k of (XᵀX)⁻¹Xᵀ: how much each row of y moves coefficient k. */
function influences(
  basis: readonly Float64Array[],
  solve: (right: ArrayLike<number>) => Float64Array,
  rank: number,
): Float64Array[] {
  const rows = basis[0]?.length ?? 0;
  const found = Array.from({ length: rank }, () => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    solve(basis.map((direction) => direction[row]!)).forEach((value, k) => (found[k]![row] = value));
  }
  return found;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let row = 0; row < a.length; row++) sum += a[row]! * b[row]!;
  return sum;
}
