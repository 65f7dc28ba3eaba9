import type { Checked } from '../core/problem.ts';
import type { ProjectModel } from '../core/project-models.ts';
import type { OracleSource } from '../sweep/oracles/oracle-source.ts';
import { readOracle } from '../sweep/oracles/oracle-table.ts';
import { probedSource } from '../sweep/physics/probed-source.ts';
import type { LoadedProject } from './load-project.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Finds out who answers for a model of a project, and has it put structures to physical laws where those decide. Problems with
 * what the project says of it name its line.
 */
export async function openOracle(
  { folder, config, project, lineOf }: Pick<LoadedProject, 'folder' | 'config' | 'project' | 'lineOf'>,
  model: ProjectModel,
  { installation, signal }: Pick<Surroundings, 'installation' | 'signal'>,
): Promise<Checked<OracleSource>> {
  const { oracleWorker: worker, runtime, aseScript, parquetReader } = installation;
  const read = await readOracle(model, { folder, config, worker, runtime, aseScript, parquetReader, signal });
  if (read.kind === 'ok') {
    const { failure } = project;
    const probed = failure.kind === 'physics' ? probedSource(read.value, failure) : null;
    return probed === null ? read : { ...read, value: probed };
  }
  const position = project.models.findIndex(({ id }) => id === model.id);
  const line = position < 0 ? null : lineOf('models', position);
  return {
    kind: 'rejected',
    problems: read.problems.map((problem) =>
      problem.file === config && problem.line === null ? { ...problem, line } : problem,
    ),
  };
}
