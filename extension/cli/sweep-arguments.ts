import { closestWord } from '../core/closest-word.ts';
import { MOST_SHARDS, parseShard, type Shard } from '../sweep/shards/shard.ts';
import type { RunOptions } from './arguments.ts';

export interface SweepOptions extends RunOptions {
  /** `run`: the part of the pool to sweep; null sweeps all of it. */
  readonly shard: Shard | null;
  /** `submit`: how many tasks the sweep is cut into. */
  readonly shards: number;
  /** `submit`: return as soon as the job is submitted. */
  readonly detach: boolean;
}

const actions = ['run', 'merge', 'status'] as const;
export type SweepAction = (typeof actions)[number];

export interface SweepInvocation {
  readonly kind: 'sweep';
  readonly action: SweepAction;
  readonly directory: string;
  /** `merge`: folders with logs from elsewhere. */
  readonly folders: readonly string[];
  readonly options: SweepOptions;
}

/** Options of `pcm sweep`, as `parseArgs` takes them. */
export const sweepWords = {
  shard: { type: 'string' },
  shards: { type: 'string' },
  engine: { type: 'string' },
  detach: { type: 'boolean', default: false },
} as const;

export const sweepUsage = `  pcm sweep run DIR [--shard I/N]      put every structure, or the I-th of N parts, to the models
  pcm sweep merge DIR [FOLDER…]        add the observations of shards and other machines to the project's
  pcm sweep status DIR                 see what is stored`;

/** Understands the words after `pcm sweep`. */
export function parseSweep(
  positionals: readonly string[],
  values: { shard?: string | undefined; shards?: string | undefined; engine?: string | undefined; detach: boolean },
  run: RunOptions,
): SweepInvocation | { readonly kind: 'misused'; readonly message: string } {
  const misused = (message: string) => ({ kind: 'misused', message: `${message} See pcm --help.` }) as const;
  const [name, directory, ...folders] = positionals;
  const action = actions.find((known) => known === name);
  if (action === undefined) {
    const meant = name === undefined ? undefined : closestWord(name, actions);
    return misused(`pcm sweep takes ${actions.join(', ')}${meant === undefined ? '' : `; did you mean "${meant}"?`}.`);
  }
  if (directory === undefined || (folders.length > 0 && action !== 'merge'))
    return misused(`pcm sweep ${action} takes one project folder.`);
  if (folders.length > MOST_SHARDS) return misused(`pcm sweep merge takes at most ${MOST_SHARDS} folders.`);
  if (values.shard !== undefined && action !== 'run') return misused('--shard belongs to pcm sweep run.');
  const shard = values.shard === undefined ? null : parseShard(values.shard);
  if (values.shard !== undefined && shard === null)
    return misused(`--shard takes I/N with 1 ≤ I ≤ N ≤ ${MOST_SHARDS}, such as 3/8.`);
  if (values.engine !== undefined && values.engine !== 'slurm') return misused('--engine takes slurm.');
  const shards = Number(values.shards ?? 8);
  if (!(Number.isInteger(shards) && shards >= 1 && shards <= MOST_SHARDS))
    return misused(`--shards takes a whole number from 1 to ${MOST_SHARDS}.`);
  return { kind: 'sweep', action, directory, folders, options: { ...run, shard, shards, detach: values.detach } };
}
