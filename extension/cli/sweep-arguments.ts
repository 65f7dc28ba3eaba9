import { closestWord } from '../core/closest-word.ts';
import { engineIds, type EngineId } from '../sweep/engines/table.ts';
import { MOST_SHARDS, parseShards, type Shard } from '../sweep/shards/shard.ts';
import type { RunOptions } from './arguments.ts';

export interface SweepOptions extends RunOptions {
  /** `run`: the parts of the pool to sweep, one after the other; null sweeps all of it at once. */
  readonly parts: readonly Shard[] | null;
  /** `submit`: what runs the tasks. */
  readonly engine: EngineId;
  /** `submit`: how many tasks the sweep is cut into. */
  readonly shards: number;
  /** `submit`: return as soon as the job is submitted. */
  readonly detach: boolean;
}

const actions = ['run', 'submit', 'follow', 'cancel', 'merge', 'status'] as const;
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
  detach: { type: 'boolean' },
} as const;

export const sweepUsage = `  pcm sweep run DIR [--shard I/N]      put every structure, or the I-th of N parts, to the models
  pcm sweep submit DIR [--shards N]    cut a sweep into parts, and have a cluster run them; follow it to its end
  pcm sweep follow DIR                 follow a submitted sweep, from anywhere: mend what is lost, merge what is done
  pcm sweep cancel DIR                 end a submitted sweep; what is stored stays
  pcm sweep merge DIR [FOLDER…]        add the observations of shards and other machines to the project's
  pcm sweep status DIR                 see how far sweeps are, what they found, and how submitted ones stand`;

interface SweepValues {
  readonly shard?: string | undefined;
  readonly shards?: string | undefined;
  readonly engine?: string | undefined;
  readonly detach?: boolean | undefined;
}

/** Understands the words after `pcm sweep`. */
export function parseSweep(
  positionals: readonly string[],
  values: SweepValues,
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
  const parts = values.shard === undefined ? null : parseShards(values.shard);
  if (values.shard !== undefined && parts === null)
    return misused(`--shard takes I/N with 1 ≤ I ≤ N ≤ ${MOST_SHARDS}, such as 3/8, or several as in 1,4-6/8.`);
  for (const word of ['shards', 'engine', 'detach'] as const)
    if (values[word] !== undefined && action !== 'submit') return misused(`--${word} belongs to pcm sweep submit.`);
  const engine = engineIds.find((known) => known === (values.engine ?? 'slurm'));
  if (engine === undefined) return misused(`--engine takes ${engineIds.join(' or ')}.`);
  const shards = Number(values.shards ?? 8);
  if (!(Number.isInteger(shards) && shards >= 1 && shards <= MOST_SHARDS))
    return misused(`--shards takes a whole number from 1 to ${MOST_SHARDS}.`);
  const options = { ...run, parts, engine, shards, detach: values.detach ?? false };
  return { kind: 'sweep', action, directory, folders, options };
}
