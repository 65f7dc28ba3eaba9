import { plural } from '../core/plural.ts';
import type { StrategyReport } from '../core/strategies/portfolio.ts';

/** A report as it comes over a pipe, where the strategy is but a name. */
type Named = Omit<StrategyReport, 'strategy'> & { readonly strategy: string };

/**
 * What each strategy of a round did, one line each, for people:
 * "surrogate  120 tested, 35 counterexamples, 30 of them new (one per 4), 2.5 × random (1.37 to 4.63)". A single strategy
 * is the round itself, and has no lines.
 */
export function strategyLines(reports: readonly Named[]): string[] {
  if (reports.length < 2) return [];
  return reports.map(({ strategy, proposals, counterexamples, unique, cost, againstRandom }) => {
    const price = cost === null ? '' : ` (one per ${figure(cost)})`;
    return `    ${strategy.padEnd(16)} ${proposals} tested, ${plural(counterexamples, 'counterexample')}, ${unique} of them new${price}${comparison(againstRandom)}`;
  });
}

const figure = (value: number): string => String(Number(value.toPrecision(3)));

function comparison(ratio: StrategyReport['againstRandom']): string {
  if (ratio === null) return '';
  const estimate = ratio.estimate === null ? 'random found none' : `${figure(ratio.estimate)} × random`;
  const upper = ratio.upper === null ? 'no limit' : figure(ratio.upper);
  return `, ${estimate} (${figure(ratio.lower)} to ${upper})`;
}
