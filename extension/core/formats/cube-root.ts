/**
 * Cube root of x ≥ 0 by Newton's iteration, with nothing but + − × ÷, so that every machine gives the same bits. Not
 * finite where x is not.
 */
export function cubeRoot(x: number): number {
  if (!(x > 0 && x < Infinity)) return x === 0 ? 0 : NaN;
  // From above the iteration falls until rounding stops it.
  let root = x > 1 ? x : 1;
  while (true) {
    const next = root - (root - x / root / root) / 3;
    if (!(next < root)) return root;
    root = next;
  }
}
