import type { RandomStream } from '../random.ts';
import { betaDeviate } from '../statistics/beta-deviate.ts';
import { proportionRatioInterval } from '../statistics/proportion-ratio.ts';
import type { StrategyId } from './table.ts';

/** What one strategy has proposed and found. Whole numbers. */
export interface StrategyYield {
  /** Structures it proposed that the model answered; refusals cost nothing and count nowhere. */
  readonly proposals: number;
  readonly counterexamples: number;
  /** Counterexamples that nobody had found before, structures that are equal up to symmetry being one. */
  readonly unique: number;
}

/** What the shares are decided on. Changed by nobody: `credited` returns a new one. */
export interface Ledger {
  readonly strategies: readonly StrategyId[];
  /** By position in `strategies`, over the whole search. */
  readonly total: readonly StrategyYield[];
  /** By position: unique counterexamples and other proposals, older ones counting less. */
  readonly recent: readonly { readonly hits: number; readonly misses: number }[];
}

/** Weight that evidence keeps from one generation to the next: after five, about a third. */
const MEMORY = 0.8;

/** `random`, where it takes part, is the yardstick and gets at least one of so many proposals. */
const YARDSTICK_EVERY = 10;

export function openLedger(strategies: readonly StrategyId[]): Ledger {
  return {
    strategies,
    total: strategies.map(() => ({ proposals: 0, counterexamples: 0, unique: 0 })),
    recent: strategies.map(() => ({ hits: 0, misses: 0 })),
  };
}

/**
 * Shares `count` proposals among the strategies by Thompson sampling: for each proposal, a rate of unique counterexamples
 * is drawn for every strategy from its posterior Beta(1 + hits, 1 + misses), and the strategy with the largest one gets it
 * (of equal ones the first). At the start all are alike; a strategy that finds little is asked ever less, but never for
 * certain not at all.
 *
 * Thompson sampling reaches the least possible regret for yes-or-no rewards (Kaufmann, Korda & Munos, ALT 2012), has no
 * constant to choose, and spreads a batch over several strategies by itself, where an upper-confidence rule would give
 * all of a batch to one. Rates change as the envelope shrinks and easy failures are used up, so evidence fades by a
 * factor of 0.8 per generation (Raj & Kalyani 2017). `random` gets one proposal of ten in any case: what others find is
 * measured against it.
 *
 * @returns proposals per strategy, adding up to `count`
 */
export function sharesOf(ledger: Ledger, count: number, random: RandomStream): Int32Array {
  const shares = new Int32Array(ledger.strategies.length);
  if (shares.length === 0) return shares;
  const yardstick = ledger.strategies.indexOf('random');
  const reserved = yardstick < 0 ? 0 : Math.ceil(count / YARDSTICK_EVERY);
  if (reserved > 0) shares[yardstick] = reserved;
  const rates = ledger.recent.map(({ hits, misses }) => betaDeviate(1 + hits, 1 + misses, random));
  for (let at = reserved; at < count; at++) {
    let best = 0;
    let highest = -1;
    rates.forEach((draw, position) => {
      const rate = draw();
      if (rate > highest) {
        highest = rate;
        best = position;
      }
    });
    shares[best]!++;
  }
  return shares;
}

/**
 * The ledger after one generation.
 *
 * @param generation what each strategy did in it, by position
 */
export function credited(ledger: Ledger, generation: readonly StrategyYield[]): Ledger {
  return {
    strategies: ledger.strategies,
    total: ledger.total.map((before, position) => sumOf(before, generation[position]!)),
    recent: ledger.recent.map(({ hits, misses }, position) => {
      const { proposals, unique } = generation[position]!;
      return { hits: MEMORY * hits + unique, misses: MEMORY * misses + proposals - unique };
    }),
  };
}

function sumOf(one: StrategyYield, other: StrategyYield): StrategyYield {
  return {
    proposals: one.proposals + other.proposals,
    counterexamples: one.counterexamples + other.counterexamples,
    unique: one.unique + other.unique,
  };
}

/** How one strategy did, in numbers that can be compared between strategies. */
export interface StrategyReport extends StrategyYield {
  readonly strategy: StrategyId;
  /** Proposals per unique counterexample; null where there is none. */
  readonly cost: number | null;
  /**
   * Unique counterexamples per proposal over those of `random`, with a score interval. Null for `random` itself, and where
   * it or this strategy made no proposals; the estimate is null where `random` found none, the upper end where there is
   * no bound. The interval takes proposals for independent: it describes this search and is no test.
   */
  readonly againstRandom: {
    readonly estimate: number | null;
    readonly lower: number;
    readonly upper: number | null;
  } | null;
}

/** @param confidence two-sided level of the intervals */
export function reportOf(
  { strategies, total }: Pick<Ledger, 'strategies' | 'total'>,
  confidence: number,
): StrategyReport[] {
  const base = total[strategies.indexOf('random')];
  return strategies.map((strategy, position) => {
    const own = total[position]!;
    return {
      strategy,
      ...own,
      cost: own.unique === 0 ? null : own.proposals / own.unique,
      againstRandom: strategy === 'random' || base === undefined ? null : yieldRatio(own, base, confidence),
    };
  });
}

/** Unique counterexamples per proposal of one strategy over those of another; null where one of them proposed nothing. */
export function yieldRatio(
  own: StrategyYield,
  base: StrategyYield,
  confidence: number,
): StrategyReport['againstRandom'] {
  if (own.proposals === 0 || base.proposals === 0) return null;
  const { lower, upper } = proportionRatioInterval(
    { successes: own.unique, trials: own.proposals },
    { successes: base.unique, trials: base.proposals },
    confidence,
  );
  return {
    estimate: base.unique === 0 ? null : own.unique / own.proposals / (base.unique / base.proposals),
    lower,
    upper: upper === Infinity ? null : upper,
  };
}
