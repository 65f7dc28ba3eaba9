import path from 'node:path';
import type { LogSubject } from '../sweep/observation-line.ts';
import { defaultOracleSettings } from '../sweep/oracle-settings.ts';
import type { OracleSource } from '../sweep/oracles/oracle-source.ts';
import type { LoadedProject } from './load-project.ts';
import { stateFolder } from './open-pool.ts';

/** Folder of a project's observation logs. */
export const logFolder = ({ folder }: LoadedProject): string => path.join(stateFolder(folder), 'observations');

/** What the log of a model is about when this installation sweeps it. */
export function subjectOf({ identity, runtime }: OracleSource): LogSubject {
  return { modelSha256: identity.sha256, settings: defaultOracleSettings, runtime };
}
