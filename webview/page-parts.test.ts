import { describe, expect, it } from 'vitest';
import { emptyDashboard, reduceDashboard } from '../extension/protocol/dashboard-reducer.ts';
import type { ModelView } from '../extension/protocol/dashboard-state.ts';
import { axisText } from './axis-text.ts';
import { readKept } from './kept.ts';
import { placeOf } from './periodic-table.ts';
import { MOST_TWIN_ROWS, twinOf, type Plot } from './plot.ts';
import { boundsPlot } from './plots/refinement-plots.ts';
import { createRequests } from './requests.ts';
import { targetOf } from './tab-bar.ts';
import { nextSteps } from './tabs/next-steps.ts';

describe('the periodic table', () => {
  it('has every element in a place of its own', () => {
    const places = Array.from({ length: 118 }, (_, at) => placeOf(at + 1));
    expect(new Set(places.map(({ column, row }) => `${column} ${row}`)).size).toBe(118);
    expect(places.every(({ column, row }) => column >= 1 && column <= 18 && row >= 1 && row <= 10)).toBe(true);
  });

  it.each([
    [1, 1, 1],
    [2, 18, 1],
    [5, 13, 2],
    [26, 8, 4],
    [57, 3, 9],
    [70, 16, 9],
    [71, 3, 6],
    [102, 16, 10],
    [103, 3, 7],
    [118, 18, 7],
  ])('element %i stands in column %i, row %i', (z, column, row) => expect(placeOf(z)).toEqual({ column, row }));
});

describe('the keys of the tabs', () => {
  it.each([
    ['ArrowRight', 6, 0],
    ['ArrowLeft', 0, 6],
    ['Home', 3, 0],
    ['End', 3, 6],
    ['a', 3, null],
  ])('%s on tab %i leads to %j', (key, at, to) => expect(targetOf(key, at, 7)).toBe(to));
});

describe('what the reader chose', () => {
  it('survives, and what is not understood is as at the beginning', () => {
    const fresh = readKept(undefined);
    expect(readKept({ ...fresh, tab: 'elements', filter: { ...fresh.filter, elements: [26] } })).toMatchObject({
      tab: 'elements',
      filter: { elements: [26] },
    });
    expect(readKept({ tab: 'gone' })).toEqual(fresh);
    expect(readKept({ model: 'mace' })).toEqual({ ...fresh, model: 'mace' });
  });
});

describe('the table beside a chart', () => {
  const plot: Plot = {
    x: { title: 'round', whole: true },
    y: { title: 'share', percent: true },
    series: [{ name: 'pass rate', shape: 'line', style: 0, points: [{ x: 1, y: 0.5, lower: 0.4, upper: 0.6 }] }],
  };

  it('says every point with its interval', () => {
    expect(twinOf(plot, axisText)).toEqual({
      columns: ['round', 'share', '95 % interval'],
      rows: [['1', '50 %', '40 % to 60 %']],
      omitted: 0,
    });
  });

  it('is cut where it would be endless, and says so', () => {
    const points = Array.from({ length: MOST_TWIN_ROWS + 3 }, (_, x) => ({ x, y: 0 }));
    expect(twinOf({ ...plot, series: [{ ...plot.series[0]!, points }] }, axisText).omitted).toBe(3);
  });

  it('leaves room for the intervals of bounds', () => {
    const side = (value: number) => ({ value, percentile: { lower: value - 1, upper: value + 2 }, bca: null });
    const { y } = boundsPlot(
      [
        {
          kind: 'round',
          model: 'm',
          round: 1,
          rounds: 2,
          tested: 1,
          failed: 0,
          discovered: 0,
          coverage: 1,
          features: [{ feature: 'f', unit: '1', lower: side(0), upper: side(10), compression: 0 }],
        },
      ],
      'f',
    );
    expect(y.min!).toBeLessThan(-1);
    expect(y.max!).toBeGreaterThan(12);
  });
});

describe('requests', () => {
  it('are answered once, and given up when nobody answers', async () => {
    const timers: (() => void)[] = [];
    const sent: number[] = [];
    const requests = createRequests(
      (id) => sent.push(id),
      (act) => timers.push(act) - 1,
      () => undefined,
    );
    const first = requests.ask({ kind: 'structure', model: 'm', row: 0 });
    const second = requests.ask({ kind: 'structure', model: 'm', row: 1 });
    requests.answer(sent[0]!, { kind: 'done', message: 'x' });
    requests.answer(sent[0]!, { kind: 'done', message: 'again' });
    timers[1]!();
    expect(await first).toEqual({ kind: 'done', message: 'x' });
    expect(await second).toMatchObject({ kind: 'failed' });
  });
});

describe('what to do next', () => {
  const verdict = (theorem: string, judged: 'proved' | 'refuted' | 'stuck', remedies: string[] = []) =>
    ({
      kind: 'verdict',
      model: 'm',
      id: theorem,
      obligation: 'observed',
      theorem,
      verdict: judged,
      reason: 'row 3',
      remedies: remedies.map((text) => ({ text, edits: [] })),
    }) as const;
  const ended = { kind: 'ended', target: { project: 'p', config: 'pcm.json' }, outcome: { kind: 'refuted' } } as const;

  function modelAfter(...events: ReturnType<typeof verdict>[]): ModelView {
    const started = reduceDashboard(emptyDashboard, { kind: 'started', target: ended.target });
    return events.reduce((state, event) => reduceDashboard(state, { kind: 'event', event }), started).models[0]!;
  }

  it('is the least costly remedy of what is refuted, then what is undecided', () => {
    const steps = nextSteps(
      ended,
      modelAfter(verdict('observed_000', 'refuted', ['Claim 3', 'Claim 4']), verdict('x', 'stuck')),
    );
    expect(steps).toEqual(['observed_000: Claim 3', 'Look into the log for 1 obligation that could not be decided.']);
  });

  it('is nothing while a run goes on', () =>
    expect(
      nextSteps({ kind: 'running', target: ended.target, stopping: false }, modelAfter(verdict('a', 'refuted'))),
    ).toEqual([]));
});

describe('what the reader chose', () => {
  const chosen = (tab: string, changes: number): unknown => ({ tab, changes });

  it('is the later of what editor and host remember', () => {
    expect(readKept(chosen('risk', 3), JSON.stringify(chosen('elements', 4))).tab).toBe('elements');
    expect(readKept(chosen('risk', 4), JSON.stringify(chosen('elements', 4))).tab).toBe('risk');
    expect(readKept(undefined, JSON.stringify(chosen('elements', 1))).tab).toBe('elements');
  });

  it('is as at the beginning where a memory is none of ours', () => {
    for (const text of ['', '{', 'null', '[]', '{"tab":"none","changes":9}']) {
      expect(readKept(undefined, text)).toEqual(readKept(undefined));
    }
  });
});
