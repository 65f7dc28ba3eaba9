import { describe, expect, it } from 'vitest';
import { emptyDashboard, LIMITS, reduceDashboard } from './dashboard-reducer.ts';
import { dashboardStateSchema, type DashboardState } from './dashboard-state.ts';
import type { PcmEvent, ResultEvent, VerdictEvent } from './events.ts';

const target = { project: 'oxides', config: 'pcm.json' };

function stateAfter(...events: readonly PcmEvent[]): DashboardState {
  const started = reduceDashboard(emptyDashboard, { kind: 'started', target });
  return events.reduce((state, event) => reduceDashboard(state, { kind: 'event', event }), started);
}

function round(model: string, number: number): PcmEvent {
  const bound = { value: number, percentile: null, bca: null };
  const features = [{ feature: 'volume_per_atom', unit: 'Å³', lower: bound, upper: bound, compression: 0.5 }];
  return {
    kind: 'round',
    model,
    round: number,
    rounds: 4,
    tested: 10,
    failed: 1,
    discovered: number,
    coverage: 1,
    features,
  };
}

function verdict(theorem: string, judged: VerdictEvent['verdict']): VerdictEvent {
  return { kind: 'verdict', model: 'mace', id: theorem, obligation: 'observed', theorem, verdict: judged, reason: '' };
}

const result: ResultEvent = {
  kind: 'result',
  certificate: 'certificates/mace.pcm-cert.json',
  model: 'mace',
  verdicts: { proved: 0, refuted: 1, stuck: 0 },
  obligations: [{ id: 'observed_000', kind: 'observed', theorem: 'observed_000', verdict: 'refuted', reason: 'row 3' }],
  structures: { tested: 40, failed: 4, refused: 0 },
  validation: { inside: 9, failures: 0, upperBound: 0.28 },
  lean: null,
};

/** The state as a few lines of text, so that an expectation can be read. */
function printed(state: DashboardState): string[] {
  return state.models.map(
    ({ id, rounds, obligations, result: end }) =>
      `${id}: rounds ${rounds.map((each) => each.round).join(' ')}; ` +
      `${obligations.map((each) => `${each.theorem} ${each.verdict}`).join(', ')}; ${end === null ? 'open' : 'ended'}`,
  );
}

describe('the dashboard of a run', () => {
  it('keeps rounds in order, one of each, per model', () => {
    const state = stateAfter(round('mace', 2), round('mace', 1), round('chgnet', 1), round('mace', 2));
    expect(printed(state)).toEqual(['mace: rounds 1 2; ; open', 'chgnet: rounds 1; ; open']);
  });

  it('replaces a verdict by a later one on the same theorem, and all of them by the result', () => {
    const judged = stateAfter(
      verdict('observed_000', 'stuck'),
      verdict('observed_001', 'proved'),
      verdict('observed_000', 'proved'),
    );
    expect(printed(judged)).toEqual(['mace: rounds ; observed_000 proved, observed_001 proved; open']);
    const ended = reduceDashboard(judged, { kind: 'event', event: result });
    expect(printed(ended)).toEqual(['mace: rounds ; observed_000 refuted; ended']);
    expect(ended.models[0]?.obligations[0]?.reason).toBe('row 3');
  });

  it('forgets the last run when the next one starts, but not why nothing may be started', () => {
    const blocked = reduceDashboard(stateAfter(round('mace', 1)), { kind: 'blocked', reason: 'not trusted' });
    const state = reduceDashboard(blocked, { kind: 'started', target });
    expect(state.models).toEqual([]);
    expect(state.blocked).toBe('not trusted');
  });

  it('ends with the outcome and no progress left', () => {
    const progress: PcmEvent = {
      kind: 'progress',
      model: 'mace',
      stage: 'search',
      unit: 'structures',
      done: 1,
      total: 2,
      rate: null,
      secondsLeft: null,
    };
    const state = reduceDashboard(stateAfter(progress), { kind: 'ended', outcome: { kind: 'refuted' } });
    expect(state.progress).toBeNull();
    expect(state.run).toEqual({ kind: 'ended', target, outcome: { kind: 'refuted' } });
  });

  it('takes no events without a run', () => {
    expect(reduceDashboard(emptyDashboard, { kind: 'event', event: round('mace', 1) })).toBe(emptyDashboard);
    expect(reduceDashboard(emptyDashboard, { kind: 'ended', outcome: { kind: 'proved' } })).toBe(emptyDashboard);
  });

  it('counts what it does not keep, and always fits its own schema', () => {
    const problem: PcmEvent = { kind: 'problem', severity: 'error', file: 'a.xyz', line: 1, message: 'm', fix: 'f' };
    const models = Array.from({ length: LIMITS.models + 5 }, (_, index) => round(`model-${index}`, 1));
    const state = stateAfter(...Array.from({ length: LIMITS.problems + 7 }, () => problem), ...models);
    expect(state.problems).toHaveLength(LIMITS.problems);
    expect(state.problemsOmitted).toBe(7);
    expect(state.models).toHaveLength(LIMITS.models);
    expect(dashboardStateSchema.parse(state)).toEqual(state);
    const full = stateAfter(
      ...Array.from({ length: LIMITS.obligations + 1 }, (_, i) => verdict(`observed_${i}`, 'proved')),
    );
    expect(full.models[0]?.obligations).toHaveLength(LIMITS.obligations);
    expect(full.models[0]?.obligationsOmitted).toBe(1);
  });
});
