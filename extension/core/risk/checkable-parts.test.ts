import { describe, expect, it } from 'vitest';
import { checkableParts } from './checkable-parts.ts';
import type { RiskHead } from './risk-head.ts';

const box = Array.from({ length: 8 }, () => ({ lower: 0, upper: 10_000 }));

/** Complete trees of one depth, in preorder. */
function ensemble(trees: number, depth: number): RiskHead {
  const feature = (level: number): number[] =>
    level === depth ? [-1] : [level % box.length, ...feature(level + 1), ...feature(level + 1)];
  const nodes = feature(0);
  const tree = { feature: nodes, number: nodes.map((tested, i) => (tested < 0 ? i : 5000)) };
  return { kind: 'trees', scale: 1, base: 0, trees: Array.from({ length: trees }, () => tree) };
}

describe('how many parts a check has room for', () => {
  it('allows what was seen to be checked, and not what was seen to run out of memory', () => {
    expect(checkableParts(ensemble(100, 4), box)).toBeGreaterThan(1344);
    expect(checkableParts(ensemble(100, 4), box)).toBeLessThan(2500);
    expect(checkableParts(ensemble(200, 6), box)).toBeLessThan(500);
    expect(checkableParts(ensemble(60, 3), box)).toBeGreaterThan(4000);
  });

  it('falls as trees and depth grow, and is never nothing', () => {
    expect(checkableParts(ensemble(50, 3), box)).toBeGreaterThan(checkableParts(ensemble(100, 3), box));
    expect(checkableParts(ensemble(50, 3), box)).toBeGreaterThan(checkableParts(ensemble(50, 4), box));
    expect(checkableParts(ensemble(4096, 8), box)).toBeGreaterThanOrEqual(1);
    expect(checkableParts({ kind: 'trees', scale: 1, base: 0, trees: [] }, box)).toBeGreaterThan(1000);
  });
});
