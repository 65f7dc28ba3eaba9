import { LARGEST_CELL } from './certificate.ts';
import { excessOf } from './physics/worst-case.ts';
import type { LawMeasurement } from './physics/worst-law.ts';
import type { Structure } from './structure.ts';

/** Criteria that one prediction decides, of one structure. */
export const predictionCriteria = ['force-error', 'energy-error', 'force-magnitude'] as const;
/** Criteria that decide pass or fail for one structure; `physics` by predictions of changed structures, without labels. */
export const criterionKinds = [...predictionCriteria, 'physics'] as const;
export type PredictionCriterion = (typeof predictionCriteria)[number];
export type CriterionKind = (typeof criterionKinds)[number];

/** Fails if the error is larger than the threshold: eV/Å for forces, eV/atom for energies, multiples of their tolerance for laws. */
export interface FailureCriterion {
  readonly kind: CriterionKind;
  readonly threshold: number;
}

/** Where the truth comes from: the labels in the data, or the knowledge that the structures are relaxed (zero forces). */
export type ReferenceKind = 'data' | 'relaxed';

export const failureReasons = ['not-finite', 'error', 'crashed', 'timed-out'] as const;
export type FailureReason = (typeof failureReasons)[number];

/** What an oracle answers for one structure. A failure counts against the model, a refusal does not count at all. */
export type Prediction =
  | {
      readonly kind: 'predicted';
      /** eV, total. */
      readonly energy: number;
      /** eV/Å; length 3n. */
      readonly forces: Float64Array;
      /** Self-consistency steps, where the oracle tells. */
      readonly iterations?: number;
    }
  | { readonly kind: 'failed'; readonly reason: FailureReason; readonly detail: string }
  | { readonly kind: 'refused'; readonly detail: string };

/** Every number that any criterion needs of one prediction. NaN: the model gave none; null: the data have no label. */
export interface Measurement {
  readonly status: 'predicted' | FailureReason;
  /** Predicted total energy, eV. */
  readonly energy: number;
  /** max over atoms ‖F‖₂ of the prediction, eV/Å. */
  readonly forceMagnitude: number;
  /** |E − E_ref| / n, eV/atom. */
  readonly energyError: number | null;
  /** max over atoms ‖F − F_ref‖₂, eV/Å, and the atom where it is reached (−1 if there is none). */
  readonly forceError: number | null;
  readonly forceErrorAtom: number;
  /** The physical law that comes closest to being broken, or is broken most; null where laws were not put to the test. */
  readonly law: LawMeasurement | null;
}

/** Largest row norm of a (n × 3) minus b, and its row; NaN as soon as any number is not finite. */
function largestDifference(a: Float64Array, b: Float64Array | null): { norm: number; atom: number } {
  let largest = -1;
  let atom = -1;
  for (let k = 0; k < a.length; k += 3) {
    const x = a[k]! - (b === null ? 0 : b[k]!);
    const y = a[k + 1]! - (b === null ? 0 : b[k + 1]!);
    const z = a[k + 2]! - (b === null ? 0 : b[k + 2]!);
    const squared = x * x + y * y + z * z;
    if (!Number.isFinite(squared)) return { norm: Number.NaN, atom: k / 3 };
    if (squared > largest) {
      largest = squared;
      atom = k / 3;
    }
  }
  return { norm: largest < 0 ? Number.NaN : Math.sqrt(largest), atom };
}

/**
 * Compares a prediction with a structure's labels. Anything that is not a finite number makes the whole prediction a
 * failure, whichever criterion is asked for.
 */
