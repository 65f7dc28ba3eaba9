import { describe, expect, it } from 'vitest';
import { parseSacct, parseScontrol, parseSqueue } from './slurm-output.ts';

// Printed by Slurm 22.05, shortened.
const squeue = '3|PENDING|Resources\n4|PENDING|JobArrayTaskLimit\n2|RUNNING|None\n1|FAILED|NonZeroExitCode\n';
const scontrol = [
  'JobId=1 ArrayJobId=1 ArrayTaskId=4-6%2 JobName=t.sh JobState=PENDING Reason=Resources Dependency=(null) Requeue=1 Restarts=0 ExitCode=0:0',
  'JobId=4 ArrayJobId=1 ArrayTaskId=3 JobName=ArrayTaskId=9 JobState=RUNNING Reason=None Dependency=(null) Requeue=1 Restarts=2 ExitCode=0:0',
  'JobId=3 ArrayJobId=1 ArrayTaskId=2 JobName=t.sh JobState=FAILED Reason=NonZeroExitCode Requeue=1 Restarts=0 ExitCode=3:0',
  'JobId=2 ArrayJobId=1 ArrayTaskId=1 JobName=t.sh JobState=FAILED Reason=None Requeue=1 Restarts=0 ExitCode=0:9',
].join('\n');
const sacct =
  '1_1|COMPLETED|0:0\n1_2|CANCELLED by 1000|0:15\n1_3|OUT_OF_MEMORY|0:125\n1_[4-5%2]|PENDING|0:0\n1_3.batch|FAILED|1:0\n';

const written = (tasks: ReturnType<typeof parseSqueue>): string[] =>
  [...tasks].sort(([a], [b]) => a - b).map(([shard, { phase, words }]) => `${shard} ${phase} ${words}`);

describe('what Slurm prints', () => {
  it('is understood: squeue', () => {
    expect(written(parseSqueue(squeue))).toEqual([
      '1 ended FAILED (NonZeroExitCode)',
      '2 running RUNNING',
      '3 waiting PENDING (Resources)',
      '4 waiting PENDING (JobArrayTaskLimit)',
    ]);
  });

  it('is understood: scontrol, with exit codes, signals and requeues', () => {
    expect(written(parseScontrol(scontrol))).toEqual([
      '1 ended FAILED (signal 9)',
      '2 ended FAILED (NonZeroExitCode, exit code 3)',
      '3 running RUNNING (requeued 2 ×)',
      '4 waiting PENDING (Resources)',
      '5 waiting PENDING (Resources)',
      '6 waiting PENDING (Resources)',
    ]);
  });

  it('is understood: sacct, without the steps of a task', () => {
    expect(written(parseSacct(sacct))).toEqual([
      '1 ended COMPLETED',
      '2 ended CANCELLED (signal 15)',
      '3 ended OUT_OF_MEMORY (signal 125)',
      '4 waiting PENDING',
      '5 waiting PENDING',
    ]);
  });

  it('never makes a task end of a word that is not known, nor breaks on other text', () => {
    expect(written(parseSqueue('1|NEW_STATE|None\nerror: something\n'))).toEqual(['1 waiting NEW_STATE']);
    for (const text of ['', 'slurm_load_jobs error: Invalid job id specified', '||\n|', '1_[1-99999999]|PENDING|'])
      for (const parse of [parseSqueue, parseScontrol, parseSacct]) expect(parse(text).size).toBe(0);
  });
});
