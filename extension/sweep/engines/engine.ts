import type { Cluster } from '../../core/cluster.ts';

/** What is to be run: `pcm sweep run` once for each shard, in any order and on any machine that sees the project. */
export interface JobRequest {
  /** Name for people, of letters, digits, '.', '_' and '-'. */
  readonly name: string;
  /** Absolute folder, existing, where the engine may leave scripts and what the tasks print (`task-K.out`). */
  readonly folder: string;
  /** Program and its words; the shard is given as `--shard K/COUNT` after them. */
  readonly command: readonly string[];
  /** Shards to run, ascending, of `count`. */
  readonly shards: readonly number[];
  readonly count: number;
  readonly cluster: Cluster;
}

export interface EngineFailure {
  readonly kind: 'failed';
  readonly message: string;
  readonly fix: string;
}

/** `job` is the engine's own name of the job, kept in the submission's file. */
export type SubmitOutcome = { readonly kind: 'submitted'; readonly job: string } | EngineFailure;

/** What an engine knows of one task. `words` is its own name for the state, with the reason where it gives one. */
export interface TaskState {
  readonly phase: 'waiting' | 'running' | 'ended';
  readonly words: string;
}

/** By shard. Tasks that the engine has forgotten, or never had, are not in the map. */
export type TaskStates = ReadonlyMap<number, TaskState>;

/**
 * Something that runs the tasks of a sweep. Whether a task did its work is not asked of it: the shard's own state file
 * says so. Another engine is one file beside this one and one line in `table.ts`.
 */
export interface Engine {
  submit(request: JobRequest, signal: AbortSignal): Promise<SubmitOutcome>;
  /**
   * What is known of a job's tasks; `failed` where the engine cannot be asked now, which says nothing of the tasks.
   * @param shards those that somebody waits for.
   */
  states(
    job: string,
    shards: readonly number[],
    signal: AbortSignal,
  ): Promise<{ readonly kind: 'known'; readonly tasks: TaskStates } | EngineFailure>;
  /** Ends what waits or runs of a job; one that has ended already is no failure. */
  cancel(job: string, signal: AbortSignal): Promise<{ readonly kind: 'cancelled' } | EngineFailure>;
}
