import type { ProbeCrystal } from './crystal.ts';
import { larger, magnitudesOf } from './magnitudes.ts';
import { energyTolerance, forceTolerance, type Magnitudes, type Precision } from './precision.ts';
import type { PredictedAnswer, ProbeAnswer, ProbeOutcome } from './probe.ts';
import { worstCase } from './worst-case.ts';

/** An answer, and what a symmetry says that it must be. */
export interface ExpectedAnswer {
  /** What was done to the structure, in words. */
  readonly name: string;
  readonly crystal: ProbeCrystal;
  readonly answer: ProbeAnswer;
  /** eV per atom. */
  readonly energyPerAtom: number;
  /** eV/Å, length 3n. */
  readonly forces: Float64Array;
}

/** Largest ‖a − b‖ over atoms, and the atom; NaN at the first atom where a number is missing. */
export function largestDeviation(a: Float64Array, b: Float64Array): { readonly norm: number; readonly atom: number } {
  if (a.length !== b.length) return { norm: Number.NaN, atom: 0 };
  let worst = { norm: 0, atom: 0 };
  for (let k = 0; k < a.length; k += 3) {
    const x = a[k]! - b[k]!;
    const y = a[k + 1]! - b[k + 1]!;
    const z = a[k + 2]! - b[k + 2]!;
    const norm = Math.sqrt(x * x + y * y + z * z);
    if (Number.isNaN(norm)) return { norm, atom: k / 3 };
    if (norm > worst.norm) worst = { norm, atom: k / 3 };
  }
  return worst;
}

/**
 * Measures energies per atom (`id-energy`) and forces (`id-forces`) against what they must be. A failed answer is NaN; a
 * refused one is a remark, and if all were refused nothing was measured.
 * @param base magnitudes of the numbers that the expectation was made of.
 */
export function agreement(
  id: string,
  precision: Precision,
  base: Magnitudes,
  cases: readonly ExpectedAnswer[],
): ProbeOutcome {
  const energy = worstCase(`${id}-energy`, 'eV/atom');
  const forces = worstCase(`${id}-forces`, 'eV/Å');
  const remarks: string[] = [];
  for (const { name, crystal, answer, ...expected } of cases) {
    if (answer === null) continue;
    if (answer.kind === 'refused') {
      remarks.push(`${name}: refused, ${answer.detail}`);
    } else if (answer.kind === 'failed') {
      energy.note(Number.NaN, energyTolerance(precision, base), `${name}: ${answer.detail}`);
      forces.note(Number.NaN, forceTolerance(precision, base), `${name}: ${answer.detail}`);
    } else {
      const magnitudes = larger(base, magnitudesOf(crystal, answer));
      const perAtom = answer.energy / crystal.species.length;
      energy.note(Math.abs(perAtom - expected.energyPerAtom), energyTolerance(precision, magnitudes), name);
      const { norm, atom } = largestDeviation(answer.forces, expected.forces);
      forces.note(norm, forceTolerance(precision, magnitudes), `${name}, atom ${atom + 1}`);
    }
  }
  const measurements = [energy.measurement(), forces.measurement()].filter((found) => found !== null);
  if (measurements.length > 0) return { kind: 'measured', measurements, remarks };
  return { kind: 'skipped', reason: remarks[0] ?? 'there was nothing to ask' };
}

/** Energy per atom and magnitudes of a structure that was answered for. */
export function baseFacts(
  crystal: ProbeCrystal,
  answer: PredictedAnswer,
): { readonly energyPerAtom: number; readonly magnitudes: Magnitudes } {
  return { energyPerAtom: answer.energy / crystal.species.length, magnitudes: magnitudesOf(crystal, answer) };
}
