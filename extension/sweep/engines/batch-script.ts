import { shardRanges } from '../shards/shard.ts';
import type { JobRequest } from './engine.ts';

/** A word as a POSIX shell reads it back unchanged, whatever is in it. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/**
 * The batch script of a job array. The lines of `cluster.environment` are the user's own shell code and stand as they
 * are; everything else is quoted. Options of the job are no `#SBATCH` lines but arguments, see `batchOptions`.
 */
export function batchScript({ command, count, cluster }: JobRequest): string {
  return [
    '#!/bin/bash',
    '# One task of a job array: sweeps the shard that has the number of the task.',
    ...(cluster.environment.length === 0
      ? []
      : ['# "cluster.environment" of the project file:', ...cluster.environment]),
    // An editor submits with its own program, which behaves as Node where this is set.
    'export ELECTRON_RUN_AS_NODE=1',
    `exec ${command.map(shellWord).join(' ')} --shard "\${SLURM_ARRAY_TASK_ID:?}/${count}"`,
    '',
  ].join('\n');
}

/** Arguments of `sbatch` before the script's path. */
export function batchOptions({ name, folder, shards, cluster }: JobRequest): string[] {
  const throttle = cluster.throttle === undefined ? '' : `%${cluster.throttle}`;
  const wanted = [
    ['partition', cluster.partition],
    ['account', cluster.account],
    ['qos', cluster.qos],
    ['constraint', cluster.constraint],
    ['gres', cluster.gres],
    ['time', cluster.time],
    ['mem', cluster.memory],
  ] as const;
  return [
    '--parsable',
    '--requeue',
    `--job-name=${name}`,
    `--array=${shardRanges(shards)}${throttle}`,
    `--chdir=${folder}`,
    // Relative to the folder, because Slurm replaces patterns such as %j in what it reads here.
    '--output=task-%a.out',
    '--open-mode=append',
    '--ntasks=1',
    `--cpus-per-task=${cluster.cpus}`,
    ...wanted.flatMap(([option, value]) => (value === undefined ? [] : [`--${option}=${value}`])),
  ];
}
