import type { PhysicsResidual } from '../certificate.ts';
import { scaledError } from '../criterion.ts';
import type { ProbeMeasurement } from './probe.ts';
import type { ProbeReport } from './suite.ts';

/** Steps per unit of energies and forces in certificates: fine enough for float32, and 1,099 eV still fit. Counts: 1. */
export const RESIDUAL_SCALE = 1_000_000_000;

/** Residual and tolerance as integers, both rounded up; these decide, here and in Lean. */
export function scaledMeasurement({
  unit,
  residual,
  tolerance,
}: ProbeMeasurement): Pick<PhysicsResidual, 'scale' | 'residual' | 'tolerance'> {
  const scale = unit === '1' ? 1 : RESIDUAL_SCALE;
  // Where nothing finite was measured, nothing is tolerated.
  const tolerated = Number.isFinite(tolerance) ? scaledError(tolerance, scale) : 0;
  return { scale, residual: scaledError(residual, scale), tolerance: tolerated };
}

/** Whether the law holds as far as was measured. */
export function holds(measurement: ProbeMeasurement): boolean {
  const { residual, tolerance } = scaledMeasurement(measurement);
  return Number.isFinite(measurement.residual) && residual <= tolerance;
}

/**
 * What the probes measured, for a certificate: one entry per measurement, in the order of the reports. Probes whose
 * residuals are not the same each time are left out.
 * @param fileOf index into the certificate's data files of the file that a structure is from.
 */
export function toResiduals(reports: readonly ProbeReport[], fileOf: (file: string) => number): PhysicsResidual[] {
  return reports.flatMap(({ probe, structure, outcome }) =>
    outcome.kind === 'skipped' || !probe.reproducible
      ? []
      : outcome.measurements.map((measurement) => ({
          probe: measurement.id,
          unit: measurement.unit,
          ...scaledMeasurement(measurement),
          file: fileOf(structure.source.file),
          index: structure.source.index,
          line: structure.source.line,
        })),
  );
}
