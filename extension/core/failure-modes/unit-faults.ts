import { HARTREE_IN_EV, BOHR_IN_ANGSTROM } from '../dft/units.ts';
import type { AskedStructure } from './asked-structures.ts';
import type { UnitFault } from './failure-modes-schema.ts';

const KCAL_PER_MOL_IN_EV = 0.0433641153;
const KJ_PER_MOL_IN_EV = 0.01036426965;

/** A fault, the factor that it puts before every number, and what it is in words. */
interface Suspect {
  readonly fault: string;
  readonly factor: number;
  readonly words: string;
}

/** Energies in another unit: model = factor × reference. */
const energySuspects: readonly Suspect[] = [
  { fault: 'hartree', factor: 1 / HARTREE_IN_EV, words: 'are in Hartree, not eV' },
  { fault: 'rydberg', factor: 2 / HARTREE_IN_EV, words: 'are in Rydberg, not eV' },
  { fault: 'hartree-twice', factor: HARTREE_IN_EV, words: 'were converted from Hartree although they were eV already' },
  {
    fault: 'rydberg-twice',
    factor: HARTREE_IN_EV / 2,
    words: 'were converted from Rydberg although they were eV already',
  },
  { fault: 'kcal-per-mol', factor: 1 / KCAL_PER_MOL_IN_EV, words: 'are in kcal/mol, not eV' },
  { fault: 'kj-per-mol', factor: 1 / KJ_PER_MOL_IN_EV, words: 'are in kJ/mol, not eV' },
  { fault: 'milli', factor: 1000, words: 'are in meV, not eV' },
];

/** A length in Bohr where Å was meant divides or multiplies forces by 0.529; both units may be wrong at once. */
const forceSuspects: readonly Suspect[] = [
  ...energySuspects.map(({ fault, factor, words }) => ({ fault, factor, words: words.replace(/eV/g, 'eV/Å') })),
  { fault: 'bohr', factor: BOHR_IN_ANGSTROM, words: 'are in eV/Bohr, not eV/Å' },
  {
    fault: 'bohr-twice',
    factor: 1 / BOHR_IN_ANGSTROM,
    words: 'were converted from eV/Bohr although they were eV/Å already',
  },
  { fault: 'hartree-per-bohr', factor: BOHR_IN_ANGSTROM / HARTREE_IN_EV, words: 'are in Hartree/Bohr, not eV/Å' },
  {
    fault: 'hartree-per-bohr-twice',
    factor: HARTREE_IN_EV / BOHR_IN_ANGSTROM,
    words: 'were converted from Hartree/Bohr although they were eV/Å already',
  },
  { fault: 'rydberg-per-bohr', factor: (2 * BOHR_IN_ANGSTROM) / HARTREE_IN_EV, words: 'are in Rydberg/Bohr, not eV/Å' },
];

/** A factor counts as found if it is met this closely: no model is so soft or so hard all over. */
const CLOSE = 0.12;
/** What is left after the fault is taken back, relative to what was there: a real fault explains nearly everything. */
const EXPLAINED = 0.5;
const FEWEST = 5;

/**
 * Mistakes of sign, unit or normalisation: the one factor between model and reference is estimated robustly and held
 * against those that known mistakes make. A fault is reported only if taking it back removes at least half of the error.
 */
export function unitFaultsOf(asked: readonly AskedStructure[]): UnitFault[] {
  const energies = asked.flatMap(({ structure, energy }) =>
    structure.energy === undefined
      ? []
      : [{ reference: structure.energy, model: energy, atoms: structure.species.length }],
  );
  return [...energyFaultsOf(energies), ...forceFaults(asked)];
}

/** Total energies of one structure, eV, and how many atoms it has. */
export interface EnergyPair {
  readonly reference: number;
  readonly model: number;
  readonly atoms: number;
}

interface Pairs {
  /** Reference and model, as numbers or as vectors of one structure's components. */
  readonly reference: readonly Float64Array[];
  readonly model: readonly Float64Array[];
}

