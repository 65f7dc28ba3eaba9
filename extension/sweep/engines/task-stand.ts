import type { TaskStates } from './engine.ts';
import type { Submission } from './submission.ts';

/** What a shard's own files say. */
export interface ShardProgress {
  readonly complete: boolean;
  /** Observations in its log, and all it will have; null before it has begun. */
  readonly stored: number;
  readonly structures: number | null;
}

/**
 * Where one task of a submission stands. `lost`: it ended, failed or was forgotten without completing its shard, and is
 * worth another attempt; `given-up`: several attempts in a row added nothing. `unknown`: the engine cannot be asked now.
 */
export interface TaskStand {
  readonly shard: number;
  readonly phase: 'complete' | 'waiting' | 'running' | 'lost' | 'given-up' | 'unknown';
  /** The engine's word for it, where it has one. */
  readonly words: string;
  readonly attempts: number;
}

/** A task that runs into its time limit adds something each time; one that adds nothing fails for another reason. */
const MOST_IDLE_ATTEMPTS = 3;

/**
 * Joins what the shards' files say with what the engine says. The files decide whether a shard is complete, whatever
 * became of its task.
 *
 * @param progress of shards 1, 2, …; missing ones have not begun.
 * @param known states by job; jobs that could not be asked are not in the map.
 */
export function taskStands(
  submission: Submission,
  progress: ReadonlyMap<number, ShardProgress>,
  known: ReadonlyMap<string, TaskStates>,
): TaskStand[] {
  const jobsOf = Array.from({ length: submission.count }, () => [] as { id: string; stored: number }[]);
  for (const { id, shards, stored } of submission.jobs)
    shards.forEach((shard, k) => jobsOf[shard - 1]?.push({ id, stored: stored[k] ?? 0 }));
  return jobsOf.map((jobs, k): TaskStand => {
    const shard = k + 1;
    const { complete = false, stored = 0 } = progress.get(shard) ?? {};
    const last = jobs.at(-1);
    const tasks = last === undefined ? undefined : known.get(last.id);
    const state = tasks?.get(shard);
    const shared = { shard, words: state?.words ?? '', attempts: jobs.length };
    if (complete) return { ...shared, phase: 'complete' };
    if (last !== undefined && tasks === undefined) return { ...shared, phase: 'unknown' };
    if (state !== undefined && state.phase !== 'ended') return { ...shared, phase: state.phase };
    const idle = jobs.length >= MOST_IDLE_ATTEMPTS && jobs.at(-MOST_IDLE_ATTEMPTS)!.stored >= stored;
    return { ...shared, phase: idle ? 'given-up' : 'lost' };
  });
}
