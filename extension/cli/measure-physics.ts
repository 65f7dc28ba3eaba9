import type { PhysicsResidual, Round } from '../core/certificate.ts';
import { claimedProbes } from '../core/physics/chosen-probes.ts';
import { toResiduals } from '../core/physics/residuals.ts';
import type { Problem } from '../core/problem.ts';
import type { ProjectModel } from '../core/project-models.ts';
import type { OracleSource } from '../sweep/oracles/oracle-source.ts';
import { chooseStructures } from '../sweep/physics/choose-structures.ts';
import { probeStructures } from '../sweep/physics/probe-structures.ts';
import type { PoolIndex } from '../sweep/pool-index.ts';
import type { LoadedProject } from './load-project.ts';
import { progressOf } from './progress.ts';
import type { Surroundings } from './surroundings.ts';

/** Structures on which the laws that a claim names are measured. */
const STRUCTURES = 5;

/**
 * Measures the physical laws of `claim.physics` on a few structures inside the final envelope; empty where none is claimed.
 * @param tested rows of the search, from which the structures are taken: the validation split is left alone.
 * @returns null if the model could not be probed or the run was stopped, which has been said.
 */
export async function measurePhysics(
  { project, config, lineOf }: LoadedProject,
  model: ProjectModel,
  source: OracleSource,
  pool: PoolIndex,
  tested: readonly number[],
  last: Round,
  workers: number,
  around: Surroundings,
): Promise<PhysicsResidual[] | null> {
  const { reporter, signal } = around;
  const probes = claimedProbes(project.claim.physics);
  const { predictions } = source;
  if (probes.length === 0 || predictions === null) return [];
  const say = (severity: Problem['severity'], message: string, fix: string): void =>
    reporter.emit({ kind: 'problem', severity, file: config, line: lineOf('claim', 'physics'), message, fix });
  const inside = new Set(
    tested.filter((row) =>
      last.box.every(({ lower, upper }, f) => {
        const value = pool.features[f]![row]!;
        return value >= lower && value <= upper;
      }),
    ),
  );
  const { seed } = project.search;
  const structures = await chooseStructures(pool, predictions.traits.elements, STRUCTURES, seed, (row) =>
    inside.has(row),
  );
  const outcome = await probeStructures({
    predictions,
    probes,
    structures,
    seed,
    workers,
    signal,
    onProgress: progressOf(around, model.id, 'probe', 'probes'),
    onIncident: (what) => say('warning', what, 'Nothing was lost; the question was asked again.'),
  });
  if (outcome.kind === 'failed') say('error', outcome.message, outcome.fix);
  if (outcome.kind !== 'probed') return null;
  const residuals = toResiduals(outcome.reports, (file) => pool.files.findIndex(({ path }) => path === file));
  if (residuals.length === 0) {
    const message = `No physical law could be measured for model "${model.id}" inside the envelope: nothing is claimed of them.`;
    say('warning', message, 'See what pcm physics says, or drop "physics" from the claim.');
  }
  return residuals;
}
