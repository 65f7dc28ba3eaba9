import type { Certificate, CertificateContent } from '../core/certificate.ts';
import { formulaOf } from '../core/formula.ts';
import type { Checked, Problem } from '../core/problem.ts';
import type { Structure } from '../core/structure.ts';
import { MOST_ATOMS_SHOWN, type StructureEvent } from '../protocol/structure-event.ts';
import type { PoolIndex } from '../sweep/pool-index.ts';
import { certifiedStructures } from '../sweep/reference/certified-structures.ts';
import type { NamedStructure, StructureOptions } from './arguments.ts';
import { certifiedLabels } from './certified-labels.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';
import { openCertificate, openDataOf } from './certificate-place.ts';
import { certifiedModel, labelKeyOf, predict, type Said } from './certified-oracle.ts';

/**
 * `pcm structure`: one structure of a certificate, with the reference's forces (as the data state them, or as a reference
 * that computes has stored them) and those that the certified model gives, which is asked anew because no log holds them. 0,
 * or 2 where the structure cannot be found.
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
  const opened = await openCertificate(file, config);
  if (opened.kind === 'rejected') return opened;
  const { certificate, loaded } = opened.value;
  const found = await findStructure(certificate, loaded.folder, file, wanted, around);
  if (found.kind === 'rejected') return found;
  const { structure: bare, generator } = found.value;
  if (bare.species.length > MOST_ATOMS_SHOWN) {
    return rejected(bare.source.file, bare.source.line, {
      message: `This structure has ${bare.species.length} atoms; at most ${MOST_ATOMS_SHOWN} are shown one by one.`,
      fix: 'Open it in a program for large structures.',
    });
  }
  const labels = await certifiedLabels(certificate, loaded, file, around);
  const structure = await labels.give(bare).finally(() => labels.close());
  const predictions = await predict(certificate, loaded, [structure], 'forces', around);
  const prediction = predictions.kind === 'ok' ? predictions.value[0]! : null;
  const missing = [...(predictions.kind === 'rejected' ? predictions.problems : []), ...labels.problems].map(
    ({ message, fix }) => `${message} ${fix}`,
  );
  if (prediction !== null) missing.unshift(...reasonsOf(prediction));
  return { kind: 'ok', value: eventOf(structure, generator, prediction, missing), warnings: [] };
}

/** A structure, and what made it out of the one in the data that its source names; null for one of the data. */
interface Found {
  readonly structure: Structure;
  readonly generator: string | null;
}

async function findStructure(
  { content }: Certificate,
  folder: string,
  certificate: string,
  wanted: NamedStructure,
  { signal }: Surroundings,
): Promise<Checked<Found>> {
  // Only the file that is asked for is read.
  const name = wanted.kind === 'place' ? wanted.file : fileOf(content, wanted.id);
  const data = content.data.filter(({ file }) => file === name);
  if (data.length === 0) {
    const what = wanted.kind === 'place' ? `a data file ${JSON.stringify(wanted.file)}` : `a structure ${wanted.id}`;
    return rejected(certificate, null, {
      message: `It is not about ${what}.`,
      fix:
        wanted.kind === 'place'
          ? `Name one of ${content.data.map(({ file }) => file).join(', ')}.`
          : 'Content ids are in its tables "search" and "validation".',
    });
  }
  const pool = await openDataOf(data, folder, certificate, signal);
  if (pool.kind === 'rejected') return pool;
  try {
    const structure = await readWanted(content, pool.value, wanted);
    if (structure !== null) {
      const { id } = wanted.kind === 'id' ? wanted : { id: null };
      const made = (content.generated ?? []).find(({ row }) => content.search.id[row] === id);
      return { kind: 'ok', value: { structure, generator: made?.record.generator ?? null }, warnings: [] };
    }
  } finally {
    await pool.value.close();
  }
  return wanted.kind === 'place'
    ? rejected(wanted.file, null, {
        message: `It has no structure that can be read at position ${wanted.index}.`,
        fix: 'Positions count from 0.',
      })
    : rejected(certificate, null, {
        message: `The structure ${wanted.id} cannot be made again from what it was made of.`,
        fix: 'Certify again.',
      });
}

/** The data file in which a structure of the certificate stands, or that in which its base does. */
function fileOf({ data, search, validation }: CertificateContent, id: string): string | null {
  for (const table of [search, validation]) {
    const row = table.id.indexOf(id);
    if (row >= 0) return data[table.file[row]!]!.file;
  }
  return null;
}

async function readWanted(
  content: CertificateContent,
  pool: PoolIndex,
  wanted: NamedStructure,
): Promise<Structure | null> {
  const labelKey = labelKeyOf(certifiedModel(content));
  if (wanted.kind === 'id') return certifiedStructures(content, pool).read(wanted.id, labelKey);
  for (let row = 0; row < pool.size; row++) {
    if (pool.source(row).index !== wanted.index) continue;
    const structure = await pool.readStructure(row, labelKey);
    if (structure !== null) return structure;
  }
  return null;
}

function reasonsOf(prediction: Said): string[] {
  switch (prediction.kind) {
    case 'predicted':
      return prediction.forces.every(Number.isFinite) ? [] : ['The forces of the model are not all finite.'];
    case 'stored':
      return ['The model is a table, which holds no forces of single atoms.'];
    case 'refused':
      return [`The model refused this structure: ${prediction.detail}`];
    case 'failed':
      return [`The model failed on this structure (${prediction.reason}): ${prediction.detail}`];
  }
}

function eventOf(
  structure: Structure,
  generator: string | null,
  prediction: Said | null,
  missing: readonly string[],
): StructureEvent {
  const predicted = prediction?.kind === 'predicted' ? prediction : null;
  const forces = predicted?.forces.every(Number.isFinite) === true ? [...predicted.forces] : null;
  return {
    kind: 'structure',
    ...structure.source,
    generator,
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
    reason: missing.length === 0 ? null : missing.join(' '),
  };
}

function rejected(
  file: string,
  line: number | null,
  { message, fix }: Pick<Problem, 'message' | 'fix'>,
): Checked<never> {
  return { kind: 'rejected', problems: [{ kind: 'problem', severity: 'error', file, line, message, fix }] };
}
