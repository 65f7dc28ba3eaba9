import path from 'node:path';
import type { ProjectModel } from '../core/project-models.ts';
import type { LogSubject } from '../sweep/observation-line.ts';
import { defaultOracleSettings } from '../sweep/oracle-settings.ts';
import type { OracleSource } from '../sweep/oracles/oracle-source.ts';
import type { LoadedProject } from './load-project.ts';
import { openOracle } from './open-oracle.ts';
import { stateFolder } from './open-pool.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/** Folder of a project's observation logs. */
export const logFolder = ({ folder }: LoadedProject): string => path.join(stateFolder(folder), 'observations');

/** What the log of a model is about when this installation sweeps it. */
export function subjectOf({ identity, runtime }: OracleSource): LogSubject {
  return { modelSha256: identity.sha256, settings: defaultOracleSettings, runtime };
}

/** Does something for every model with a log; 2 where a model cannot be opened, or `act` says that something is missing. */
export async function forEachModel(
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
