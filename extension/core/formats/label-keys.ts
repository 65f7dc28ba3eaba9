/**
 * Which names a quantity goes by in extended XYZ files. Names are compared without regard to case. Within a table the
 * earlier name wins: labels that are marked as reference (`REF_`, `dft_`, ...) come before the bare ones, which a
 * calculator may have overwritten with its own prediction, and the free energy comes last. Keys of other models
 * (`mace_energy`, ...) are never read.
 */
export const energyKeys = [
  'ref_energy',
  'energy_ref',
  'reference_energy',
  'dft_energy',
  'energy_dft',
  'vasp_energy',
  'qm_energy',
  'energy',
  'total_energy',
  'energy_total',
  'totenergy',
  'potential_energy',
  'free_energy',
] as const;

export const forceColumns = [
  'ref_forces',
  'ref_force',
  'forces_ref',
  'force_ref',
  'reference_forces',
  'dft_forces',
  'dft_force',
  'forces_dft',
  'force_dft',
  'vasp_forces',
  'vasp_force',
  'qm_forces',
  'qm_force',
  'forces',
  'force',
] as const;

export const stressKeys = [
  'ref_stress',
  'stress_ref',
  'reference_stress',
  'dft_stress',
  'stress_dft',
  'vasp_stress',
  'qm_stress',
  'stress',
] as const;

/** A virial W (eV) stands for the stress −W / V. */
export const virialKeys = [
  'ref_virials',
  'ref_virial',
  'virials_ref',
  'virial_ref',
  'dft_virials',
  'dft_virial',
  'virials_dft',
  'virial_dft',
  'qm_virials',
  'qm_virial',
  'virials',
  'virial',
] as const;

export const labelKeys = [
  'material_id',
  'structure_id',
  'name',
  'id',
  'internal_id',
  'mptrj_snapshot_id',
  'label',
  'config_name',
  'config_type',
  'formula',
] as const;

export const speciesColumns = ['species', 'symbols', 'symbol', 'elements', 'element'] as const;
export const numberColumns = ['z', 'numbers', 'atomic_numbers', 'atomic_number'] as const;
export const positionColumns = ['pos', 'positions', 'position'] as const;

/** Units this project works in, the keys that may state them, and how they are spelled. */
export const unitRules = [
  { quantity: 'energy', unit: 'eV', keys: /^energy_units?$/i, spellings: /^ev$/i },
  { quantity: 'force', unit: 'eV/Å', keys: /^forces?_units?$/i, spellings: /^ev\/(?:a|å|ang|angstrom)$/i },
  {
    quantity: 'stress',
    unit: 'eV/Å³',
    keys: /^stress_units?$/i,
    spellings: /^ev\/(?:a|å|ang|angstrom)(?:\^|\*\*)?[3³]$/i,
  },
  { quantity: 'length', unit: 'Å', keys: /^(?:length|positions?)_units?$/i, spellings: /^(?:a|å|ang|angstrom)$/i },
] as const;

export interface NamedValue<T> {
  /** The name as the file spells it. */
  readonly name: string;
  readonly value: T;
}

/**
 * The values whose name is in `table`, best first (table order, then file order).
 */
export function candidatesOf<T>(named: readonly NamedValue<T>[], table: readonly string[]): NamedValue<T>[] {
  const ranked: { readonly rank: number; readonly item: NamedValue<T> }[] = [];
  for (const item of named) {
    const rank = table.indexOf(item.name.toLowerCase());
    if (rank >= 0) ranked.push({ rank, item });
  }
  // Array.prototype.sort is stable, so equal ranks keep the order of the file.
  return ranked.sort((a, b) => a.rank - b.rank).map(({ item }) => item);
}
