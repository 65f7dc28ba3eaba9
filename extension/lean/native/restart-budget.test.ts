import { expect, it } from 'vitest';
import { restartBudget } from './restart-budget.ts';

it('allows so many restarts within a window, and more once that has passed', () => {
  const ask = restartBudget({ most: 3, windowMs: 100 });
  expect([0, 10, 20, 30, 99].map(ask)).toEqual([1, 2, 3, null, null]);
  expect(ask(100)).toBe(3);
  expect(ask(105)).toBeNull();
  expect(ask(1000)).toBe(1);
});
