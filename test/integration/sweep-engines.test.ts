import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shardOf } from '../../extension/sweep/shards/shard.ts';
import {
  pcm,
  problemsOf,
  smallProject,
  startPcm,
  sweepOf,
  temporaryProject,
  type Run,
  type TemporaryProject,
} from './pcm-project.ts';
import { noSlurm, startCluster, type SlurmCluster } from './slurm-cluster.ts';

const SHARDS = 8;
/** The sample's structures, and twice more with other labels. */
const data = ((text: string): string =>
  [0, 0.001, 0.002]
    .map((shift) => text.replaceAll(/ energy=(\S+)/g, (_, energy: string) => ` energy=${Number(energy) + shift}`))
    .join(''))(readFileSync('media/sample-project/data/screen.xyz', 'utf8'));
function largeProject(settings: object): TemporaryProject {
  const project = temporaryProject(settings, 1);
  project.write('data/screen.xyz', data);
  return project;
}
const whole = largeProject(smallProject);
const projects: TemporaryProject[] = [whole];
afterAll(() => projects.forEach((project) => project.remove()));

function projectWith(cluster: object): TemporaryProject {
  const project = largeProject({ ...smallProject, cluster: { pollSeconds: 0.5, ...cluster } });
  projects.push(project);
  return project;
}

const observations = (folder: string): string => path.join(folder, '.pcm/observations');
function mainLog(folder: string): string {
  const name = readdirSync(observations(folder)).find((each) => /^observations-[0-9a-f]{16}\.jsonl$/.test(each));
  if (name === undefined) throw new Error('nothing was merged');
  return path.join(observations(folder), name);
}
/** Lines of the model's own log, sorted: their order is of no meaning. */
const merged = (folder: string): string[] => readFileSync(mainLog(folder), 'utf8').trimEnd().split('\n').sort();

interface Submission {
  readonly jobs: readonly { readonly id: string; readonly shards: readonly number[] }[];
}
const submissionOf = (folder: string): Submission =>
  JSON.parse(readFileSync(path.join(folder, '.pcm/submissions/moments/submission.json'), 'utf8')) as Submission;

beforeAll(async () => {
  expect((await pcm('sweep', 'run', whole.folder, '--workers', '2')).code).toBe(0);
}, 120_000);

/**
 * Shell code that strikes one task, once, when about a third of its shard is stored: a sweep that may not write more than
 * 8 kB brings it there, whatever the speed of the machine.
 */
const strike = (folder: string, shard: number, blow: string): string =>
  `if [ "$SLURM_ARRAY_TASK_ID" = ${shard} ] && [ ! -e struck-${shard} ]; then ( ulimit -f 8; ` +
  `'${process.execPath}' '${path.resolve('dist/pcm.cjs')}' sweep run '${folder}' --workers 1 --shard ${shard}/${SHARDS} ); ` +
  `wc -l < ../../observations/*.${shard}-of-${SHARDS}.jsonl > struck-${shard}; ${blow}; sleep 60; fi`;

/** Outside the task's process group, which ends; Slurm would let a requeued task wait for two minutes. */
const requeue =
  `setsid bash -c 'scontrol requeue "$0"; for k in 1 2 3 4 5 6 7 8 9 10; do sleep 1; ` +
  `scontrol update JobId="$0" StartTime=now; done' "\${SLURM_ARRAY_JOB_ID}_6" < /dev/null > /dev/null 2>&1 &`;

const reason = noSlurm();
if (reason !== null) console.warn(`skipped: ${reason}, so no job array is submitted`);

