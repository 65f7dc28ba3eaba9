import path from 'node:path';
import type { Checked } from '../core/problem.ts';
import type { ResolvedProject } from '../core/project-file.ts';
import { openAseReference } from '../sweep/reference/ase-reference.ts';
import { openQuantumEspresso } from '../sweep/reference/quantum-espresso.ts';
import type { Reference } from '../sweep/reference/reference.ts';
import type { LoadedProject } from './load-project.ts';
import { stateFolder } from './open-pool.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * The reference that computes the labels of a project's structures on demand; null where the labels are those of the data,
 * or are known to be zero.
 * @param reference another one than the project's.
 */
export async function openReference(
  { folder, config, project }: LoadedProject,
  around: Surroundings,
  reference: ResolvedProject['reference'] = project.reference,
): Promise<Checked<Reference | null>> {
  const storeFolder = path.join(stateFolder(folder), 'references');
  switch (reference.kind) {
    case 'data':
    case 'relaxed':
      return { kind: 'ok', value: null, warnings: [] };
    case 'quantum-espresso':
      return openQuantumEspresso({
        settings: reference,
        projectFolder: folder,
        storeFolder,
        environment: around.environment,
        processors: around.processors,
        file: config,
        signal: around.signal,
      });
    case 'ase':
      return openAseReference({
        settings: reference,
        projectFolder: folder,
        script: around.installation.aseScript,
        storeFolder,
        file: config,
        signal: around.signal,
      });
  }
}
