const DEGREE = 3.141592653589793 / 180;

/** Sum of the series 1 − t/(a·b) (1 − t/(c·d) (...)) from the inside out; the last term is below 2^-60 for x ≤ π/4. */
function series(x: number, firstDivisor: number): number {
  const t = x * x;
  let sum = 1;
  for (let k = firstDivisor + 18; k >= firstDivisor; k -= 2) sum = 1 - (t / (k * (k + 1))) * sum;
  return sum;
}

/**
 * Cosine of an angle of 0 to 180 degrees, within 2e-16, with nothing but + − × ÷, so that every machine gives the same
 * bits. Exact at 0, 60, 90, 120 and 180.
 */
export function cosineOfDegrees(angle: number): number {
  if (angle > 90) return -cosineOfDegrees(180 - angle);
  if (angle === 60) return 0.5;
  if (angle <= 45) return series(angle * DEGREE, 1);
  const x = (90 - angle) * DEGREE;
  return x * series(x, 2);
}