describe.skipIf(reason !== null)('pcm sweep submit --engine slurm', () => {
  let cluster: SlurmCluster | null = null;
  beforeAll(async () => {
    try {
      cluster = await startCluster();
    } catch (error) {
      // Some systems let only root be a cluster.
      if (process.getuid?.() === 0) throw error;
      console.warn(`skipped: ${error instanceof Error ? error.message : String(error)}`);
    }
  }, 120_000);
  afterAll(() => cluster?.stop(), 60_000);

  const slurm = (...words: string[]): Promise<Run> => startPcm(['sweep', ...words], cluster!.environment).done;

  it(
    'gets from an array of 8 tasks, one of them killed and one requeued half-way, what a local sweep gets',
    { timeout: 600_000 },
    async (context) => {
      if (cluster === null) return context.skip();
      const project = projectWith({});
      const { folder } = project;
      const environment = [strike(folder, 3, 'kill -9 $$'), strike(folder, 6, requeue.replace(/&$/, '& true'))];
      project.configure({ ...smallProject, cluster: { pollSeconds: 0.5, environment } });
      const run = await slurm('submit', folder, '--shards', String(SHARDS));
      expect([run.code, run.stderr]).toEqual([0, '']);
      expect(merged(folder)).toEqual(merged(whole.folder));

      const { jobs } = submissionOf(folder);
      expect(jobs[0]!.shards).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(jobs.slice(1).flatMap(({ shards }) => shards)).toContain(3);
      const place = path.join(folder, '.pcm/submissions/moments');
      for (const shard of [3, 6]) {
        const lines = Number(readFileSync(path.join(place, `struck-${shard}`), 'utf8'));
        const complete = readFileSync(
          path.join(
            observations(folder),
            readdirSync(observations(folder)).find(
              (name) => name.includes(`.${shard}-of-`) && name.endsWith('.jsonl'),
            )!,
          ),
          'utf8',
        )
          .trimEnd()
          .split('\n').length;
        expect(lines).toBeGreaterThan(10);
        expect(lines).toBeLessThan(complete);
      }
      const sweep = sweepOf(run);
      expect(sweep).toMatchObject({ complete: true, observations: merged(whole.folder).length - 1, disagreements: 0 });
      expect(sweep.job!.tasks.map(({ state }) => state)).toEqual(Array.from({ length: SHARDS }, () => 'complete'));
      expect(sweep.job!.tasks[2]!.attempts).toBeGreaterThan(1);
      expect(problemsOf(run).some(({ message }) => message.includes('before their shards were complete'))).toBe(true);
    },
  );

  it('is seen from elsewhere, not submitted twice, and cancelled', { timeout: 300_000 }, async (context) => {
    if (cluster === null) return context.skip();
    const { folder } = projectWith({ environment: ['sleep 600'], partition: 'main', time: '0:30', memory: '100M' });
    expect((await slurm('submit', folder, '--shards', '8', '--detach')).code).toBe(0);
    const status = sweepOf(await slurm('status', folder));
    expect(status.job!.tasks).toHaveLength(8);
    expect(status.job!.tasks.every(({ state }) => /^(RUNNING|PENDING|CONFIGURING)/.test(state))).toBe(true);
    const again = await slurm('submit', folder, '--shards', '4');
    expect([again.code, problemsOf(again)[0]!.message]).toEqual([
      2,
      expect.stringContaining('was submitted already') as string,
    ]);
    expect((await slurm('cancel', folder)).code).toBe(0);
    const id = submissionOf(folder).jobs[0]!.id;
    for (let tick = 0; tick < 100; tick++) {
      const left = await cluster.ask('squeue', '--noheader', '--states=PENDING,RUNNING', '--format=%F');
      if (!left.split('\n').includes(id)) break;
      expect(tick).toBeLessThan(99);
      await wait(200);
    }
    const followed = await slurm('follow', folder);
    expect([followed.code, problemsOf(followed)[0]!.message]).toEqual([
      2,
      expect.stringContaining('was cancelled') as string,
    ]);
  });

  it(
    'says what the cluster refuses, and what tasks that never work had to say',
    { timeout: 300_000 },
    async (context) => {
      if (cluster === null) return context.skip();
      const refused = await slurm('submit', projectWith({ partition: 'nowhere' }).folder, '--shards', '2');
      expect([refused.code, problemsOf(refused)[0]!.message]).toEqual([
        2,
        expect.stringContaining('invalid partition specified: nowhere') as string,
      ]);
      const broken = projectWith({ environment: ['echo "error: no such module"; exit 3'] });
      const failing = await slurm('submit', broken.folder, '--shards', '1');
      expect([failing.code, problemsOf(failing).at(-1)!.message]).toEqual([
        2,
        expect.stringMatching(/failed several times .*: error: no such module/) as string,
      ]);
      expect(submissionOf(broken.folder).jobs).toHaveLength(3);
    },
  );
});

