import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Checked, Problem } from '../core/problem.ts';
import { LARGEST_PROJECT_FILE, lineOfProperty, readProject, type ResolvedProject } from '../core/project-file.ts';
import type { ProjectModel } from '../core/project-models.ts';
import { missingColumn } from '../core/table-columns.ts';

export interface LoadedProject {
  /** Absolute folder, symbolic links resolved. */
  readonly folder: string;
  readonly config: string;
  readonly project: ResolvedProject;
  /** The models this run is about. */
  readonly models: readonly ProjectModel[];
  /** Line of the project file on which a property stands, for problems about it. */
  readonly lineOf: (...path: (string | number)[]) => number;
}

/** Reads DIR/config and picks the models; every way in which that can fail is a problem with a fix. */
export async function loadProject(
  directory: string,
  config: string,
  modelId: string | undefined,
): Promise<Checked<LoadedProject>> {
  const rejected = (message: string, fix: string, file = config): Checked<never> => ({
    kind: 'rejected',
    problems: [{ kind: 'problem', severity: 'error', file, line: null, message, fix }],
  });
  let folder: string;
  try {
    folder = await realpath(directory);
    if (!(await stat(folder)).isDirectory())
      return rejected(`${directory} is not a folder.`, `Name the folder that holds ${config}.`, directory);
  } catch {
    return rejected(`There is no folder ${directory}.`, `Name the folder that holds ${config}.`, directory);
  }
  if (!containedIn(folder, config))
    return rejected(`${config} leaves the project folder.`, 'Name a project file inside the folder.');
  const file = path.join(folder, config);
  let text: string;
  try {
    const { size } = await stat(file);
    if (size > 4 * LARGEST_PROJECT_FILE)
      return rejected(`${config} has ${size} bytes.`, 'Check that this is the right file.');
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const fix = `Create ${path.join(directory, config)}, or name another file with --config.`;
    return rejected(
      code === 'ENOENT'
        ? `There is no ${config} in ${directory}.`
        : `${config} cannot be read (${code ?? 'unknown error'}).`,
      fix,
    );
  }
  const project = readProject(text, config);
  if (project.kind === 'rejected') return project;
  const models = project.value.models.filter((model) => modelId === undefined || model.id === modelId);
  if (models.length === 0) {
    const known = project.value.models.map((model) => model.id).join(', ');
    return rejected(`There is no model "${modelId ?? ''}".`, `Choose from ${known}.`);
  }
  return {
    kind: 'ok',
    value: { folder, config, project: project.value, models, lineOf: (...path) => lineOfProperty(text, path) },
    warnings: project.warnings,
  };
}

/** Whether a relative path stays inside a folder. */
export function containedIn(folder: string, relative: string): boolean {
  const inside = path.relative(folder, path.resolve(folder, relative));
  return inside !== '' && !path.isAbsolute(inside) && inside !== '..' && !inside.startsWith(`..${path.sep}`);
}

/** What cannot be answered whatever the models say: a criterion that a table has no column for. */
export function undecidable({ project, models, config, lineOf }: LoadedProject): Problem[] {
  const problem = (line: number, message: string, fix: string): Problem => ({
    kind: 'problem',
    severity: 'error',
    file: config,
    line,
    message,
    fix,
  });
  const reference = project.reference.kind === 'relaxed' ? 'relaxed' : 'data';
  const { kind: criterion } = project.failure;
  const tables = models.filter(({ kind }) => kind === 'table');
  const unprobed = (line: number, fix: string): Problem[] =>
    tables.map(({ id }) =>
      problem(
        line,
        `The table "${id}" cannot be asked about structures that probes of physical laws change.`,
        `${fix}, or leave the model out with --model.`,
      ),
    );
  const unclaimed =
    project.claim.physics === false ? [] : unprobed(lineOf('claim', 'physics'), 'Leave "physics" out of the claim');
  if (criterion === 'physics') return [...unprobed(lineOf('failure'), 'Choose another "failure"'), ...unclaimed];
  const undecided = models.flatMap((model) => {
    const missing = model.kind === 'table' ? missingColumn(model, criterion, reference) : null;
    if (missing === null) return [];
    return problem(
      lineOf('models', project.models.indexOf(model), 'kind'),
      `The table "${model.id}" names no column "${missing}", by which the criterion ${criterion} is decided.`,
      `Name that column, choose another "failure", or leave the model out with --model.`,
    );
  });
  return [...undecided, ...unclaimed];
}
