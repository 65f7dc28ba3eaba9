import { open } from 'node:fs/promises';
import type { Checked, Problem } from '../../core/problem.ts';
import { readLines } from '../log-lines.ts';
import { fromLine, toLine, type LogSubject } from '../observation-line.ts';
import { LogError, openObservationLog, type ObservationLog } from '../observation-log.ts';
import type { Observation } from '../observation.ts';
import { findLogs, type FoundLog } from './shard-logs.ts';
import { coverageOf, type ShardCoverage } from './coverage.ts';
import { writeSweepState } from './sweep-state.ts';

export interface MergeReport {
  /** Observations in the model's log now, and how many of them were added. */
  readonly observations: number;
  readonly added: number;
  /** Lines about structures that were known, and how many of them said something else; the first was kept. */
  readonly duplicates: number;
  readonly disagreements: number;
  readonly coverage: ShardCoverage;
  /** Logs that were left out or are damaged, and the first disagreements. */
  readonly problems: readonly Problem[];
}

/** Lines between two writes to the disk. */
const BATCH = 4096;
const MOST_DISAGREEMENTS_TOLD = 20;

/** Whether two observations say the same of the model; what a runtime wrote in words about a failure may differ. */
function agree(a: Observation, b: Observation): boolean {
  return toLine('', { ...a, detail: '' }) === toLine('', { ...b, detail: '' });
}

interface Tally {
  added: number;
  duplicates: number;
  disagreements: number;
  readonly problems: Problem[];
}

/** Adds one log to another. Returns the number of different structures it holds. */
async function mergeOne(found: FoundLog, log: ObservationLog, tally: Tally): Promise<number> {
  const warn = (line: number, message: string, fix: string): void =>
    void tally.problems.push({ kind: 'problem', severity: 'warning', file: found.path, line, message, fix });
  const ids = new Set<string>();
  const handle = await open(found.path, 'r');
  let line = 0;
  try {
    for await (const { text } of readLines(handle)) {
      line++;
      if (line === 1) continue;
      const entry = fromLine(text);
      if (entry === null) {
        warn(
          line,
          'This line is damaged; nothing from here on is merged.',
          'Run this shard again and merge once more.',
        );
        break;
      }
      ids.add(entry.id);
      const known = log.get(entry.id);
      if (known === undefined) {
        log.add(entry.id, entry.observation);
        tally.added++;
        if (tally.added % BATCH === 0) await log.flush();
        continue;
      }
      tally.duplicates++;
      if (agree(known, entry.observation)) continue;
      tally.disagreements++;
      if (tally.disagreements <= MOST_DISAGREEMENTS_TOLD)
        warn(
          line,
          `Structure ${entry.id} has another result here than in the model's log; the first is kept.`,
          'Processors can differ in the last bits; larger differences mean that the model is not deterministic.',
        );
    }
  } finally {
    await handle.close();
  }
  return ids.size;
}

const otherData = ({ path }: FoundLog): Problem => ({
  kind: 'problem',
  severity: 'error',
  file: path,
  line: null,
  message: 'This shard is not merged: it was swept over other data than those of this project.',
  fix: 'Sweep it again over the same data (what is stored is kept), or leave this file out.',
});

/**
 * Adds the logs of shards, and of other machines, to the log of the model. They are only read and stay where they are,
 * so that merging again changes nothing; killed at any instant, it leaves whole lines and is continued by the next one.
 *
 * @param home absolute folder of the project's logs.
 * @param further folders that were brought from elsewhere.
 * @param pool hash of the structures of the project (`poolDigest`), asked for only where a shard says of which it is a part.
 */
export async function mergeShards(
  home: string,
  further: readonly string[],
  subject: LogSubject,
  pool: () => Promise<Checked<string>>,
  signal?: AbortSignal,
): Promise<Checked<MergeReport>> {
  const { logs: all, problems } = await findLogs(home, further, subject);
  const parts = all.filter(({ shard, state }) => shard !== null && state !== null);
  const digest = parts.length === 0 ? null : await pool();
  if (digest?.kind === 'rejected') return digest;
  const foreign = parts.filter(({ state }) => state?.pool !== digest?.value);
  const logs = all.filter((found) => !foreign.includes(found));
  const opened = await openObservationLog(home, subject);
  if (opened.kind === 'rejected') return opened;
  const log = opened.value;
  const tally: Tally = {
    added: 0,
    duplicates: 0,
    disagreements: 0,
    problems: [...problems, ...foreign.map(otherData)],
  };
  let coverage: ShardCoverage;
  const merged: { found: FoundLog; stored: number }[] = [];
  try {
    for (const found of logs) {
      signal?.throwIfAborted();
      merged.push({ found, stored: await mergeOne(found, log, tally) });
    }
    await log.flush();
    coverage = coverageOf(merged);
    if (coverage.found !== null && tally.disagreements === 0) {
      const state = { shard: null, complete: true, ...coverage.found, rate: null, log: log.extent };
      const written = await writeSweepState(log.path, state);
      if (written.kind === 'failed')
        tally.problems.push({ ...written, kind: 'problem', severity: 'warning', file: log.path, line: null });
    }
  } catch (error) {
    if (error instanceof LogError) return { kind: 'rejected', problems: [error.problem] };
    throw error;
  } finally {
    await log.close();
  }
  const { added, duplicates, disagreements } = tally;
  const value = { observations: log.size, added, duplicates, disagreements, coverage, problems: tally.problems };
  return { kind: 'ok', value, warnings: [] };
}
