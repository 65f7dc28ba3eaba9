import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../random.ts';
import { credited, openLedger, reportOf, sharesOf, type Ledger, type StrategyYield } from './portfolio.ts';
import { strategyIds, type StrategyId } from './table.ts';

const yieldOf = (proposals: number, unique: number, counterexamples = unique): StrategyYield => ({
  proposals,
  counterexamples,
  unique,
});

/** Plays `generations` batches in which every proposal finds something with its strategy's rate. */
function play(
  strategies: readonly StrategyId[],
  rateOf: (strategy: StrategyId, generation: number) => number,
  generations: number,
  seed: number,
): Ledger {
  let ledger = openLedger(strategies);
  for (let generation = 0; generation < generations; generation++) {
    const shares = sharesOf(ledger, 50, randomStream(seed, 'shares', String(generation)));
    const luck = randomStream(seed, 'luck', String(generation));
    ledger = credited(
      ledger,
      strategies.map((strategy, position) => {
        let unique = 0;
        for (let at = 0; at < shares[position]!; at++) if (luck.uniform() < rateOf(strategy, generation)) unique++;
        return yieldOf(shares[position]!, unique);
      }),
    );
  }
  return ledger;
}

describe('portfolio', () => {
  it('gives out exactly what there is, the same again from the same stream', () => {
    fc.assert(
      fc.property(
        fc.subarray([...strategyIds], { minLength: 1 }),
        fc.nat(300),
        fc.array(fc.tuple(fc.nat(100), fc.nat(100)), { minLength: strategyIds.length, maxLength: strategyIds.length }),
        fc.integer(),
        (strategies, count, past, seed) => {
          const ledger = credited(
            openLedger(strategies),
            strategies.map((_, at) => yieldOf(past[at]![0] + past[at]![1], past[at]![0])),
          );
          const shares = sharesOf(ledger, count, randomStream(seed));
          expect(shares.reduce((sum, share) => sum + share, 0)).toBe(count);
          expect(shares.every((share) => share >= 0)).toBe(true);
          expect(sharesOf(ledger, count, randomStream(seed))).toEqual(shares);
          const yardstick = strategies.indexOf('random');
          if (yardstick >= 0) expect(shares[yardstick]!).toBeGreaterThanOrEqual(Math.ceil(count / 10));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('begins with nearly equal shares', () => {
    const shares = sharesOf(openLedger(['grid', 'sobol', 'surrogate']), 3000, randomStream(1));
    for (const share of shares) expect(Math.abs(share - 1000)).toBeLessThan(120);
  });

  it('gives most to the strategy that finds most, and keeps the yardstick', () => {
    const rate = (strategy: StrategyId): number => (strategy === 'surrogate' ? 0.3 : 0.05);
    const { total } = play(['random', 'sobol', 'surrogate'], rate, 20, 3);
    expect(total[2]!.proposals).toBeGreaterThan(600);
    expect(total[0]!.proposals).toBeGreaterThanOrEqual(100);
    expect(total.reduce((sum, { proposals }) => sum + proposals, 0)).toBe(1000);
  });

  it('follows when another strategy becomes the best', () => {
    const rate = (strategy: StrategyId, generation: number): number =>
      (strategy === 'surrogate') === generation < 10 ? 0.4 : 0.02;
    const early = play(['grid', 'surrogate'], rate, 10, 5);
    const late = play(['grid', 'surrogate'], rate, 30, 5);
    expect(early.total[1]!.proposals).toBeGreaterThan(300);
    expect(late.total[0]!.proposals - early.total[0]!.proposals).toBeGreaterThan(700);
  });

  it('rewards what is new, not what had been found before', () => {
    const ledger = credited(openLedger(['grid', 'surrogate']), [yieldOf(40, 10), yieldOf(40, 0, 40)]);
    const [grid, surrogate] = sharesOf(ledger, 200, randomStream(2));
    expect(grid!).toBeGreaterThan(10 * surrogate!);
    expect(ledger.total[1]).toEqual({ proposals: 40, counterexamples: 40, unique: 0 });
  });

  it('shares nothing among nobody', () => expect(sharesOf(openLedger([]), 5, randomStream(1)).length).toBe(0));
});

describe('report of a portfolio', () => {
  it('says what each strategy did, what a counterexample cost, and how that compares with random draws', () => {
    const ledger = credited(openLedger(['random', 'surrogate', 'grid']), [
      yieldOf(120, 12),
      yieldOf(120, 30, 35),
      yieldOf(0, 0),
    ]);
    const [random, surrogate, grid] = reportOf(ledger, 0.95);
    expect(random).toEqual({
      strategy: 'random',
      proposals: 120,
      counterexamples: 12,
      unique: 12,
      cost: 10,
      againstRandom: null,
    });
    expect(surrogate).toMatchObject({ strategy: 'surrogate', counterexamples: 35, unique: 30, cost: 4 });
    expect(surrogate!.againstRandom!.estimate).toBeCloseTo(2.5, 12);
    expect(surrogate!.againstRandom!.lower).toBeCloseTo(1.3684, 3);
    expect(surrogate!.againstRandom!.upper).toBeCloseTo(4.6334, 3);
    expect(grid).toMatchObject({ cost: null, againstRandom: null });
  });

  it('has no estimate and no upper end while random draws have found nothing', () => {
    const ledger = credited(openLedger(['random', 'surrogate']), [yieldOf(50, 0), yieldOf(50, 10)]);
    const { estimate, lower, upper } = reportOf(ledger, 0.95)[1]!.againstRandom!;
    expect([estimate, upper]).toEqual([null, null]);
    expect(lower).toBeGreaterThan(1);
  });

  it('compares with nothing where random draws take no part', () => {
    const ledger = credited(openLedger(['grid']), [yieldOf(50, 5)]);
    expect(reportOf(ledger, 0.95)[0]!.againstRandom).toBeNull();
  });
});
