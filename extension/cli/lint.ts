import { plural } from '../core/plural.ts';
import { readStructures } from '../core/formats/detect.ts';
import { lintStructures } from '../core/formats/lint.ts';
import { neededLabels } from '../core/needed-labels.ts';
import type { Problem } from '../core/problem.ts';
import type { ProjectModel } from '../core/project-models.ts';
import { findDataFiles, type DataFile } from '../sweep/data-files.ts';
import { DataFileError, openDataStream } from '../sweep/data-stream.ts';
import type { OracleSource } from '../sweep/oracles/oracle-source.ts';
import { formatOf } from '../sweep/pool-index.ts';
import { structureId } from '../sweep/structure-id.ts';
import type { RunOptions } from './arguments.ts';
import { modelEvent } from './model-event.ts';
import { generativeProblems } from './generative-search.ts';
import { lintAnswers } from './lint-answers.ts';
import { loadProject, undecidable, type LoadedProject } from './load-project.ts';
import { openOracle } from './open-oracle.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/**
 * `pcm lint`: everything that can be known to be wrong, or looks wrong, without asking a model about a structure. A
 * calculator of ASE is started to see whether it can be made. What models have said before, in observation logs and tables
 * of predictions, is held against the labels of the data. 1 if there are errors.
 */
export async function lint(directory: string, options: RunOptions, around: Surroundings): Promise<ExitCode> {
  let errors = 0;
  let warnings = 0;
  const report = (problem: Problem): void => {
    if (problem.severity === 'error') errors++;
    if (problem.severity === 'warning') warnings++;
    around.reporter.emit(problem);
  };
  const loaded = await loadProject(directory, options.config, options.model);
  if (loaded.kind === 'rejected') {
    loaded.problems.forEach(report);
    return 1;
  }
  [...undecidable(loaded.value), ...generativeProblems(loaded.value)].forEach(report);
  const sources = await lintModels(loaded.value, report, around);
  const files = await findDataFiles(loaded.value.folder, loaded.value.project.data, options.config);
  if (files.kind === 'rejected') files.problems.forEach(report);
  else {
    for (const file of files.value) await lintFile(file, loaded.value, report, around.signal);
    for (const [model, source] of sources)
      for await (const problem of lintAnswers(loaded.value, model, source, files.value, around.signal)) report(problem);
  }
  around.reporter.note(`${plural(errors, 'error')}, ${plural(warnings, 'warning')}`);
  if (around.signal.aborted) return 2;
  return errors > 0 ? 1 : 0;
}

/** Checks the models; those that can be opened are given back. */
async function lintModels(
  loaded: LoadedProject,
  report: (problem: Problem) => void,
  around: Surroundings,
): Promise<[ProjectModel, OracleSource][]> {
  const opened: [ProjectModel, OracleSource][] = [];
  for (const model of loaded.models) {
    if (around.signal.aborted) return opened;
    const source = await openOracle(loaded, model, around);
    if (source.kind === 'rejected') {
      source.problems.forEach(report);
      continue;
    }
    source.warnings.forEach(report);
    around.reporter.emit(modelEvent(model.id, source.value));
    opened.push([model, source.value]);
  }
  return opened;
}

async function lintFile(
  file: DataFile,
  { project, models }: LoadedProject,
  report: (problem: Problem) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    const stream = await openDataStream(file.absolute, file.path);
    try {
      const { format, chunks } = await formatOf(file, stream);
      if (format === undefined) {
        report({
          kind: 'problem',
          severity: 'error',
          file: file.path,
          line: null,
          message: 'This is no file of structures that can be read.',
          fix: 'Name extended XYZ, POSCAR or CIF files in "data".',
        });
        return;
      }
      const rules = { ...neededLabels({ ...project, models: [...models] }), contentKey: structureId };
      for await (const problem of lintStructures(readStructures(chunks, file.path, format), file.path, rules)) {
        report(problem);
        if (signal.aborted) return;
      }
    } finally {
      await stream.close();
    }
  } catch (error) {
    if (!(error instanceof DataFileError)) throw error;
    report(error.problem);
  }
}
