import type { Prediction } from '../../core/criterion.ts';
import type { Crystal } from '../graph-batch.ts';
import { PoolError, type OraclePool, type PoolStatistics } from '../oracle-pool.ts';
import { unfit } from './unfit.ts';

/** What one structure brought, and how long the agent worked on it. */
export interface AgentAnswer {
  readonly prediction: Prediction;
  readonly insideMs: number;
}

/** Why an agent is gone. `innocent`: the structure asked about only waited behind the one that was worked on. */
export class AgentLost extends Error {
  override readonly name = 'AgentLost';
  constructor(
    readonly reason: 'crashed' | 'timed-out',
    readonly detail: string,
    readonly innocent = false,
  ) {
    super(detail);
  }
}

/** Something that answers structures one after the other: a process, or a connection to one. */
export interface Agent {
  /** Resolves when the first structure may be sent. Rejects with AgentLost, or with PoolError if no other would do better. */
  readonly ready: Promise<void>;
  /** Whether this structure can be answered without a new start. */
  suits(crystal: Crystal): boolean;
  /** Answers are given in order. Rejects with AgentLost when the agent is gone, and with nothing else. */
  ask(crystal: Crystal): Promise<AgentAnswer>;
  /** Resolves when nothing of it is left. */
  end(): Promise<void>;
}

export interface AgentPoolOptions {
  /** Agents at one time, ≥ 1. */
  readonly workers: number;
  /** Structures that an agent may hold: with 2 or more the next one waits in its pipe while one is worked on. */
  readonly depth: number;
  /** Starts an agent for a structure that waits. */
  start(crystal: Crystal): Agent;
  /**
   * Whether an agent is made for the structure that it is started for, so that a start that fails is held against that
   * structure, unless none has ever succeeded.
   */
  readonly startsForStructure?: boolean;
  /** The pool's last word when agents keep dying. */
  hopeless(detail: string, losses: number): PoolError;
  readonly onIncident?: (what: string) => void;
}

interface Job {
  readonly crystal: Crystal;
  losses: number;
  readonly resolve: (prediction: Prediction) => void;
  readonly reject: (error: PoolError) => void;
}

interface Slot {
  readonly agent: Agent;
  ready: boolean;
  busy: number;
  /** It works on a suspect, with which nothing else may share it. */
  alone: boolean;
}

/** So many agents lost in a row, without one structure answered in between, and the pool gives up. */
const MOST_LOSSES_IN_A_ROW = 30;
/** So many lost in a row before they were ready; twice as many where structures are to blame, each by two of them. */
const MOST_FAILED_STARTS = 3;
/** How far ahead a structure is looked for that needs no new start. */
const LOOK_AHEAD = 256;

/**
 * Puts structures to agents that may die or hang. One that is lost is replaced; the structure it was working on is tried
 * once more, alone, and answered as `crashed` or `timed-out` if it takes that agent with it too. What only waited in the
 * agent's pipe is handed on unharmed.
 */
