import type { StructureSource } from '../structure.ts';
import type { Probe, ResidualUnit } from './probe.ts';
import { holds, scaledMeasurement } from './residuals.ts';
import type { ProbeReport } from './suite.ts';
import { excessOf } from './worst-case.ts';

/** One measured quantity of one probe over all structures, or a probe that measured nothing. */
export interface ProbeSummary {
  readonly probe: Probe;
  /** Id of the measurement; the probe's own where nothing was measured. */
  readonly id: string;
  readonly verdict: 'holds' | 'violated' | 'skipped';
  /** Structures on which it was measured, and on how many of them it is out of tolerance. */
  readonly structures: number;
  readonly violations: number;
  /** The structure that comes closest to breaking the law or breaks it most; null where nothing was measured. */
  readonly worst: {
    readonly source: StructureSource;
    readonly unit: ResidualUnit;
    /** NaN: no finite number. */
    readonly residual: number;
    /** As it decides: rounded up to a whole step. */
    readonly tolerance: number;
  } | null;
  /** Where in the worst structure, or why nothing was measured. */
  readonly detail: string;
  /** Each once, in the order in which they came. */
  readonly remarks: readonly string[];
}

/** One line per measurement, in the order of the probes. */
export function summarize(probes: readonly Probe[], reports: readonly ProbeReport[]): ProbeSummary[] {
  return probes.flatMap((probe) => {
    const own = reports.filter((report) => report.probe === probe);
    const measured = own.flatMap(({ structure, outcome }) =>
      outcome.kind === 'measured' ? outcome.measurements.map((found) => ({ structure, found })) : [],
    );
    const remarks = [...new Set(own.flatMap(({ outcome }) => (outcome.kind === 'measured' ? outcome.remarks : [])))];
    const skipped = own.find(({ outcome }) => outcome.kind === 'skipped')?.outcome;
    if (measured.length === 0) {
      const detail = skipped?.kind === 'skipped' ? skipped.reason : 'there was no structure to put it to';
      return [{ probe, id: probe.id, verdict: 'skipped', structures: 0, violations: 0, worst: null, detail, remarks }];
    }
    return [...new Set(measured.map(({ found }) => found.id))].map((id, position): ProbeSummary => {
      const all = measured.filter(({ found }) => found.id === id);
      const violations = all.filter(({ found }) => !holds(found)).length;
      const { structure, found } = all.reduce((most, next) =>
        excessOf(next.found) > excessOf(most.found) ? next : most,
      );
      const { scale, tolerance } = scaledMeasurement(found);
      return {
        probe,
        id,
        verdict: violations === 0 ? 'holds' : 'violated',
        structures: all.length,
        violations,
        worst: { source: structure.source, unit: found.unit, residual: found.residual, tolerance: tolerance / scale },
        detail: found.detail,
        remarks: position === 0 ? remarks : [],
      };
    });
  });
}