/**
 * Total energies, first against units and sign, then against being per atom. Energies of different programs have different
 * zeros, which no factor mends: then nothing is found, and the offsets per element say what differs.
 */
export function energyFaultsOf(pairs: readonly EnergyPair[]): UnitFault[] {
  const labelled = pairs.filter(({ reference }) => reference !== 0);
  if (labelled.length < FEWEST) return [];
  const atoms = labelled.map((pair) => pair.atoms);
  const total: Pairs = {
    reference: labelled.map(({ reference }) => Float64Array.of(reference)),
    model: labelled.map(({ model }) => Float64Array.of(model)),
  };
  const normalised: Pairs = {
    reference: labelled.map(({ reference }, at) => Float64Array.of(reference / atoms[at]!)),
    model: total.model,
  };
  const faults: UnitFault[] = [];
  const found = suspected(total, [SIGN, ...energySuspects, ...reversed(energySuspects)], 'energies');
  // Another zero of energy may look like a factor, but leaves differences as they are.
  if (found !== null && isFactorOfDifferences(found.expected, labelled)) faults.push(found);
  // Total energies where energies per atom were meant can be told only if structures differ in size.
  if (found === null && new Set(atoms).size > 1) {
    const before = residualOf(total, 1);
    const after = residualOf(normalised, 1);
    if (after < 0.2 && after < EXPLAINED * before) {
      faults.push({
        quantity: 'energies',
        fault: 'per-atom',
        measured: factorOf(total),
        expected: median(atoms.map((count) => 1 / count)),
        residual: before,
        residualAfter: after,
        structures: labelled.length,
        explanation: `Predicted energies are per atom, not total: they match the reference divided by the number of atoms (relative residual ${percentText(after)} instead of ${percentText(before)}).`,
      });
    }
    const multiplied: Pairs = {
      reference: labelled.map(({ reference }, at) => Float64Array.of(reference * atoms[at]!)),
      model: total.model,
    };
    const afterProduct = residualOf(multiplied, 1);
    if (faults.length === 0 && afterProduct < 0.2 && afterProduct < EXPLAINED * before) {
      faults.push({
        quantity: 'energies',
        fault: 'reference-per-atom',
        measured: factorOf(total),
        expected: median(atoms),
        residual: before,
        residualAfter: afterProduct,
        structures: labelled.length,
        explanation: `Reference energies are per atom, not total: predictions match them multiplied by the number of atoms (relative residual ${percentText(afterProduct)} instead of ${percentText(before)}).`,
      });
    }
  }
  return faults;
}

function forceFaults(asked: readonly AskedStructure[]): UnitFault[] {
  const labelled = asked.filter(({ structure }) => structure.forces?.some((force) => Math.abs(force) > 1e-6) === true);
  if (labelled.length < FEWEST) return [];
  const pairs: Pairs = {
    reference: labelled.map(({ structure }) => structure.forces!),
    model: labelled.map(({ forces }) => forces),
  };
  const found = suspected(pairs, [SIGN, ...forceSuspects, ...reversed(forceSuspects)], 'forces');
  return found === null ? [] : [found];
}

/**
 * The same from the largest force of each structure alone, eV/Å, where no more is known: units, and nothing of signs.
 */
export function forceSizeFaultsOf(
  sizes: readonly { readonly reference: number; readonly model: number }[],
): UnitFault[] {
  const labelled = sizes.filter(({ reference }) => reference > 1e-6);
  if (labelled.length < FEWEST) return [];
  const pairs: Pairs = {
    reference: labelled.map(({ reference }) => Float64Array.of(reference)),
    model: labelled.map(({ model }) => Float64Array.of(model)),
  };
  const found = suspected(pairs, forceSuspects, 'forces');
  return found === null ? [] : [found];
}

const SIGN: Suspect = { fault: 'sign', factor: -1, words: 'have the opposite sign' };

const reversed = (suspects: readonly Suspect[]): Suspect[] =>
  suspects.map(({ fault, factor, words }) => ({
    fault: `${fault}, sign`,
    factor: -factor,
    words: `${words}, and have the opposite sign`,
  }));

