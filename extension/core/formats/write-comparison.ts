import type { Structure } from '../structure.ts';
import { formatDecimal } from './decimal.ts';
import { writeExtxyz } from './write-extxyz.ts';

/** What a model says of a structure: eV in total, eV/Å per atom (length 3n). */
export interface ModelValues {
  readonly energy: number;
  readonly forces: Float64Array;
}

/**
 * One frame of extended XYZ with the reference's labels, where there are any, as `energy` and `forces`, and the model's
 * values as `mlip_energy` and `mlip_forces`; ASE reads the former as results and the latter as `info` and `arrays`. Null
 * values: the model gave no finite prediction.
 *
 * @param error in the unit of the criterion; null where there is none
 */
export function writeComparison(structure: Structure, values: ModelValues | null, error: number | null): string {
  const [count, comment, ...rows] = writeExtxyz(structure).trimEnd().split('\n');
  const keys = error === null ? '' : ` pcm_error=${formatDecimal(error)}`;
  if (values === null) return [count, `${comment!}${keys} mlip_failed=T`, ...rows, ''].join('\n');
  const columns = comment!.replace(/Properties=\S+/, (properties) => `${properties}:mlip_forces:R:3`);
  return [
    count,
    `${columns} mlip_energy=${formatDecimal(values.energy)}${keys}`,
    ...rows.map(
      (row, atom) => `${row} ${Array.from(values.forces.subarray(3 * atom, 3 * atom + 3), formatDecimal).join(' ')}`,
    ),
    '',
  ].join('\n');
}
