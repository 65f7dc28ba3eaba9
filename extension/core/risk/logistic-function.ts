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
