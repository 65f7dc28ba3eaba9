import { symbolOf } from '../element-symbols.ts';
import type { Structure } from '../structure.ts';
import { kMesh } from './k-mesh.ts';
import type { Cutoffs } from './pseudopotentials.ts';
import type { QuantumEspressoSettings } from './settings.ts';

/** What is computed: a structure's cell and atoms. */
export type ComputedCrystal = Pick<Structure, 'lattice' | 'periodic' | 'species' | 'positions'>;

/** Names in the input: our own, so that nothing of a data file becomes part of the program's input but numbers. */
export const PREFIX = 'pcm';
export const OUTPUT_FOLDER = 'out';
export const pseudopotentialName = (element: number): string => `${symbolOf(element)}.UPF`;

/** Atomic numbers of a structure, each once, ascending: the order of species in the input. */
export const elementsOf = (species: Uint8Array): number[] => [...new Set(species)].sort((a, b) => a - b);

const smearingNames = {
  cold: 'mv',
  gaussian: 'gauss',
  'methfessel-paxton': 'mp',
  'fermi-dirac': 'fd',
} as const;

/** Start of the magnetic elements' moments: this share of the valence electrons points up. */
const STARTING_MAGNETIZATION = 0.5;

/** Elements whose open d or f shells usually carry a moment: V to Ni, Ce to Yb, U to Cm. */
export function isMagnetic(element: number): boolean {
  return (element >= 23 && element <= 28) || (element >= 58 && element <= 70) || (element >= 92 && element <= 96);
}

const polarized = (elements: readonly number[], spin: QuantumEspressoSettings['spin']): boolean =>
  spin === 'polarized' || (spin === 'auto' && elements.some(isMagnetic));

/**
 * The input of Quantum ESPRESSO's `pw.x` for energy, forces and stress of a fully periodic crystal: one self-consistent
 * calculation, atoms in the order of the structure. Pseudopotentials are expected beside the input under the names of
 * `pseudopotentialName`. A mass of 0 stands for the one in pw.x's own table.
 *
 * @param secondsAtMost pw.x ends by itself after this time; null for no limit. It does not change results.
 * @see www.quantum-espresso.org/Doc/INPUT_PW.html
 */
export function pwInput(
  crystal: ComputedCrystal,
  settings: QuantumEspressoSettings,
  cutoffs: Cutoffs,
  secondsAtMost: number | null,
): string {
  const { lattice, periodic, species, positions } = crystal;
  if (periodic.includes(false)) throw new RangeError('pw.x computes crystals that are periodic along all axes.');
  const elements = elementsOf(species);
  const { smearing, scf } = settings;
  const control = [
    "calculation = 'scf'",
    `prefix = '${PREFIX}'`,
    `outdir = './${OUTPUT_FOLDER}'`,
    "pseudo_dir = './'",
    'tprnfor = .true.',
    'tstress = .true.',
    "disk_io = 'low'",
    ...(secondsAtMost === null ? [] : [`max_seconds = ${fortran(secondsAtMost)}`]),
  ];
  const system = [
    'ibrav = 0',
    `nat = ${species.length}`,
    `ntyp = ${elements.length}`,
    `ecutwfc = ${fortran(cutoffs.wavefunction)}`,
    `ecutrho = ${fortran(cutoffs.density)}`,
    ...(smearing.kind === 'none'
      ? ["occupations = 'fixed'"]
      : [
          "occupations = 'smearing'",
          `smearing = '${smearingNames[smearing.kind]}'`,
          `degauss = ${fortran(smearing.width)}`,
        ]),
    ...spinLines(elements, settings.spin),
  ];
  const electrons = [
    `conv_thr = ${fortran(scf.accuracy)}`,
    `electron_maxstep = ${scf.steps}`,
    `mixing_beta = ${fortran(scf.mixing)}`,
  ];
  return [
    ...namelist('control', control),
    ...namelist('system', system),
    ...namelist('electrons', electrons),
    'ATOMIC_SPECIES',
    ...elements.map((element) => `  ${symbolOf(element)} 0.0 ${pseudopotentialName(element)}`),
    'CELL_PARAMETERS angstrom',
    ...rows(lattice).map((row) => `  ${row}`),
    'ATOMIC_POSITIONS angstrom',
    ...rows(positions).map((row, atom) => `  ${symbolOf(species[atom]!)} ${row}`),
    'K_POINTS automatic',
    `  ${kMesh(lattice, settings.kSpacing).join(' ')} 0 0 0`,
    '',
  ].join('\n');
}

/** Nothing for unpolarized calculations; a ferromagnetic start otherwise, from which the moments find their own way. */
function spinLines(elements: readonly number[], spin: QuantumEspressoSettings['spin']): string[] {
  if (!polarized(elements, spin)) return [];
  const anyMagnetic = elements.some(isMagnetic);
  const starts = elements.flatMap((element, at) =>
    isMagnetic(element) || !anyMagnetic
      ? [`starting_magnetization(${at + 1}) = ${fortran(STARTING_MAGNETIZATION)}`]
      : [],
  );
  return ['nspin = 2', ...starts];
}

function namelist(name: string, lines: readonly string[]): string[] {
  return [`&${name}`, ...lines.map((line) => `  ${line}`), '/'];
}

/** A number as Fortran reads it in double precision: with the exponent letter d. */
function fortran(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`pw.x has no ${value}`);
  const text = String(value);
  return text.includes('e') ? text.replace('e', 'd') : `${text}d0`;
}

/** Rows of three numbers, Å, with 12 decimals: far below what any calculation resolves. */
function rows(values: Float64Array): string[] {
  return Array.from({ length: values.length / 3 }, (_, row) =>
    Array.from(values.subarray(3 * row, 3 * row + 3), (value) => {
      if (!Number.isFinite(value)) throw new RangeError(`pw.x has no coordinate ${value}`);
      // Adding 0 turns −0 into 0.
      return (value + 0).toFixed(12);
    }).join(' '),
  );
}
