import { describe, expect, it } from 'vitest';
import { credited, openLedger, reportOf } from '../core/strategies/portfolio.ts';
import { strategyLines } from './strategy-lines.ts';

describe('lines about strategies', () => {
  it('say what each did and how that compares with random draws', () => {
    const ledger = credited(openLedger(['random', 'surrogate', 'grid']), [
      { proposals: 120, counterexamples: 12, unique: 12 },
      { proposals: 120, counterexamples: 35, unique: 30 },
      { proposals: 0, counterexamples: 0, unique: 0 },
    ]);
    expect(strategyLines(reportOf(ledger, 0.95))).toEqual([
      '    random           120 tested, 12 counterexamples, 12 of them new (one per 10)',
      '    surrogate        120 tested, 35 counterexamples, 30 of them new (one per 4), 2.5 × random (1.37 to 4.63)',
      '    grid             0 tested, 0 counterexamples, 0 of them new',
    ]);
  });

  it('have no ratio where random draws found nothing, and none for a strategy alone', () => {
    const ledger = credited(openLedger(['random', 'grid']), [
      { proposals: 50, counterexamples: 0, unique: 0 },
      { proposals: 50, counterexamples: 10, unique: 10 },
    ]);
    expect(strategyLines(reportOf(ledger, 0.95))[1]).toMatch(/random found none \(.* to no limit\)$/);
    expect(strategyLines(reportOf(openLedger(['random']), 0.95))).toEqual([]);
  });
});
