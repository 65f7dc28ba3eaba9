import { exp, log1p } from '../statistics/elementary.ts';

/** 1/(1 + e^−x), from + − × ÷ alone; relative error of a few 1e-16 on both sides. NaN for NaN. */
export function logisticFunction(x: number): number {
  if (x >= 0) return 1 / (1 + exp(-x));
  const power = exp(x);
  return power / (1 + power);
}

/** ln(1 + e^x) without overflow: the logistic loss of a row with label 0 at log-odds x, or with label 1 at −x. */
export function softplus(x: number): number {
  return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

const LN2 = 0.6931471805599453;
const PER_LN2 = 1 / LN2;
/** Beyond this log-odds the probability is 0 or 1 to 13 digits. */
const FAR = 30;
const powers = Float64Array.from({ length: 2 * 44 + 1 }, (_, at) => 2 ** (at - 44));

/**
 * 1/(1 + e^−x) with an absolute error below 1e-13, several times faster than `logisticFunction` and as exactly
 * specified: for derivatives that are rounded to fewer digits anyway. NaN for NaN.
 */
export function quickLogistic(x: number): number {
  if (x > FAR) return 1;
  if (x < -FAR) return 0;
  const k = Math.floor(-x * PER_LN2 + 0.5);
  const r = -x - k * LN2;
  // Taylor series of e^r for |r| ≤ 0.347, to the 10th power.
  const r2 = r * r;
  const even = 1 + r2 * (1 / 2 + r2 * (1 / 24 + r2 * (1 / 720 + r2 * (1 / 40320 + r2 * (1 / 3628800)))));
  const odd = 1 + r2 * (1 / 6 + r2 * (1 / 120 + r2 * (1 / 5040 + r2 * (1 / 362880))));
  return 1 / (1 + (even + r * odd) * powers[k + 44]!);
}
