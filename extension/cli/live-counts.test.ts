import { describe, expect, it } from 'vitest';
import { binEdge, ERROR_BINS, errorBin } from '../protocol/error-bins.ts';
import { liveEventSchema, type LiveEvent } from '../protocol/live-events.ts';
import { countLive, type LiveObservation } from './live-counts.ts';

const subject = { model: 'mace', strategies: ['random', 'surrogate'], unit: 'eV/Å', threshold: 0.5 };

function observation(change: Partial<LiveObservation>): LiveObservation {
  return { round: 1, strategy: 0, formula: 'NaCl', error: 0.1, failed: false, ...change };
}

describe('the running sums of a search', () => {
  it('count by strategy, element and size of the error', () => {
    const events: LiveEvent[] = [];
    const counts = countLive(
      subject,
      (event) => events.push(event),
      () => 0,
    );
    counts.add(observation({}));
    counts.add(observation({ formula: 'BaTiO3', error: 2, failed: true, strategy: 1 }));
    counts.add(observation({ error: Number.NaN, failed: true, round: 2 }));
    counts.flush();
    const last = events.at(-1)!;
    expect(liveEventSchema.parse(last)).toEqual(last);
    expect(last).toMatchObject({ round: 2, tested: 3, failed: 2 });
    expect(last.strategies).toEqual([
      { strategy: 'random', tested: 2, failed: 1 },
      { strategy: 'surrogate', tested: 1, failed: 1 },
    ]);
    expect(last.errors.notFinite).toBe(1);
    expect(last.errors.bins[errorBin(0.1)!]).toBe(1);
    expect(last.errors.bins.reduce((sum, count) => sum + count, 0)).toBe(2);
    expect(last.elements).toContainEqual({ z: 11, tested: 2, failed: 1 });
    expect(last.elements).toContainEqual({ z: 22, tested: 1, failed: 1 });
  });

  it('report the first structure at once, and then no more than four times a second', () => {
    let clock = 0;
    const times: number[] = [];
    const counts = countLive(
      subject,
      () => times.push(clock),
      () => clock,
    );
    for (; clock < 1000; clock += 10) counts.add(observation({}));
    expect(times).toEqual([0, 250, 500, 750]);
    counts.flush();
    counts.flush();
    expect(times).toHaveLength(5);
  });
});

describe('bins of errors', () => {
  it('hold what lies between their edges, and everything beyond in the outermost', () => {
    for (let bin = 0; bin < ERROR_BINS; bin++) expect(errorBin(binEdge(bin) * 1.01)).toBe(bin);
    expect([0, 1e-9, 1e9].map(errorBin)).toEqual([0, 0, ERROR_BINS - 1]);
    expect(errorBin(Number.POSITIVE_INFINITY)).toBeNull();
  });
});
