import { plural } from '../plural.ts';
import type { Structure } from '../structure.ts';
import { bondLengths } from './lint-bonds.ts';
import { sameCrystals } from './lint-crystals.ts';
import type { LintOptions, LintRule } from './lint-rule.ts';
import { median, Sample } from './lint-sample.ts';
import { workAgainstEnergy } from './lint-work.ts';

/** Net force per atom, eV/Å, above which forces do not come from one complete calculation; DFT stays below 0.001. */
export const LARGEST_NET_FORCE = 0.01;
/** Structures whose keys are kept in the search for duplicates. */
export const MOST_KEYS = 1_000_000;
/** Total energies per atom of common pseudopotentials are larger in magnitude than this, eV. */
export const SMALLEST_USUAL_ENERGY = 0.7;
/** Stress, eV/Å³ (160 GPa), that half of a usual file's structures stay below. */
export const LARGEST_USUAL_STRESS = 1;
/** Distributions are not judged from fewer structures. */
export const FEWEST_STRUCTURES = 20;

function missing(
  what: string,
  needed: (options: LintOptions) => boolean,
  has: (structure: Structure) => boolean,
): LintRule {
  return (options) => {
    let seen = 0;
    let without = 0;
    let line: number | null = null;
    return {
      see(structure) {
        seen += 1;
        if (has(structure)) return;
        without += 1;
        line ??= structure.source.line;
      },
      conclude() {
        if (without === 0 || !needed(options)) return null;
        return {
          severity: without === seen ? 'error' : 'warning',
          line,
          message: `${without} of ${seen} structures have no ${what}, which the failure criterion needs.`,
          fix: `Add the ${what} of the reference, or choose a criterion that does not need ${what}.`,
        };
      },
    };
  };
}

const duplicates: LintRule = ({ contentKey }) => {
  const lines = new Map<string, number>();
  let count = 0;
  let first: { line: number; original: number } | null = null;
  return {
    see(structure) {
      const key = contentKey(structure);
      const original = lines.get(key);
      if (original !== undefined) {
        count += 1;
        first ??= { line: structure.source.line, original };
      } else if (lines.size < MOST_KEYS) lines.set(key, structure.source.line);
    },
    conclude() {
      if (first === null) return null;
      return {
        severity: 'warning',
        line: first.line,
        message: `Exactly the same as an earlier one: ${plural(count, 'structure')}; the first repeats the one on line ${first.original}.`,
        fix: 'Remove the repetitions: each structure counts once.',
      };
    },
  };
};

/** Norm of the sum of all forces over the number of atoms, eV/Å. */
function netForcePerAtom(forces: Float64Array): number {
  const sum: [number, number, number] = [0, 0, 0];
  for (let at = 0; at < forces.length; at++) sum[at % 3]! += forces[at]!;
  return Math.sqrt(sum[0] * sum[0] + sum[1] * sum[1] + sum[2] * sum[2]) / (forces.length / 3);
}

const netForce: LintRule = () => {
  let count = 0;
  let largest = 0;
  let line: number | null = null;
  return {
    see({ forces, source }) {
      const net = forces === undefined ? 0 : netForcePerAtom(forces);
      if (net <= LARGEST_NET_FORCE) return;
      count += 1;
      largest = Math.max(largest, net);
      line ??= source.line;
    },
    conclude() {
      if (count === 0) return null;
      return {
        severity: 'warning',
        line,
        message: `The forces of ${plural(count, 'structure')} do not sum to zero (up to ${largest.toPrecision(3)} eV/Å per atom, where ${LARGEST_NET_FORCE} is much).`,
        fix: 'Check that the forces of all atoms are there, without constraints or external fields.',
      };
    },
  };
};

const smallEnergies: LintRule = () => {
  const sample = new Sample();
  return {
    see({ energy, species }) {
      if (energy !== undefined) sample.add(Math.abs(energy) / species.length);
    },
    conclude() {
      const middle = median(sample.values);
      if (sample.values.length < FEWEST_STRUCTURES || middle >= SMALLEST_USUAL_ENERGY) return null;
      return {
        severity: 'warning',
        line: null,
        message: `Half of the energies are below ${middle.toPrecision(3)} eV per atom in magnitude, which is small for total energies.`,
        fix: 'Check that these are total energies of the whole cell in eV, not formation energies, energies per atom or Hartree.',
      };
    },
  };
};

/** Standard deviation over the magnitude of the mean. */
function variation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / values.length;
  return Math.sqrt(variance) / Math.abs(mean);
}

const energiesPerAtom: LintRule = () => {
  const energies = new Sample();
  const perAtom = new Sample();
  const sizes = new Sample();
  return {
    see({ energy, species }) {
      if (energy === undefined) return;
      energies.add(energy);
      perAtom.add(energy / species.length);
      sizes.add(species.length);
    },
    conclude() {
      const smallest = sizes.values.reduce((least, size) => Math.min(least, size), Infinity);
      const largest = sizes.values.reduce((most, size) => Math.max(most, size), 0);
      const total = variation(energies.values);
      const each = variation(perAtom.values);
      // Total energies grow with the cell; energies per atom do not, and vary more once divided again.
      if (energies.values.length < FEWEST_STRUCTURES || largest < 4 * smallest || !(2 * total < each)) return null;
      return {
        severity: 'warning',
        line: null,
        message: `The energies look like energies per atom: from ${smallest} to ${largest} atoms they vary by ${(100 * total).toFixed(0)} %, divided by the number of atoms by ${(100 * each).toFixed(0)} %.`,
        fix: 'Give the total energy of each structure in eV.',
      };
    },
  };
};

const largeStresses: LintRule = () => {
  const sample = new Sample();
  return {
    see({ stress }) {
      if (stress !== undefined) sample.add(stress.reduce((most, component) => Math.max(most, Math.abs(component)), 0));
    },
    conclude() {
      const middle = median(sample.values);
      if (sample.values.length < FEWEST_STRUCTURES || middle <= LARGEST_USUAL_STRESS) return null;
      return {
        severity: 'warning',
        line: null,
        message: `Half of the stresses are above ${middle.toPrecision(3)} eV/Å³, which is ${(160.21766 * middle).toPrecision(3)} GPa.`,
        fix: 'Check that the stress is in eV/Å³: divide GPa by 160.22 and kbar by 1602.2.',
      };
    },
  };
};

/** All rules, in the order in which their conclusions are shown. */
export const lintRules: readonly LintRule[] = [
  missing(
    'forces',
    ({ needsForces }) => needsForces,
    ({ forces }) => forces !== undefined,
  ),
  missing(
    'energy',
    ({ needsEnergy }) => needsEnergy,
    ({ energy }) => energy !== undefined,
  ),
  duplicates,
  sameCrystals,
  netForce,
  workAgainstEnergy,
  energiesPerAtom,
  smallEnergies,
  largeStresses,
  bondLengths,
];
