import { expect, it } from 'vitest';
import type { SweepEvent } from '../protocol/events.ts';
import { sweepLines } from './sweep-lines.ts';

const statistics: NonNullable<SweepEvent['statistics']> = {
  shards: 2,
  structures: 1000,
  stored: 400,
  failed: 12,
  refused: 3,
  failureRate: { estimate: 12 / 397, lower: 0.0157, upper: 0.0522, confidence: 0.95 },
  errors: { unit: 'eV/Å', relativeError: 0.01, median: 0.05123, p90: 0.3, p99: null, max: 3.21, notFinite: 5 },
  running: 2,
  rate: 4,
  secondsLeft: 150,
};
const event: SweepEvent = {
  kind: 'sweep',
  model: 'moments',
  complete: false,
  observations: 0,
  added: 0,
  duplicates: 0,
  disagreements: 0,
  shards: [1, 2].map((index) => ({ index, count: 2, state: 'incomplete', stored: 200, structures: 500, failed: 6 })),
  statistics,
  job: null,
};

it('says in a few lines how far a sweep is and what it found', () => {
  expect(sweepLines(event).join('\n')).toBe(
    [
      '  moments: 0 observations in its log, 0 of 2 shards complete',
      '    incomplete of 2: 1–2 (400 of 1000 structures)',
      '    400 of 1000 structures, 3 without a verdict, 2 running, 4/s, 3 min left',
      '    12 counterexamples: 3.02 % (95 % interval 1.57 % to 5.22 %)',
      '    error in eV/Å: median 0.0512, 90 % 0.3, 99 % not finite (each ± 1 %), largest 3.21 (5 not finite)',
    ].join('\n'),
  );
});

it('says nothing of what is not known', () => {
  expect(sweepLines({ ...event, shards: [], observations: 7, statistics: null })).toEqual([
    '  moments: 7 observations in its log',
  ]);
  const early = { ...statistics, structures: null, stored: 0, failed: 0, refused: 0, failureRate: null };
  expect(sweepLines({ ...event, statistics: { ...early, rate: null, secondsLeft: null } }).at(-1)).toBe(
    '    0 structures, 2 running',
  );
});
