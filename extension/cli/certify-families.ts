import type { Problem } from '../core/problem.ts';
import type { ProjectModel } from '../core/project.ts';
import { familiesOf, familyFeatures, isInFamily, type StructureFamily } from '../core/structure-families.ts';
import type { PoolIndex } from '../sweep/pool-index.ts';
import type { LoadedProject } from './load-project.ts';

/** Structures that a family needs where the project does not say. */
const FEWEST_STRUCTURES = 100;

/** The project with the features that tell its families apart; as it is without families. */
export function withFamilyFeatures(loaded: LoadedProject): LoadedProject {
  const { project } = loaded;
  const scheme = project.refinement.families;
  if (scheme === undefined) return loaded;
  const features = [...new Set([...project.features, ...familyFeatures(scheme)])];
  return { ...loaded, project: { ...project, features } };
}

/** One certificate to be made: of a model, on all structures or on those of a family. */
export interface CertificationScope<Model extends ProjectModel> {
  /** Its id names the family as well: `mace.f-block`. */
  readonly model: Model;
  /** Whether a row of the pool takes part. */
  readonly isMember: (row: number) => boolean;
}

/** The id of a model's certificate on a family. */
export const familyModelId = (model: string, family: string): string => `${model}.${family}`;

/** The family that a certificate's model id names, in a project that divides its structures; null: all structures. */
export function familyOfModelId({ refinement }: LoadedProject['project'], id: string): StructureFamily | null {
  const families = refinement.families === undefined ? [] : familiesOf(refinement.families);
  return families.find((family) => id.endsWith(familyModelId('', family.id))) ?? null;
}

/** The id of the model that a certificate is about, without that of a family. */
export function baseModelId(project: LoadedProject['project'], id: string): string {
  const family = familyOfModelId(project, id);
  return family === null ? id : id.slice(0, -familyModelId('', family.id).length);
}

/** Every id under which a project's certificates may appear. */
export function certificateIds({ project }: LoadedProject): string[] {
  const families = project.refinement.families === undefined ? [] : familiesOf(project.refinement.families);
  return project.models.flatMap(({ id }) => [id, ...families.map((family) => familyModelId(id, family.id))]);
}

/**
 * The model on all structures and then on every family that has enough of them. A family with fewer than
 * `refinement.minimumPerFamily` is said to have too few samples, and nothing is claimed about it.
 *
 * @param emit takes what there is to say
 */
export function certificationScopes<Model extends ProjectModel>(
  loaded: LoadedProject,
  model: Model,
  pool: PoolIndex,
  emit: (problem: Problem) => void,
): CertificationScope<Model>[] {
  const scopes: CertificationScope<Model>[] = [{ model, isMember: () => true }];
  const { families: scheme, minimumPerFamily = FEWEST_STRUCTURES } = loaded.project.refinement;
  if (scheme === undefined) return scopes;
  for (const family of familiesOf(scheme)) {
    const isMember = membership(family, loaded.project.features, pool);
    let members = 0;
    for (let row = 0; row < pool.size; row++) if (pool.firstOccurrence[row] === row && isMember(row)) members++;
    if (members >= minimumPerFamily) {
      scopes.push({ model: { ...model, id: familyModelId(model.id, family.id) }, isMember });
      continue;
    }
    emit({
      kind: 'problem',
      severity: 'warning',
      file: loaded.config,
      line: loaded.lineOf('refinement', 'families'),
      message: `Too few samples: ${members} structures ${family.title}, and it takes ${minimumPerFamily}. Nothing is claimed about "${family.id}" alone for model "${model.id}".`,
      fix: 'Add structures of this family to "data", or lower "refinement.minimumPerFamily".',
    });
  }
  return scopes;
}

function membership(family: StructureFamily, features: readonly string[], pool: PoolIndex): (row: number) => boolean {
  return (row) => isInFamily(family, (feature) => pool.features[features.indexOf(feature)]![row]!);
}

/** Two certificates under one id would overwrite one another. */
export function clashingIds(loaded: LoadedProject): Problem[] {
  const ids = certificateIds(loaded);
  const clash = ids.find((id, at) => ids.indexOf(id) !== at);
  if (clash === undefined) return [];
  return [
    {
      kind: 'problem',
      severity: 'error',
      file: loaded.config,
      line: loaded.lineOf('models'),
      message: `"${clash}" would name two certificates: that of a model, and that of a model on a family.`,
      fix: 'Give the model another "id".',
    },
  ];
}
