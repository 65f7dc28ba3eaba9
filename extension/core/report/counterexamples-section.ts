import { LARGEST_CELL, type CertificateContent, type Violation } from '../certificate.ts';
import { worstCounterexamples } from '../dft/validation.ts';
import { finalBox } from '../obligations.ts';
import { formulaOf } from '../formula.ts';
import { violationText } from '../obligations/wording.ts';
import type { Structure } from '../structure.ts';
import { boundedText } from './bounded-text.ts';
import { REPORT_LIMITS } from './report-numbers.ts';
import type { CounterexamplesSection, CrystalReport } from './sections.ts';

/** A structure by its content id, and what the model says of its forces (eV/Å, 3n), where that is at hand. */
export interface KnownStructure {
  readonly structure: Structure;
  readonly modelForces: Float64Array | null;
}

/** The worst counterexamples of both splits, where they stand, and what keeps them out of the envelope. */
export function counterexamplesOf(
  content: CertificateContent,
  known: ReadonlyMap<string, KnownStructure>,
): CounterexamplesSection {
  const { features, search, validation, criterion } = content;
  const box = finalBox(content);
  const failing = (errors: readonly number[]): number =>
    errors.filter((error) => error > criterion.scaledThreshold).length;
  const total = failing(search.error) + failing(validation.error);
  const rowOf = {
    search: new Map(search.id.map((id, row) => [id, row])),
    validation: new Map(validation.id.map((id, row) => [id, row])),
  };
  const separatedBy = new Map(content.counterexamples.map((found) => [search.id[found.row]!, found.separatedBy]));
  const violations = new Map((content.violations ?? []).map((each) => [`${each.split} ${each.row}`, each]));
  const generators = new Map((content.generated ?? []).map(({ row, record }) => [row, record.generator]));
  let drawn = 0;
  const list = worstCounterexamples(content, REPORT_LIMITS.counterexamples).map((found) => {
    const table = found.split === 'search' ? search : validation;
    const row = rowOf[found.split].get(found.id)!;
    const scaled = features.map((_, f) => table.features[f]![row]!);
    const outside = scaled.findIndex((value, f) => value < box[f]!.lower || value > box[f]!.upper);
    const feature = separatedBy.get(found.id) ?? (outside < 0 ? null : outside);
    const entry = known.get(found.id);
    const violation = violations.get(`${found.split} ${row}`);
    const crystal =
      entry === undefined || drawn >= REPORT_LIMITS.structures ? null : crystalOf(entry.structure, entry.modelForces);
    if (crystal !== null) drawn++;
    return {
      id: found.id,
      split: found.split,
      file: boundedText(content.data[found.file]!.file, 2000),
      index: found.index,
      line: found.line,
      generator: found.split === 'search' ? (generators.get(row) ?? null) : null,
      formula: entry === undefined ? null : boundedText(formulaOf(entry.structure.species)),
      atoms: entry === undefined ? null : entry.structure.species.length,
      error: table.error[row]! >= LARGEST_CELL ? null : table.error[row]! / criterion.scale,
      law: violation === undefined ? null : boundedText(violationText(violation)),
      features: scaled.map((value, f) => value / features[f]!.scale),
      separatedBy: feature === null ? null : features[feature]!.id,
      crystal,
    };
  });
  return {
    features: features.map(({ id, unit }) => ({ id, unit })),
    total,
    laws: lawsOf(content.violations ?? []),
    list,
    omitted: total - list.length,
  };
}

function lawsOf(violations: readonly Violation[]): CounterexamplesSection['laws'] {
  const counts = new Map<string, number>();
  for (const { law } of violations) counts.set(law, (counts.get(law) ?? 0) + 1);
  return [...counts]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, REPORT_LIMITS.probes)
    .map(([law, structures]) => ({ law: boundedText(law), structures }));
}

/** A crystal for a figure; null if it is too large for one. Forces that are not finite are left out. */
export function crystalOf(structure: Structure, modelForces: Float64Array | null): CrystalReport | null {
  const { lattice, periodic, species, positions, forces } = structure;
  if (species.length > REPORT_LIMITS.atoms) return null;
  const vectors = (values: Float64Array | null | undefined): number[] | null =>
    values === null || values === undefined || values.length !== positions.length || !values.every(Number.isFinite)
      ? null
      : [...values];
  return {
    lattice: [...lattice],
    periodic: [...periodic],
    species: [...species],
    positions: [...positions],
    referenceForces: vectors(forces),
    modelForces: vectors(modelForces),
  };
}