/**
 * Whether differences of energy between structures carry the factor as well, rather than none: the median slope of energy
 * per atom, model on reference, between structures that are half of the sample apart in reference energy.
 */
function isFactorOfDifferences(factor: number, pairs: readonly EnergyPair[]): boolean {
  const sorted = pairs
    .map(({ reference, model, atoms }) => ({ reference: reference / atoms, model: model / atoms }))
    .sort((a, b) => a.reference - b.reference);
  const half = sorted.length >> 1;
  const slope = median(
    sorted.slice(half).flatMap((upper, at) => {
      const lower = sorted[at]!;
      const step = upper.reference - lower.reference;
      return step > 0 ? [(upper.model - lower.model) / step] : [];
    }),
  );
  if (factor === -1) return slope < 0;
  return slope / factor > 0 && Math.abs(Math.log(slope / factor)) < Math.abs(Math.log(Math.abs(slope)));
}

/** The known mistake whose factor is nearest to the one that was found, if it explains the error. */
function suspected(pairs: Pairs, candidates: readonly Suspect[], quantity: UnitFault['quantity']): UnitFault | null {
  const measured = factorOf(pairs);
  if (!Number.isFinite(measured) || measured === 0) return null;
  const off = (factor: number): number =>
    factor * measured > 0 ? Math.abs(Math.log(measured / factor)) : Number.POSITIVE_INFINITY;
  const nearest = candidates.reduce((best, one) => (off(one.factor) < off(best.factor) ? one : best));
  // A factor nearer to 1 than to any mistake is none.
  if (!(off(nearest.factor) < CLOSE) || off(1) <= off(nearest.factor)) return null;
  const residual = residualOf(pairs, 1);
  const residualAfter = residualOf(pairs, nearest.factor);
  if (!(residualAfter < EXPLAINED * residual)) return null;
  const subject = quantity === 'energies' ? 'energies' : 'forces';
  return {
    quantity,
    fault: nearest.fault,
    measured,
    expected: nearest.factor,
    residual,
    residualAfter,
    structures: pairs.reference.length,
    explanation: `Predicted ${subject} ${nearest.words}: they are ${Number(measured.toPrecision(4))} times the reference, and this mistake makes ${Number(nearest.factor.toPrecision(4))} (relative residual ${percentText(residualAfter)} instead of ${percentText(residual)} after taking it back). Or else the reference is wrong, the other way round.`,
  };
}

/** Median over structures of Σ model·reference / Σ reference²: a few broken structures do not move it. */
function factorOf({ reference, model }: Pairs): number {
  const ratios = reference.flatMap((one, at) => {
    const square = one.reduce((sum, value) => sum + value * value, 0);
    return square === 0 ? [] : [one.reduce((sum, value, k) => sum + value * model[at]![k]!, 0) / square];
  });
  return median(ratios);
}

/** Median over structures of |model / factor − reference| / |reference|. */
function residualOf({ reference, model }: Pairs, factor: number): number {
  const residuals = reference.flatMap((one, at) => {
    const size = Math.sqrt(one.reduce((sum, value) => sum + value * value, 0));
    const error = Math.sqrt(one.reduce((sum, value, k) => sum + (model[at]![k]! / factor - value) ** 2, 0));
    return size === 0 ? [] : [error / size];
  });
  return median(residuals);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length === 0
    ? NaN
    : sorted.length % 2 === 1
      ? sorted[middle]!
      : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const percentText = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;

/** What an accusation of a file rests on: so many structures are compared, and from fewer nothing is concluded. */
export const COMPARED_STRUCTURES = { most: 2000, fewest: 20 };

/** Share of the error that may be left when a mistake is taken back: what a file is accused of has to explain nearly all. */
const MOST_LEFT = 0.25;

/** Whether a fault explains nearly all of the error. */
export const explainsNearlyAll = ({ residual, residualAfter }: UnitFault): boolean =>
  residualAfter <= MOST_LEFT * residual;
