import path from 'node:path';
import type { ProjectModel } from '../core/project-models.ts';
import type { LogSubject } from '../sweep/observation-line.ts';
import { defaultOracleSettings } from '../sweep/oracle-settings.ts';
import type { OracleSource } from '../sweep/oracles/oracle-source.ts';
import type { ReferenceIdentity } from '../sweep/reference/reference.ts';
import type { LoadedProject } from './load-project.ts';
import { openOracle } from './open-oracle.ts';
import { stateFolder } from './open-pool.ts';
import { openReference } from './open-reference.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/** Folder of a project's observation logs. */
export const logFolder = ({ folder }: LoadedProject): string => path.join(stateFolder(folder), 'observations');

/**
 * What the log of a model is about when this installation sweeps it.
 * @param reference who computes the labels; null where they are those of the data.
 */
export function subjectOf({ identity, runtime, laws }: OracleSource, reference: ReferenceIdentity | null): LogSubject {
  const computed = reference === null ? {} : { referenceSha256: reference.sha256 };
  const probed = laws === undefined ? {} : { laws };
  return { modelSha256: identity.sha256, settings: defaultOracleSettings, runtime, ...computed, ...probed };
}

/**
 * Does something for every model with a log; 2 where a model or the reference, by which logs are told apart, cannot be opened, or `act` says that
 * something is missing.
 */
export async function forEachModel(
  loaded: LoadedProject,
  around: Surroundings,
  act: (model: ProjectModel, subject: LogSubject) => Promise<boolean>,
): Promise<ExitCode> {
  let code: ExitCode = 0;
  const reference = await openReference(loaded, around);
  if (reference.kind === 'rejected') {
    reference.problems.forEach(around.reporter.emit);
    return 2;
  }
  // Who it is, is all that is asked of it here.
  await reference.value?.close();
  const identity = reference.value?.identity ?? null;
  for (const model of loaded.models) {
    const source = await openOracle(loaded, model, around);
    if (source.kind === 'rejected') {
      source.problems.forEach(around.reporter.emit);
      return 2;
    }
    if (!source.value.logged) around.reporter.note(`  ${model.id}: its predictions are stored in ${source.value.file}`);
    else if (!(await act(model, subjectOf(source.value, identity)))) code = 2;
  }
  return code;
}
