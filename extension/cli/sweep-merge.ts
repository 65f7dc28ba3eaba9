import path from 'node:path';
import type { Problem } from '../core/problem.ts';
import type { ProjectModel } from '../core/project-models.ts';
import type { SweepEvent } from '../protocol/events.ts';
import type { LogSubject } from '../sweep/observation-line.ts';
import { rangesOf, type ShardCoverage } from '../sweep/shards/coverage.ts';
import { mergeShards } from '../sweep/shards/merge.ts';
import type { LoadedProject } from './load-project.ts';
import { projectPoolDigest } from './pool-digest.ts';
import { criterionDigest } from './judged-sweep.ts';
import { sweepStatistics } from './sweep-statistics.ts';
import { forEachModel, logFolder } from './sweep-subject.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/** `pcm sweep merge`: 0 once the shards are complete and every named log could be used. */
export async function mergeSweeps(
  loaded: LoadedProject,
  folders: readonly string[],
  around: Surroundings,
): Promise<ExitCode> {
  return forEachModel(loaded, around, (model, subject) => mergeModel(loaded, model, subject, folders, around));
}

/** Merges the logs of one model and says what came of it. Returns whether all that was expected is there. */
export async function mergeModel(
  loaded: LoadedProject,
  model: ProjectModel,
  subject: LogSubject,
  folders: readonly string[],
  around: Surroundings,
  job: SweepEvent['job'] = null,
): Promise<boolean> {
  const { reporter } = around;
  const home = logFolder(loaded);
  const further = folders.map((folder) => path.resolve(folder));
  const merged = await mergeShards(home, further, subject, () => projectPoolDigest(loaded, around), around.signal);
  if (merged.kind === 'rejected') {
    merged.problems.forEach(reporter.emit);
    return false;
  }
  const { problems, coverage, ...numbers } = merged.value;
  problems.forEach(reporter.emit);
  coverageProblems(coverage, model.id, loaded.config).forEach(reporter.emit);
  const { found } = coverage;
  const statistics =
    found === null || found.criterion !== criterionDigest(loaded)
      ? null
      : sweepStatistics(loaded, { tally: found.tally, shards: null, whole: true, running: 0, rate: null });
  reporter.emit({ kind: 'sweep', model: model.id, ...numbers, ...shardsOf(coverage), statistics, job });
  return coverage.complete && !problems.some(({ severity }) => severity === 'error');
}

/** Shards as an event names them. */
export const shardsOf = ({ shards, complete }: ShardCoverage): Pick<SweepEvent, 'shards' | 'complete'> => ({
  complete,
  shards: shards.map(({ index, count, state, stored, structures, failed }) => ({
    index,
    count,
    state,
    stored,
    structures,
    failed,
  })),
});

function coverageProblems({ shards, complete }: ShardCoverage, model: string, file: string): Problem[] {
  const problems: Problem[] = [];
  const warn = (message: string, fix: string): void =>
    void problems.push({ kind: 'problem', severity: 'warning', file, line: null, message, fix });
  if (complete) return problems;
  for (const count of new Set(shards.map((shard) => shard.count))) {
    const left = shards.filter((shard) => shard.count === count && shard.state !== 'complete');
    if (left.length === 0) continue;
    const named = (state: string): string => rangesOf(left.filter((s) => s.state === state).map(({ index }) => index));
    const parts = [
      ...(named('missing') === '' ? [] : [`missing: ${named('missing')}`]),
      ...(named('incomplete') === '' ? [] : [`not complete: ${named('incomplete')}`]),
    ];
    warn(
      `Of ${count} shards of ${model} not all are here (${parts.join('; ')}).`,
      `Run pcm sweep run … --model ${model} --shard I/${count} for each of them, and merge again.`,
    );
  }
  return problems;
}
