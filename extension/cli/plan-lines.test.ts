import { describe, expect, it } from 'vitest';
import { planEventSchema } from '../protocol/plan-events.ts';
import { planLines } from './plan-lines.ts';
import { parsePlan } from './plan-arguments.ts';

describe('a plan', () => {
  it('reads as a person would say it', () => {
    const event = planEventSchema.parse({
      kind: 'plan',
      model: 'mace',
      failureRate: 0.01,
      significance: 0.05,
      inside: 250,
      failures: 0,
      upperBound: 0.0119,
      expectedRate: 0.002,
      sizes: [
        { failures: 0, needed: 299, more: 49, chance: 0.55 },
        { failures: 1, needed: 473, more: 223, chance: 0.76 },
      ],
      conformal: { miscoverage: 0.1, needed: 250, more: 0 },
    });
    expect(planLines(event)).toEqual([
      'mace: to claim a failure rate of at most 1 % at significance 5 %. So far 0 of 250 validation structures inside fail, which bounds the rate at 1.19 %.',
      '  with 0 failures in the end: 299 structures inside, 49 more (works out with 55 % if the true rate is 0.2 %)',
      '  with 1 failure in the end: 473 structures inside, 223 more (works out with 76 % if the true rate is 0.2 %)',
      '  an error bound for all but 10 %: enough structures are there',
      '  Choose one of these before looking at new structures: adding them until the claim holds would test too often.',
    ]);
  });

  it('is asked for in decimals', () => {
    const run = { json: false, config: 'pcm.json' };
    expect(parsePlan('c.json', { 'failure-rate': '0.01' }, run)).toMatchObject({
      options: { failureRate: { numerator: 1, denominator: 100 }, significance: null },
    });
    for (const wrong of ['0', '1', '-1', 'x', '']) {
      expect(parsePlan('c.json', { significance: wrong }, run).kind).toBe('misused');
    }
  });
});
