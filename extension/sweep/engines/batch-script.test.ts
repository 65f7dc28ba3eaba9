import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterSchema } from '../../core/cluster.ts';
import { batchOptions, batchScript, shellWord } from './batch-script.ts';
import type { JobRequest } from './engine.ts';

const request: JobRequest = {
  name: 'pcm-model',
  folder: '/data/%j $(x)',
  command: ['node', "/it's/pcm.cjs", 'sweep', 'run', '/a b/$(touch x)/`y`"'],
  shards: [1, 2, 3, 7],
  count: 8,
  cluster: clusterSchema.parse({
    partition: 'cpu',
    time: '1-12:00',
    memory: '4G',
    cpus: 2,
    throttle: 3,
    environment: ['module load node'],
  }),
};

describe('batch scripts', () => {
  it.skipIf(process.platform === 'win32')('hand every word over as it is', () => {
    const word = fc.string({ unit: 'binary', maxLength: 20 }).filter((text) => !text.includes('\0'));
    // One shell for all of them.
    const words = [
      ...fc.sample(word, { numRuns: 500, seed: 7 }),
      "it's",
      '$(touch x)',
      '`y`',
      '"',
      '\\',
      '',
      '\n',
      '*',
      '-x',
    ];
    const printed = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${words.map(shellWord).join(' ')}`]);
    expect(printed.equals(Buffer.from(words.map((each) => `${each}\0`).join('')))).toBe(true);
  });

  it.skipIf(process.platform === 'win32')('run the command with the shard of their task', () => {
    const script = batchScript({
      ...request,
      command: ['printf', '%s|', ...request.command],
      cluster: { ...request.cluster, environment: ['true'] },
    });
    const printed = execFileSync('/bin/bash', ['-c', script], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], SLURM_ARRAY_TASK_ID: '5' },
    });
    expect(printed).toBe([...request.command, '--shard', '5/8', ''].join('|'));
  });

  it('say what the project asks of the cluster in arguments, not in the script', () => {
    expect(batchOptions(request)).toEqual([
      '--parsable',
      '--requeue',
      '--job-name=pcm-model',
      '--array=1-3,7%3',
      '--chdir=/data/%j $(x)',
      '--output=task-%a.out',
      '--open-mode=append',
      '--ntasks=1',
      '--cpus-per-task=2',
      '--partition=cpu',
      '--time=1-12:00',
      '--mem=4G',
    ]);
    expect(batchScript(request)).not.toContain('#SBATCH');
  });

  it.each([
    { partition: 'a --wrap=x' },
    { partition: '-x' },
    { account: 'a;b' },
    { time: '$(date)' },
    { memory: '4 G' },
    { gres: 'gpu:1 --x' },
    { constraint: 'a b' },
    { node: 'node; rm' },
    { environment: ['a\nb'] },
    { partitions: 'a' },
  ])('take no words that could become others: %j', (cluster) => {
    expect(clusterSchema.safeParse(cluster).success).toBe(false);
  });
});
