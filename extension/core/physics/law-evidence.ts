import type { CertificateContent, Violation } from '../certificate.ts';
import type { Precision } from './precision.ts';
import type { LawMeasurement, LawTolerances } from './worst-law.ts';

/** Rows of a pool that became the rows of a table, and their scaled errors. */
interface Tested {
  readonly rows: readonly number[];
  readonly errors: readonly number[];
}

/** What decides the laws of an observation besides structure and model. */
export interface LawSetting {
  /** Ids of probes, in the order of the suite. */
  readonly probes: readonly string[];
  readonly tolerances: LawTolerances;
  /** That the other tolerances follow from; a project may say it of a calculator, whose hash does not cover it. */
  readonly precision: Precision;
  /** Raised whenever a probe asks or measures otherwise than before. */
  readonly suite: number;
}

type Laws = NonNullable<CertificateContent['criterion']['laws']>;

/**
 * What a certificate says of the laws that decided: where they could not be put to the test, what that cost, and which one
 * each failing structure breaks most.
 *
 * @param measured what the laws came to, by row of the pool; structures without a finite prediction have none.
 */
export function lawEvidence(
  setting: LawSetting,
  tables: Readonly<Record<Violation['split'], Tested>>,
  measured: ReadonlyMap<number, LawMeasurement>,
  scaledThreshold: number,
): { readonly laws: Laws; readonly violations: readonly Violation[] } {
  const skipped: Record<string, number> = {};
  const violations: Violation[] = [];
  let asked = 0;
  for (const split of ['search', 'validation'] as const) {
    const { rows, errors } = tables[split];
    rows.forEach((poolRow, row) => {
      const found = measured.get(poolRow);
      // Without a finite prediction the structure itself was asked about, and nothing else.
      asked += found?.asked ?? 1;
      if (found === undefined) return;
      for (const id of found.skipped) skipped[id] = (skipped[id] ?? 0) + 1;
      if (!(errors[row]! > scaledThreshold)) return;
      const { law, unit, residual, tolerance } = found;
      violations.push({ split, row, law, unit, residual: Number.isFinite(residual) ? residual : null, tolerance });
    });
  }
  const { probes, suite, precision, tolerances } = setting;
  return { laws: { probes: [...probes], suite, precision, tolerances: { ...tolerances }, asked, skipped }, violations };
}
