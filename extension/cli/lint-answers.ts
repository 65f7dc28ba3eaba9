import type { UnitFault } from '../core/failure-modes/failure-modes-schema.ts';
import {
  COMPARED_STRUCTURES,
  energyFaultsOf,
  explainsNearlyAll,
  forceSizeFaultsOf,
  type EnergyPair,
} from '../core/failure-modes/unit-faults.ts';
import { largestForce } from '../core/force-norm.ts';
import { readStructures } from '../core/formats/detect.ts';
import type { Problem } from '../core/problem.ts';
import type { ProjectModel } from '../core/project-models.ts';
import type { Structure } from '../core/structure.ts';
import type { DataFile } from '../sweep/data-files.ts';
import { DataFileError, openDataStream } from '../sweep/data-stream.ts';
import { readObservations } from '../sweep/observation-log.ts';
import type { Observation } from '../sweep/observation.ts';
import type { OracleSource } from '../sweep/oracles/oracle-source.ts';
import { formatOf } from '../sweep/pool-index.ts';
import { defaultOracleSettings } from '../sweep/oracle-settings.ts';
import { structureId } from '../sweep/structure-id.ts';
import type { LoadedProject } from './load-project.ts';
import { logFolder, subjectOf } from './sweep-subject.ts';

/**
 * Whether what a model is known to say differs from the labels of the data by a mistake of unit, sign or normalisation: by
 * the observation log, or the table of predictions. Asks no model anything.
 */
export async function* lintAnswers(
  loaded: LoadedProject,
  model: ProjectModel,
  source: OracleSource,
  files: readonly DataFile[],
  signal: AbortSignal,
): AsyncGenerator<Problem> {
  // Of other references the data hold no labels.
  if (loaded.project.reference.kind !== 'data') return;
  const answer = await answersOf(loaded, source);
  if (answer === null) return;
  const energies: EnergyPair[] = [];
  const sizes: { reference: number; model: number }[] = [];
  for await (const structure of structuresOf(files, source.labelKey)) {
    if (signal.aborted || Math.max(energies.length, sizes.length) >= COMPARED_STRUCTURES.most) break;
    const said = await answer(structure);
    if (said?.kind !== 'measured') continue;
    const { energy, forceMagnitude } = said.measurement;
    const { energy: label, forces, species } = structure;
    // A table's own column of references stands beside its energies; the reader of tables compares them.
    const isOwn = model.kind === 'table' && model.reference !== undefined;
    if (!isOwn && label !== undefined && Number.isFinite(energy))
      energies.push({ reference: label, model: energy, atoms: species.length });
    if (forces !== undefined && Number.isFinite(forceMagnitude))
      sizes.push({ reference: largestForce(forces), model: forceMagnitude });
  }
  const position = loaded.project.models.findIndex(({ id }) => id === model.id);
  const faults = [
    ...(energies.length < COMPARED_STRUCTURES.fewest ? [] : energyFaultsOf(energies)),
    ...(sizes.length < COMPARED_STRUCTURES.fewest ? [] : forceSizeFaultsOf(sizes)),
  ];
  for (const fault of faults) {
    if (!explainsNearlyAll(fault)) continue;
    yield {
      kind: 'problem',
      severity: 'warning',
      file: loaded.config,
      line: position < 0 ? null : loaded.lineOf('models', position),
      message: `Model "${model.id}", on ${fault.structures} structures: ${fault.explanation}`,
      fix: fixOf(fault),
    };
  }
}

/** What a model is known to say of a structure; null where nothing is known. */
async function answersOf(
  loaded: LoadedProject,
  source: OracleSource,
): Promise<((structure: Structure) => Promise<Observation | undefined>) | null> {
  if (!source.logged) {
    const table = source.open({ settings: defaultOracleSettings, workers: 1 });
    return async (structure) => (await table.observe([structure]))[0];
  }
  const log = await readObservations(logFolder(loaded), subjectOf(source, null));
  return log.kind === 'ok' && log.value.size > 0
    ? (structure) => Promise.resolve(log.value.get(structureId(structure)))
    : null;
}

/** Structures of the data files; what cannot be read is reported elsewhere. */
async function* structuresOf(files: readonly DataFile[], labelKey: string | undefined): AsyncGenerator<Structure> {
  for (const file of files) {
    try {
      const stream = await openDataStream(file.absolute, file.path);
      try {
        const { format, chunks } = await formatOf(file, stream);
        if (format === undefined) continue;
        const options = labelKey === undefined ? {} : { labelKey };
        for await (const item of readStructures(chunks, file.path, format, options))
          if (item.kind === 'structure') yield item.structure;
      } finally {
        await stream.close();
      }
    } catch (error) {
      if (!(error instanceof DataFileError)) throw error;
    }
  }
}

function fixOf({ quantity, fault, expected }: UnitFault): string {
  if (fault === 'per-atom') return 'Let the model give the total energy of the cell in eV.';
  if (fault === 'reference-per-atom') return 'Give the total energy of each structure in the data, in eV.';
  const factor = Number((1 / expected).toPrecision(8));
  return `Multiply the ${quantity} of the model by ${factor} where they are made, or correct those of the data.`;
}
