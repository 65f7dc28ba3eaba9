import { open, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { Problem } from '../../core/problem.ts';
import { logHeader, logName, type LogSubject } from '../observation-line.ts';
import { MOST_SHARDS, type Shard } from './shard.ts';
import { readSweepState, type SweepState } from './sweep-state.ts';

/** A log of the subject, found in a folder. `shard` is null for a log of everything that another machine has. */
export interface FoundLog {
  readonly path: string;
  readonly shard: Shard | null;
  readonly state: SweepState | null;
}

export interface FoundLogs {
  readonly logs: readonly FoundLog[];
  /** Logs that cannot be merged, and why. */
  readonly problems: readonly Problem[];
}

const LONGEST_HEADER = 4096;
const part = z.number().int().positive().max(MOST_SHARDS);
const headerSchema = z.object({
  format: z.literal('pcm-observations'),
  modelSha256: z.string(),
  runtime: z.string(),
  referenceSha256: z.string().optional(),
  shard: z.object({ index: part, count: part }).optional(),
});

async function firstLine(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(LONGEST_HEADER), 0, LONGEST_HEADER, 0);
    const text = buffer.toString('utf8', 0, bytesRead);
    return text.slice(0, text.indexOf('\n') + 1);
  } finally {
    await handle.close();
  }
}

/** Which shard a header is of; or in words what keeps the log from being of the subject. */
function readHeader(text: string, subject: LogSubject): { shard: Shard | null } | string {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return 'it does not begin as an observation log does';
  }
  const parsed = headerSchema.safeParse(raw);
  if (!parsed.success) return 'it does not begin as an observation log does';
  const { modelSha256, runtime, referenceSha256, shard } = parsed.data;
  if (text === logHeader(subject, shard)) return { shard: shard ?? null };
  if (modelSha256 !== subject.modelSha256) return `it is about another model (sha-256 ${modelSha256.slice(0, 16)}…)`;
  if (runtime !== subject.runtime) return `its runtime was ${runtime.slice(0, 100)} and here it is ${subject.runtime}`;
  if (referenceSha256 !== subject.referenceSha256) return 'its labels are those of another reference';
  return 'the model was run with other settings';
}

/** Where a project or a copied folder keeps its logs. */
async function logFolderIn(folder: string): Promise<string> {
  const inside = path.join(folder, '.pcm', 'observations');
  return stat(inside).then(
    (found) => (found.isDirectory() ? inside : folder),
    () => folder,
  );
}

/**
 * Logs of a subject in the project's own log folder and in further ones. What a log is about is decided by its first
 * line, not by its name. Logs of other subjects are usual at home; in a folder that was named they are a problem.
 */
export async function findLogs(home: string, further: readonly string[], subject: LogSubject): Promise<FoundLogs> {
  const logs: FoundLog[] = [];
  const problems: Problem[] = [];
  const own = path.join(home, logName(subject));
  const seen = new Set([await realpath(own).catch(() => own)]);
  const reject = (file: string, message: string, fix: string): void =>
    void problems.push({ kind: 'problem', severity: 'error', file, line: null, message, fix });
  for (const folder of [home, ...further]) {
    const place = folder === home ? home : await logFolderIn(folder);
    let names: string[];
    try {
      names = await readdir(place);
    } catch {
      if (folder !== home) reject(folder, 'This folder cannot be read.', 'Name a folder that holds observation logs.');
      continue;
    }
    const candidates = names.filter((name) => /^observations-[\w.-]*\.jsonl$/.test(name)).sort();
    if (candidates.length === 0 && folder !== home)
      reject(folder, 'There is no observation log in this folder.', 'Name a folder with files observations-….jsonl.');
    for (const name of candidates) {
      const file = path.join(place, name);
      const real = await realpath(file);
      if (seen.has(real)) continue;
      seen.add(real);
      const header = readHeader(await firstLine(file), subject);
      if (typeof header !== 'string') {
        logs.push({ path: file, shard: header.shard, state: await readSweepState(file) });
      } else if (folder !== home) {
        reject(
          file,
          `This log is not merged: ${header}.`,
          'Sweep with the same model file, reference and version of this program everywhere, or leave this file out.',
        );
      }
    }
  }
  return { logs, problems };
}
