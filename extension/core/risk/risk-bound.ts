import type { Rational } from '../certificate.ts';
import { log } from '../statistics/elementary.ts';

/**
 * The greatest score that a probability of failure allows: ⌊scale × ln(ρ / (1 − ρ))⌋. Whatever the last digit of the
 * logarithm, no score up to it stands for a greater probability, so a certificate never says more than was asked.
 *
 * @param probability strictly between 0 and 1
 */
export function scoreOfRisk({ numerator, denominator }: Rational, scale: number): number {
  if (2 * numerator === denominator) return 0;
  const exact = scale * log(numerator / (denominator - numerator));
  return Math.floor(exact - Math.abs(exact) * 1e-12 - scale * 1e-15);
}

/** Steps in which a supported risk is offered: what is offered can be written into the project file as it is. */
const RISK_STEPS = 10_000;

/** The smallest probability, in steps of a hundredth of a percent, that allows a score; null if none below 1 does. */
export function riskOfScore(score: number, scale: number): Rational | null {
  let below = 0;
  let above = RISK_STEPS;
  while (above - below > 1) {
    const middle = Math.floor((above + below) / 2);
    if (scoreOfRisk({ numerator: middle, denominator: RISK_STEPS }, scale) >= score) above = middle;
    else below = middle;
  }
  return above === RISK_STEPS ? null : { numerator: above, denominator: RISK_STEPS };
}
