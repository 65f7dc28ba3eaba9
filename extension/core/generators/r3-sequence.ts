/** The only positive root of x⁴ = x + 1, which plays the golden ratio's part in three dimensions. */
export const R3_ROOT = 1.2207440846057596;

/**
 * Point number n of the R3 sequence, in the unit cube: the fractional parts of `offset`_k + n / ρ^k for k = 1, 2, 3, with
 * ρ⁴ = ρ + 1.
 *
 * @param n 0, 1, 2, …
 * @see M. Roberts, "The unreasonable effectiveness of quasirandom sequences" (2018)
 */
export function r3Point(n: number, offset: readonly [number, number, number]): [number, number, number] {
  const step = 1 / R3_ROOT;
  const part = (value: number): number => value - Math.floor(value);
  return [part(offset[0] + n * step), part(offset[1] + n * (step * step)), part(offset[2] + n * (step * step * step))];
}
