import type { ResidualUnit } from './probe.ts';
import { scaledMeasurement } from './residuals.ts';
import type { ProbeReport } from './suite.ts';
import { excessOf } from './worst-case.ts';

/** What the laws that were put to the test on one structure come to. */
export interface LawMeasurement {
  /** What was measured: `rotation-forces`. */
  readonly law: string;
  readonly unit: ResidualUnit;
  /** What should be zero, ≥ 0; NaN where an answer was no finite number. */
  readonly residual: number;
  /** In the same unit. 0: nothing is tolerated. */
  readonly tolerance: number;
  /** Probes that could not be put to the test on this structure. */
  readonly skipped: readonly string[];
  /** Structures that the model was asked about, the given one included. */
  readonly asked: number;
}

/** Tolerances by what is measured, each in its unit, in place of those of the suite. */
export type LawTolerances = Readonly<Record<string, number>>;

/**
 * The measurement with the largest residual over its tolerance, the first of equal ones, and where it was found, in words;
 * null where nothing was measured. Tolerances are rounded up to whole steps, as `pcm physics` and certificates do, so that
 * a ratio above 1 is what they call a violation.
 */
export function worstLaw(
  reports: readonly ProbeReport[],
  tolerances: LawTolerances,
): (Pick<LawMeasurement, 'law' | 'unit' | 'residual' | 'tolerance' | 'skipped'> & { readonly detail: string }) | null {
  const measured = reports
    .flatMap(({ outcome }) => (outcome.kind === 'measured' ? outcome.measurements : []))
    .map((measurement) => {
      const named = { ...measurement, tolerance: tolerances[measurement.id] ?? measurement.tolerance };
      const { tolerance, scale } = scaledMeasurement(named);
      return { ...named, tolerance: tolerance / scale };
    });
  const [first, ...others] = measured;
  if (first === undefined) return null;
  const { id, unit, residual, tolerance, detail } = others.reduce(
    (worst, next) => (excessOf(next) > excessOf(worst) ? next : worst),
    first,
  );
  const skipped = reports.flatMap(({ probe, outcome }) => (outcome.kind === 'skipped' ? [probe.id] : []));
  return { law: id, unit, residual, tolerance, skipped, detail };
}
