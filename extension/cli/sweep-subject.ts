import path from 'node:path';
import type { LogSubject } from '../sweep/observation-line.ts';
import type { AuditedModel } from '../sweep/model-file.ts';
import { defaultOracleSettings } from '../sweep/oracle-settings.ts';
import type { LoadedProject } from './load-project.ts';
import { stateFolder } from './open-pool.ts';
import type { Surroundings } from './surroundings.ts';

/** Folder of a project's observation logs. */
export const logFolder = ({ folder }: LoadedProject): string => path.join(stateFolder(folder), 'observations');

/** What the log of a model is about when this installation sweeps it. */
export function subjectOf(model: AuditedModel, { installation }: Surroundings): LogSubject {
  return { modelSha256: model.sha256, settings: defaultOracleSettings, runtime: installation.runtime };
}
