import path from 'node:path';
import type { Certificate } from '../core/certificate.ts';
import { formulaOf } from '../core/formula.ts';
import type { Checked, Problem } from '../core/problem.ts';
import type { Structure } from '../core/structure.ts';
import { MOST_ATOMS_SHOWN, type StructureEvent } from '../protocol/structure-event.ts';
import { openCertifiedData } from '../sweep/reference/certified-data.ts';
import type { StructureOptions } from './arguments.ts';
import { stateFolder } from './open-pool.ts';
import { readCertificate } from './read-certificate.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';
import { certifiedModel, type Said } from './certified-oracle.ts';
import { labelKeyOf, predict, projectOf } from './validate.ts';

/**
 * `pcm structure`: one structure of the data of a certificate, with the forces that the data state and those that the
 * certified model gives, which is asked anew because no log holds them. 0, or 2 where the structure cannot be found.
 */
export async function showStructure(file: string, options: StructureOptions, around: Surroundings): Promise<ExitCode> {
  const event = await structureEvent(file, options, around);
  if (event.kind === 'rejected') {
    event.problems.forEach(around.reporter.emit);
    return 2;
  }
  around.reporter.emit(event.value);
  return 0;
}

async function structureEvent(
  file: string,
  { config, structure: wanted }: StructureOptions,
  around: Surroundings,
): Promise<Checked<StructureEvent>> {
  const certificate = await readCertificate(file);
  if (certificate.kind === 'rejected') return certificate;
  const loaded = await projectOf(file, config);
  if (loaded.kind === 'rejected') return loaded;
  const found = await findStructure(certificate.value, loaded.value.folder, file, wanted, around);
  if (found.kind === 'rejected') return found;
  const structure = found.value;
  if (structure.species.length > MOST_ATOMS_SHOWN) {
    return rejected(wanted.file, structure.source.line, {
      message: `This structure has ${structure.species.length} atoms; at most ${MOST_ATOMS_SHOWN} are shown one by one.`,
      fix: 'Open it in a program for large structures.',
    });
  }
  const predictions = await predict(certificate.value, loaded.value, [structure], 'forces', around);
  const prediction = predictions.kind === 'ok' ? predictions.value[0]! : null;
  const reason =
    predictions.kind === 'rejected'
      ? predictions.problems.map(({ message, fix }) => `${message} ${fix}`).join(' ')
      : reasonOf(prediction!);
  return { kind: 'ok', value: eventOf(structure, prediction, reason), warnings: [] };
}

async function findStructure(
  { content }: Certificate,
  folder: string,
  certificate: string,
  wanted: StructureOptions['structure'],
  { signal }: Surroundings,
): Promise<Checked<Structure>> {
  // Only the file that is asked for is read.
  const data = content.data.filter(({ file }) => file === wanted.file);
  if (data.length === 0) {
    return rejected(certificate, null, {
      message: `It is not about a data file ${JSON.stringify(wanted.file)}.`,
      fix: `Name one of ${content.data.map(({ file }) => file).join(', ')}.`,
    });
  }
  const pool = await openCertifiedData(data, folder, certificate, path.join(stateFolder(folder), 'spool'), signal);
  if (pool.kind === 'rejected') return pool;
  try {
    for (let row = 0; row < pool.value.size; row++) {
      if (pool.value.source(row).index !== wanted.index) continue;
      const structure = await pool.value.readStructure(row, labelKeyOf(certifiedModel(content)));
      if (structure !== null) return { kind: 'ok', value: structure, warnings: [] };
    }
  } finally {
    await pool.value.close();
  }
  return rejected(wanted.file, null, {
    message: `It has no structure that can be read at position ${wanted.index}.`,
    fix: 'Positions count from 0.',
  });
}

function reasonOf(prediction: Said): string | null {
  if (prediction.kind === 'predicted') return null;
  if (prediction.kind === 'stored') return 'The model is a table, which holds no forces of single atoms.';
  return prediction.kind === 'refused'
    ? `The model refused this structure: ${prediction.detail}`
    : `The model failed on this structure (${prediction.reason}): ${prediction.detail}`;
}

function eventOf(structure: Structure, prediction: Said | null, reason: string | null): StructureEvent {
  const predicted = prediction?.kind === 'predicted' ? prediction : null;
  const forces = predicted?.forces.every(Number.isFinite) === true ? [...predicted.forces] : null;
  return {
    kind: 'structure',
    ...structure.source,
    formula: formulaOf(structure.species),
    label: structure.label?.slice(0, 400) ?? null,
    lattice: [...structure.lattice],
    periodic: [...structure.periodic],
    species: [...structure.species],
    positions: [...structure.positions],
    referenceForces: structure.forces === undefined ? null : [...structure.forces],
    modelForces: forces,
    referenceEnergy: structure.energy ?? null,
    modelEnergy: predicted !== null && Number.isFinite(predicted.energy) ? predicted.energy : null,
    reason: reason ?? (predicted !== null && forces === null ? 'The forces of the model are not all finite.' : null),
  };
}

function rejected(
  file: string,
  line: number | null,
  { message, fix }: Pick<Problem, 'message' | 'fix'>,
): Checked<never> {
  return { kind: 'rejected', problems: [{ kind: 'problem', severity: 'error', file, line, message, fix }] };
}
