import path from 'node:path';
import type { Problem } from '../core/problem.ts';
import type { ProjectModel } from '../core/project-models.ts';
import type { SweepEvent } from '../protocol/events.ts';
import type { LogSubject } from '../sweep/observation-line.ts';
import { logName } from '../sweep/observation-line.ts';
import { countObservations } from '../sweep/shards/count-observations.ts';
import { coverageOf, rangesOf, type ShardCoverage } from '../sweep/shards/coverage.ts';
import { mergeShards } from '../sweep/shards/merge.ts';
import { findLogs } from '../sweep/shards/shard-logs.ts';
import type { LoadedProject } from './load-project.ts';
import { openOracle } from './open-oracle.ts';
import { logFolder, subjectOf } from './sweep-subject.ts';
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
  const merged = await mergeShards(home, further, subject, around.signal);
  if (merged.kind === 'rejected') {
    merged.problems.forEach(reporter.emit);
    return false;
  }
  const { problems, coverage, ...numbers } = merged.value;
  problems.forEach(reporter.emit);
  coverageProblems(coverage, model.id, loaded.config).forEach(reporter.emit);
  reporter.emit({ kind: 'sweep', model: model.id, ...numbers, ...shardsOf(coverage), job });
  return coverage.complete && !problems.some(({ severity }) => severity === 'error');
}

/** `pcm sweep status`: what is stored, without touching it. */
export async function sweepStatus(
  loaded: LoadedProject,
  jobOf: (model: string) => Promise<SweepEvent['job']>,
  around: Surroundings,
): Promise<ExitCode> {
  return forEachModel(loaded, around, async (model, subject) => {
    const home = logFolder(loaded);
    const { logs } = await findLogs(home, [], subject);
    const coverage = coverageOf(logs.map((found) => ({ found })));
    const observations = await countObservations(path.join(home, logName(subject)));
    const nothing = { added: 0, duplicates: 0, disagreements: 0 };
    const job = await jobOf(model.id);
    around.reporter.emit({ kind: 'sweep', model: model.id, observations, ...nothing, ...shardsOf(coverage), job });
    return true;
  });
}

async function forEachModel(
  loaded: LoadedProject,
  around: Surroundings,
  act: (model: ProjectModel, subject: LogSubject) => Promise<boolean>,
): Promise<ExitCode> {
  let code: ExitCode = 0;
  for (const model of loaded.models) {
    const source = await openOracle(loaded, model, around);
    if (source.kind === 'rejected') {
      source.problems.forEach(around.reporter.emit);
      return 2;
    }
    if (!source.value.logged) around.reporter.note(`  ${model.id}: its predictions are stored in ${source.value.file}`);
    else if (!(await act(model, subjectOf(source.value)))) code = 2;
  }
  return code;
}

const shardsOf = ({ shards, complete }: ShardCoverage): Pick<SweepEvent, 'shards' | 'complete'> => ({
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

function coverageProblems({ shards, complete, mixedPools }: ShardCoverage, model: string, file: string): Problem[] {
  const problems: Problem[] = [];
  const warn = (message: string, fix: string): void =>
    void problems.push({ kind: 'problem', severity: 'warning', file, line: null, message, fix });
  if (mixedPools)
    warn(
      'Shards were swept over different data.',
      'Sweep all shards of one set over the same files, then merge again.',
    );
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
