import * as z from 'zod';
import { liveEventSchema } from './live-events.ts';
import {
  modelEventSchema,
  problemEventSchema,
  progressEventSchema,
  resultEventSchema,
  roundEventSchema,
  verdictEventSchema,
} from './events.ts';

/**
 * Everything the dashboard shows, as plain data. The host folds the events of a run into it; the webview only draws it.
 * A dashboard that was hidden and comes back is given the whole state again, so nothing is kept in the page itself.
 */

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
