import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { writeFileAtomically, type WriteOutcome } from '../atomic-file.ts';
import { MOST_SHARDS } from '../shards/shard.ts';
import { engineIds } from './table.ts';

const shardNumber = z.number().int().positive().max(MOST_SHARDS);
const jobSchema = z.strictObject({
  /** The engine's name of the job. */
  id: z.string().min(1).max(400),
  /** Its shards, and how many observations each of them had when it was submitted. */
  shards: z.array(shardNumber).min(1).max(MOST_SHARDS),
  stored: z.array(z.number().int().nonnegative()).max(MOST_SHARDS),
});
const submissionSchema = z.strictObject({
  format: z.literal('pcm-submission'),
  version: z.literal(1),
  engine: z.enum(engineIds),
  model: z.string(),
  config: z.string(),
  /** Number of shards. */
  count: shardNumber,
  /** Hash of the set of structures that is swept; see `poolDigest`. */
  pool: z.string().regex(/^[0-9a-f]{64}$/),
  /** In the order of submission; the last one that has a shard is that shard's. */
  jobs: z.array(jobSchema).max(10_000),
  /** Whether the user ended it. */
  cancelled: z.boolean(),
});

/**
 * A sweep that was handed to an engine. Its file is all that is known of it, so that it can be followed from another
 * terminal and after a restart; how far its shards are stands beside their logs.
 */
export type Submission = Omit<z.infer<typeof submissionSchema>, 'format' | 'version'>;
export type SubmittedJob = Submission['jobs'][number];

const LARGEST = 64 * 2 ** 20;

/** Folder of a model's submission, with what its tasks print. @param state the project's folder for what is no result. */
export const submissionFolder = (state: string, model: string): string => path.join(state, 'submissions', model);

export function writeSubmission(folder: string, submission: Submission): Promise<WriteOutcome> {
  const content = { format: 'pcm-submission', version: 1, ...submission };
  return writeFileAtomically(path.join(folder, 'submission.json'), `${JSON.stringify(content)}\n`);
}

/** Null where nothing was submitted; `damaged` where the file cannot be understood. */
export async function readSubmission(folder: string): Promise<Submission | 'damaged' | null> {
  const file = path.join(folder, 'submission.json');
  try {
    if ((await stat(file)).size > LARGEST) return 'damaged';
    const { engine, model, config, count, pool, jobs, cancelled } = submissionSchema.parse(
      JSON.parse(await readFile(file, 'utf8')),
    );
    return { engine, model, config, count, pool, jobs, cancelled };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : 'damaged';
  }
}

/** The job that each shard is in now, by shard. */
export const lastJobs = ({ jobs }: Submission): Map<number, SubmittedJob> =>
  new Map(jobs.flatMap((job) => job.shards.map((shard) => [shard, job] as const)));