export function measure(structure: Structure, prediction: Exclude<Prediction, { kind: 'refused' }>): Measurement {
  const { energy, forces, species } = structure;
  const none = (status: FailureReason): Measurement => ({
    status,
    energy: Number.NaN,
    forceMagnitude: Number.NaN,
    energyError: energy === undefined ? null : Number.NaN,
    forceError: forces === undefined ? null : Number.NaN,
    forceErrorAtom: -1,
    law: null,
  });
  if (prediction.kind === 'failed') return none(prediction.reason);
  if (prediction.forces.length !== 3 * species.length) return none('error');
  const magnitude = largestDifference(prediction.forces, null);
  if (!Number.isFinite(prediction.energy) || !Number.isFinite(magnitude.norm)) return none('not-finite');
  const difference = forces === undefined ? null : largestDifference(prediction.forces, forces);
  return {
    status: 'predicted',
    energy: prediction.energy,
    forceMagnitude: magnitude.norm,
    energyError: energy === undefined ? null : Math.abs(prediction.energy - energy) / species.length,
    forceError: difference === null ? null : difference.norm,
    forceErrorAtom: difference === null ? -1 : difference.atom,
    law: null,
  };
}

/** Verdict on one structure, or what would be needed to reach one. */
export type Judgement =
  | {
      readonly kind: 'judged';
      /** In the criterion's unit; NaN where the model gave no finite prediction. */
      readonly error: number;
      readonly failed: boolean;
    }
  | { readonly kind: 'undecided'; readonly missing: 'reference energy' | 'reference forces' | 'measured law' };

/**
 * Applies a criterion. NaN fails: only an error that is known to be at most the threshold passes. Without a finite prediction
 * there is nothing that a label could excuse, so that none is asked for.
 */
export function judge(criterion: FailureCriterion, reference: ReferenceKind, measured: Measurement): Judgement {
  if (measured.status !== 'predicted') return { kind: 'judged', error: Number.NaN, failed: true };
  let error: number | null;
  switch (criterion.kind) {
    case 'force-magnitude':
      error = measured.forceMagnitude;
      break;
    case 'force-error':
      error = reference === 'relaxed' ? measured.forceMagnitude : measured.forceError;
      if (error === null) return { kind: 'undecided', missing: 'reference forces' };
      break;
    case 'energy-error':
      error = measured.energyError;
      if (error === null) return { kind: 'undecided', missing: 'reference energy' };
      break;
    case 'physics':
      if (measured.law === null) return { kind: 'undecided', missing: 'measured law' };
      error = excessOf(measured.law);
      // What is no number, and whatever is too much where nothing is tolerated, is beyond all measure.
      if (!Number.isFinite(error)) error = Number.NaN;
      break;
  }
  return { kind: 'judged', error, failed: !(error <= criterion.threshold) };
}

/** The label a criterion needs, or null if it needs none. */
export function neededLabel(criterion: FailureCriterion, reference: ReferenceKind): 'energy' | 'forces' | null {
  if (criterion.kind === 'energy-error') return 'energy';
  return criterion.kind === 'force-error' && reference === 'data' ? 'forces' : null;
}

const units = {
  'force-error': 'eV/Å',
  'energy-error': 'eV/atom',
  'force-magnitude': 'eV/Å',
  physics: '× tolerance',
} as const satisfies Readonly<Record<CriterionKind, string>>;

/** Unit of a criterion's error and threshold. */
export const criterionUnit = (kind: CriterionKind): (typeof units)[CriterionKind] => units[kind];

/**
 * An error as an integer number of steps of 1/scale, rounded up: the smallest m with m / scale ≥ error, where the
 * division is the correctly rounded one of IEEE 754. Since that is monotone, and a threshold k / scale is compared as
 * the same rounded quotient, `error > k / scale` holds exactly if `scaledError(error, scale) > k`; the product
 * error × scale, which may be off by one (0.07 × 10000 = 700.0000000000001), decides nothing. NaN, infinite and very
 * large errors become LARGEST_CELL.
 */
export function scaledError(error: number, scale: number): number {
  if (!(error * scale < LARGEST_CELL - 1)) return LARGEST_CELL;
  if (error <= 0) return 0;
  let steps = Math.ceil(error * scale);
  while (steps > 0 && (steps - 1) / scale >= error) steps--;
  while (steps / scale < error) steps++;
  return steps;
}

/** A threshold as an integer number of steps, or null if it does not lie on a step (more decimals than the scale has). */
export function scaledThreshold(threshold: number, scale: number): number | null {
  const steps = Math.round(threshold * scale);
  const exact = steps / scale === threshold;
  return exact && threshold >= 0 && steps < LARGEST_CELL - 1 ? steps : null;
}
