import type { DashboardState, ModelView, RunOutcome, RunTarget } from './dashboard-state.ts';
import type { PcmEvent, ResultEvent, VerdictEvent } from './events.ts';
import type { LiveEvent } from './live-events.ts';

/** Lists a run may grow; what comes beyond is counted, not kept, so that a state always fits into one message. */
export const LIMITS = { models: 32, rounds: 64, obligations: 5000, problems: 200, discovery: 400 } as const;

/**
 * What happens to a dashboard: a run starts, reports, is asked to stop, is paused and goes on, ends; or the workspace
 * becomes trusted.
 */
export type DashboardAction =
  | { readonly kind: 'started'; readonly target: RunTarget }
  | { readonly kind: 'event'; readonly event: PcmEvent }
  | { readonly kind: 'stopping' }
  | { readonly kind: 'paused'; readonly reason: string | null }
  | { readonly kind: 'resumed' }
  /** What certificates on the disk say of an earlier run; a run of this session is not overwritten. */
  | {
      readonly kind: 'restored';
      readonly target: RunTarget;
      readonly events: readonly PcmEvent[];
      readonly outcome: RunOutcome;
    }
  | { readonly kind: 'ended'; readonly outcome: RunOutcome }
  | { readonly kind: 'blocked'; readonly reason: string | null };

export const emptyDashboard: DashboardState = {
  run: { kind: 'idle' },
  blocked: null,
  progress: null,
  models: [],
  problems: [],
  problemsOmitted: 0,
};

/** The state after `action`. Actions that make no sense in `state` (an end without a start) leave it as it is. */
export function reduceDashboard(state: DashboardState, action: DashboardAction): DashboardState {
  switch (action.kind) {
    case 'started':
      return {
        ...emptyDashboard,
        blocked: state.blocked,
        run: { kind: 'running', target: action.target, stopping: false },
      };
    case 'event':
      return state.run.kind === 'running' ? reduceEvent(state, action.event) : state;
    case 'stopping':
      return state.run.kind === 'running' ? { ...state, run: { ...state.run, stopping: true } } : state;
    case 'restored': {
      if (state.run.kind !== 'idle') return state;
      const started = reduceDashboard(state, { kind: 'started', target: action.target });
      const told = action.events.reduce(reduceEvent, started);
      return reduceDashboard(told, { kind: 'ended', outcome: action.outcome });
    }
    case 'paused':
      if (state.run.kind !== 'running') return state;
      return { ...state, progress: null, run: { kind: 'paused', target: state.run.target, reason: action.reason } };
    case 'resumed':
      if (state.run.kind !== 'paused') return state;
      return { ...state, run: { kind: 'running', target: state.run.target, stopping: false } };
    case 'ended':
      if (state.run.kind !== 'running' && state.run.kind !== 'paused') return state;
      return {
        ...state,
        progress: null,
        run: { kind: 'ended', target: state.run.target, outcome: action.outcome },
      };
    case 'blocked':
      return { ...state, blocked: action.reason };
  }
}

function reduceEvent(state: DashboardState, event: PcmEvent): DashboardState {
  switch (event.kind) {
    case 'problem':
      return state.problems.length < LIMITS.problems
        ? { ...state, problems: [...state.problems, event] }
        : { ...state, problemsOmitted: state.problemsOmitted + 1 };
    case 'progress':
      return { ...state, progress: event };
    case 'model':
      return updateModel(state, event.model, (model) => ({ ...model, about: event }));
    case 'round':
      return updateModel(state, event.model, (model) => ({
        ...model,
        rounds: [...model.rounds.filter(({ round }) => round !== event.round), event]
          .sort((a, b) => a.round - b.round)
          .slice(0, LIMITS.rounds),
      }));
    case 'verdict':
      return updateModel(state, event.model, (model) => withVerdict(model, event));
    case 'result':
      return updateModel(state, event.model, (model) => withResult(model, event));
    case 'live':
      return updateModel(state, event.model, (model) => withLive(model, event));
    case 'certificate':
    case 'observation':
    case 'probe':
    case 'validated':
    case 'validation':
    case 'sweep':
    case 'report':
    case 'comparison':
    case 'plan':
    case 'trial':
    case 'falsification':
    case 'verification':
    case 'minimized':
    case 'exported':
    case 'table':
    case 'rows':
    case 'structure':
      return state;
  }
}

function updateModel(state: DashboardState, id: string, change: (model: ModelView) => ModelView): DashboardState {
  const known = state.models.some((model) => model.id === id);
  if (known) return { ...state, models: state.models.map((model) => (model.id === id ? change(model) : model)) };
  if (state.models.length >= LIMITS.models) return state;
  const added: ModelView = {
    id,
    about: null,
    rounds: [],
    obligations: [],
    obligationsOmitted: 0,
    live: null,
    discovery: [],
    result: null,
  };
  return { ...state, models: [...state.models, change(added)] };
}

/** Every second point is dropped when there are too many, so that the whole search stays in view at a bounded size. */
function withLive(model: ModelView, live: LiveEvent): ModelView {
  const point = { tested: live.tested, failed: live.strategies.map(({ failed }) => failed) };
  const known = model.discovery.filter(({ tested }) => tested < live.tested);
  const kept = known.length < LIMITS.discovery ? known : known.filter((_, at) => at % 2 === 1);
  return { ...model, live, discovery: [...kept, point] };
}

function withVerdict(model: ModelView, verdict: VerdictEvent): ModelView {
  const at = model.obligations.findIndex(({ theorem }) => theorem === verdict.theorem);
  if (at >= 0) return { ...model, obligations: model.obligations.with(at, verdict) };
  if (model.obligations.length >= LIMITS.obligations) {
    return { ...model, obligationsOmitted: model.obligationsOmitted + 1 };
  }
  return { ...model, obligations: [...model.obligations, verdict] };
}

/** The result repeats every verdict and is the last word on them. */
function withResult(model: ModelView, event: ResultEvent): ModelView {
  const { certificate, verdicts, obligations, structures, validation, lean } = event;
  return {
    ...model,
    obligations: obligations.slice(0, LIMITS.obligations).map(({ kind, ...verdict }) => ({
      kind: 'verdict' as const,
      model: model.id,
      obligation: kind,
      ...verdict,
    })),
    obligationsOmitted: Math.max(0, obligations.length - LIMITS.obligations),
    result: { certificate, verdicts, structures, validation, lean },
  };
}