export function openAgentPool(options: AgentPoolOptions): OraclePool {
  const statistics: PoolStatistics = { insideMs: 0, restarts: 0 };
  const waiting: Job[] = [];
  const suspects: Job[] = [];
  const slots = new Set<Slot>();
  const ending = new Set<Promise<void>>();
  let lossesInARow = 0;
  let failedStarts = 0;
  let startedOnce = false;
  const mostFailedStarts = (options.startsForStructure === true ? 2 : 1) * MOST_FAILED_STARTS;
  let closed: PoolError | null = null;

  function stop(error: PoolError): void {
    closed ??= error;
    for (const slot of slots) retire(slot);
    for (const job of [...suspects.splice(0), ...waiting.splice(0)]) job.reject(closed);
  }

  function retire(slot: Slot): void {
    if (!slots.delete(slot)) return;
    const ended = slot.agent.end().catch(() => undefined);
    ending.add(ended);
    void ended.then(() => ending.delete(ended));
  }

  /** The next structure for a slot; null: none now; 'unsuited': only such as this agent cannot take. */
  function next(slot: Slot): Job | null | 'unsuited' {
    if (slot.busy === 0 && suspects.length > 0) {
      const at = suspects.findIndex(({ crystal }) => slot.agent.suits(crystal));
      if (at < 0) return 'unsuited';
      slot.alone = true;
      return suspects.splice(at, 1)[0]!;
    }
    if (waiting.length === 0) return null;
    for (let at = 0; at < Math.min(waiting.length, LOOK_AHEAD); at++) {
      if (slot.agent.suits(waiting[at]!.crystal)) return waiting.splice(at, 1)[0]!;
    }
    return 'unsuited';
  }

  function feed(): void {
    for (let depth = 0; depth < options.depth; depth++) {
      for (const slot of slots) {
        if (!slot.ready || slot.alone || slot.busy !== depth) continue;
        const job = next(slot);
        if (job === null) continue;
        if (job !== 'unsuited') give(slot, job);
        else if (slot.busy === 0) retire(slot);
      }
    }
    startMore();
  }

  function startMore(): void {
    while (closed === null && slots.size < options.workers) {
      const idle = [...slots].filter(({ ready, busy }) => !ready || busy === 0).length;
      const job = [...suspects, ...waiting.slice(0, options.workers)][idle];
      if (job === undefined) return;
      start(job.crystal);
    }
  }

  function give(slot: Slot, job: Job): void {
    slot.busy++;
    slot.agent.ask(job.crystal).then(
      ({ prediction, insideMs }) => {
        slot.busy--;
        slot.alone = false;
        lossesInARow = 0;
        statistics.insideMs += insideMs;
        job.resolve(prediction);
        if (closed === null) feed();
      },
      (error: unknown) => {
        if (closed !== null) job.reject(closed);
        else lost(slot, error, job);
      },
    );
  }

  function lost(slot: Slot, error: unknown, job: Job | null): void {
    const loss = error instanceof AgentLost ? error : new AgentLost('crashed', String(error));
    const first = slots.has(slot);
    if (first) {
      retire(slot);
      statistics.restarts++;
      const blamed = !slot.ready && options.startsForStructure === true && startedOnce;
      if (!blamed) lossesInARow++;
      failedStarts = slot.ready || blamed ? 0 : failedStarts + 1;
    }
    if (job !== null) blame(job, loss);
    if (lossesInARow > MOST_LOSSES_IN_A_ROW || failedStarts >= mostFailedStarts) {
      stop(options.hopeless(loss.detail, lossesInARow));
      return;
    }
    if (first) options.onIncident?.(`A worker was replaced: ${loss.detail}.`);
    feed();
  }

  function blame(job: Job, loss: AgentLost): void {
    if (loss.innocent) {
      waiting.unshift(job);
      return;
    }
    job.losses++;
    if (job.losses < 2) suspects.push(job);
    else job.resolve({ kind: 'failed', reason: loss.reason, detail: loss.detail.slice(0, 500) });
  }

  function start(crystal: Crystal): void {
    const slot: Slot = { agent: options.start(crystal), ready: false, busy: 0, alone: false };
    slots.add(slot);
    slot.agent.ready.then(
      () => {
        slot.ready = true;
        startedOnce = true;
        failedStarts = 0;
        if (closed === null) feed();
      },
      (error: unknown) => {
        if (closed !== null) return;
        if (error instanceof PoolError) stop(error);
        else lost(slot, error, options.startsForStructure === true ? takeJob(crystal) : null);
      },
    );
  }

  /** The job of a structure that no agent works on, taken out of its queue. */
  function takeJob(crystal: Crystal): Job | null {
    for (const queue of [suspects, waiting]) {
      const at = queue.findIndex((job) => job.crystal === crystal);
      if (at >= 0) return queue.splice(at, 1)[0]!;
    }
    return null;
  }

  return {
    workers: options.workers,
    statistics,
    predict(crystals) {
      const answers = crystals.map((crystal) => {
        const reason = unfit(crystal);
        if (reason !== null) return Promise.resolve<Prediction>({ kind: 'refused', detail: reason });
        return new Promise<Prediction>((resolve, reject) => {
          if (closed !== null) reject(closed);
          else waiting.push({ crystal, losses: 0, resolve, reject });
        });
      });
      if (closed === null) feed();
      return Promise.all(answers);
    },
    async close() {
      stop(new PoolError('The sweep was stopped.'));
      await Promise.all(ending);
    },
  };
}
