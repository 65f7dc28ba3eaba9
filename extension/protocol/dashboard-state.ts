import * as z from 'zod';
import { liveEventSchema, type LiveEvent } from './live-events.ts';
import {
  modelEventSchema,
  problemEventSchema,
  progressEventSchema,
  resultEventSchema,
  roundEventSchema,
  verdictEventSchema,
  type PcmEvent,
  type ResultEvent,
  type VerdictEvent,
} from './events.ts';

/**
 * Everything the dashboard shows, as plain data. The host folds the events of a run into it; the webview only draws it.
 * A dashboard that was hidden and comes back is given the whole state again, so nothing is kept in the page itself.
 */

/** Lists a run may grow; what comes beyond is counted, not kept, so that a state always fits into one message. */
export const LIMITS = { models: 32, rounds: 64, obligations: 5000, problems: 200, discovery: 400 } as const;

const outcomeSchema = z.discriminatedUnion('kind', [
  /** The run came to its end; every obligation of every model has its verdict. */
  z.object({ kind: z.literal('proved') }),
  z.object({ kind: z.literal('refuted') }),
  /** Something could not be decided or could not run. */
  z.object({ kind: z.literal('undecided') }),
  z.object({ kind: z.literal('cancelled') }),
  /** The process could not be started or died; the reason is for the user. */
  z.object({ kind: z.literal('broken'), reason: z.string() }),
]);
export type RunOutcome = z.infer<typeof outcomeSchema>;

const targetSchema = z.object({
  /** Name of the project folder and of its configuration file, for display only. */
  project: z.string(),
  config: z.string(),
});
export type RunTarget = z.infer<typeof targetSchema>;

const runSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('idle') }),
  z.object({ kind: z.literal('running'), target: targetSchema, stopping: z.boolean() }),
  /** To go on where it stopped: paused by the user, or, where there is a reason, interrupted by something else. */
  z.object({ kind: z.literal('paused'), target: targetSchema, reason: z.string().nullable() }),
  z.object({ kind: z.literal('ended'), target: targetSchema, outcome: outcomeSchema }),
]);

/** Where a search stood at one instant: structures tested, and per strategy how many of its own failed. */
const discoveryPointSchema = z.object({
  tested: z.number().int().nonnegative(),
  failed: z.array(z.number().int().nonnegative()).max(32),
});
export type DiscoveryPoint = z.infer<typeof discoveryPointSchema>;

const modelViewSchema = z.object({
  id: z.string(),
  about: modelEventSchema.nullable(),
  /** One entry per finished round, ascending. */
  rounds: z.array(roundEventSchema),
  /** In order of appearance, one per theorem. */
  obligations: z.array(verdictEventSchema),
  obligationsOmitted: z.number().int().nonnegative(),
  /** Sums of the search as far as it has come; null where nothing was reported yet. */
  live: liveEventSchema.nullable(),
  /** How the search got there, ascending; thinned out when it becomes long. */
  discovery: z.array(discoveryPointSchema),
  result: resultEventSchema.omit({ obligations: true, kind: true, model: true }).nullable(),
});
export type ModelView = z.infer<typeof modelViewSchema>;

export const dashboardStateSchema = z.object({
  run: runSchema,
  /** Why nothing can be started here, or null. */
  blocked: z.string().nullable(),
  progress: progressEventSchema.nullable(),
  models: z.array(modelViewSchema),
  problems: z.array(problemEventSchema),
  problemsOmitted: z.number().int().nonnegative(),
});
export type DashboardState = z.infer<typeof dashboardStateSchema>;

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