describe('pcm sweep submit --engine local', () => {
  it(
    'gets what a local sweep gets, though its process is killed half-way and followed by another',
    { timeout: 300_000 },
    async () => {
      const { folder } = projectWith({});
      expect((await pcm('sweep', 'submit', folder, '--engine', 'local', '--shards', '8', '--detach')).code).toBe(0);
      const pid = Number.parseInt(submissionOf(folder).jobs[0]!.id, 10);
      const shardLogs = (): string[] =>
        existsSync(observations(folder))
          ? readdirSync(observations(folder)).filter((name) => name.endsWith('-of-8.jsonl'))
          : [];
      while (shardLogs().length < 4) await wait(5);
      process.kill(pid, 'SIGKILL');
      const followed = await pcm('sweep', 'follow', folder);
      expect(followed.code).toBe(0);
      expect(merged(folder)).toEqual(merged(whole.folder));
      const { jobs } = submissionOf(folder);
      expect(jobs.length).toBe(2);
      expect(jobs[1]!.shards.length).toBeLessThan(8);
      // Everything is there: nothing is submitted again, in however many shards, and nothing is computed anew.
      const log = merged(folder);
      for (const shards of ['8', '3']) {
        const again = await pcm('sweep', 'submit', folder, '--engine', 'local', '--shards', shards);
        expect([again.code, problemsOf(again).map(({ severity, message }) => [severity, message])]).toEqual([
          0,
          [['information', 'The log of "moments" holds every structure already, so that there is nothing to submit.']],
        ]);
      }
      expect(submissionOf(folder).jobs).toEqual(jobs);
      expect(merged(folder)).toEqual(log);
    },
  );

  it(
    'asks for nothing that the log of the model holds, and submits no shard all of which it holds',
    { timeout: 300_000 },
    async () => {
      const { folder } = projectWith({});
      const [header, ...lines] = readFileSync(mainLog(whole.folder), 'utf8').trimEnd().split('\n') as [
        string,
        ...string[],
      ];
      const idOf = (line: string): string => (JSON.parse(line) as { id: string }).id;
      // All of shard 2, half of the others; with an energy that no model would give again.
      const marked = lines
        .filter((line, k) => k % 2 === 0 || shardOf(idOf(line), 4) === 2)
        .map((line) => line.replace(/"energy":-?/, '"energy":1'));
      mkdirSync(observations(folder), { recursive: true });
      writeFileSync(
        path.join(observations(folder), path.basename(mainLog(whole.folder))),
        [header, ...marked, ''].join('\n'),
      );
      const run = await pcm('sweep', 'submit', folder, '--engine', 'local', '--shards', '4');
      expect(run.code).toBe(0);
      expect(submissionOf(folder).jobs.map(({ shards }) => shards)).toEqual([[1, 3, 4]]);
      const known = new Set(marked.map(idOf));
      const expected = [header, ...marked, ...lines.filter((line) => !known.has(idOf(line)))].sort();
      expect(merged(folder)).toEqual(expected);
      const sweep = sweepOf(run);
      expect(sweep).toMatchObject({ complete: true, disagreements: 0, observations: lines.length });
      expect(sweep.statistics).toMatchObject({ structures: lines.length, stored: lines.length });
    },
  );
});
