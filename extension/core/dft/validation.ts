import { LARGEST_CELL, type CertificateContent, type ObservationTable } from '../certificate.ts';
import { measure, type FailureCriterion, type Measurement, type Prediction } from '../criterion.ts';
import { largestForce } from '../force-norm.ts';
import { randomStream } from '../random.ts';
import { quantileBootstrap } from '../statistics/quantile-bootstrap.ts';
import { quantileOfSorted } from '../statistics/quantile.ts';
import type { Structure } from '../structure.ts';
import type { ReferenceOutcome } from './reference.ts';

/** A counterexample of a certificate, and where its structure stands. */
export interface Counterexample {
  readonly split: 'search' | 'validation';
  readonly id: string;
  /** Index into the certificate's `data`. */
  readonly file: number;
  readonly index: number;
  readonly line: number;
  /** As certified, in the criterion's unit; null where the model gave no finite prediction. */
  readonly error: number | null;
}

/** The failing structures of both splits by their error, the largest first; without a finite prediction comes before all. */
export function worstCounterexamples(
  { criterion, search, validation }: CertificateContent,
  top: number,
): Counterexample[] {
  const failing = (table: ObservationTable, split: Counterexample['split']) =>
    [...table.error.keys()]
      .filter((row) => table.error[row]! > criterion.scaledThreshold)
      .map((row) => ({
        split,
        id: table.id[row]!,
        file: table.file[row]!,
        index: table.index[row]!,
        line: table.line[row]!,
        scaled: table.error[row]!,
      }));
  return [...failing(search, 'search'), ...failing(validation, 'validation')]
    .sort((a, b) => b.scaled - a.scaled || a.file - b.file || a.index - b.index)
    .slice(0, top)
    .map(({ scaled, ...found }) => ({ ...found, error: scaled === LARGEST_CELL ? null : scaled / criterion.scale }));
}

/** What model and reference say of one structure; null where one of them says nothing. */
export interface Comparison {
  /** max over atoms ‖F‖₂, eV/Å. */
  readonly referenceForce: number | null;
  readonly modelForce: number | null;
  /** Of the two: above 1 where the model is too soft. */
  readonly forceRatio: number | null;
  /** max over atoms ‖F − F_ref‖₂, eV/Å. */
  readonly forceError: number | null;
  /** Whether the structure is a counterexample by this reference too; null where that cannot be said. */
  readonly confirmed: boolean | null;
}

/** What is known of a model's answer where its forces are not: the table that stores it may hold the largest one. */
export interface StoredMeasurement {
  readonly kind: 'stored';
  readonly measurement: Measurement;
}

/**
 * Holds a prediction against a fresh reference. No finite prediction is a failure whatever the reference. Energies of
 * different programs have different zeros, so `energy-error` is not decided. `force-magnitude` takes structures to be
 * relaxed: it is confirmed only if the reference finds them so, by the same threshold.
 */
export function compareWithReference(
  criterion: FailureCriterion,
  structure: Structure,
  said: Prediction | StoredMeasurement,
  outcome: ReferenceOutcome,
): Comparison {
  const fresh = outcome.kind === 'computed' ? { ...structure, forces: outcome.forces } : structure;
  const measured = said.kind === 'refused' ? null : said.kind === 'stored' ? said.measurement : measure(fresh, said);
  const finite = (value: number | null | undefined): number | null =>
    value !== null && value !== undefined && Number.isFinite(value) ? value : null;
  const modelForce = finite(measured?.forceMagnitude);
  if (outcome.kind === 'none') {
    return { referenceForce: null, modelForce, forceRatio: null, forceError: null, confirmed: null };
  }
  const referenceForce = largestForce(outcome.forces);
  // A stored error is against another reference.
  const forceError = said.kind === 'stored' ? null : finite(measured?.forceError);
  const exceeds = (value: number): boolean => !(value <= criterion.threshold);
  const confirmed = (): boolean | null => {
    if (measured === null) return null;
    if (measured.status !== 'predicted') return true;
    if (criterion.kind === 'force-error') return said.kind === 'stored' ? null : exceeds(measured.forceError ?? NaN);
    if (criterion.kind === 'force-magnitude') return exceeds(measured.forceMagnitude) && !exceeds(referenceForce);
    return null;
  };
  return {
    referenceForce,
    modelForce,
    forceRatio: modelForce === null ? null : finite(referenceForce / modelForce),
    forceError,
    confirmed: confirmed(),
  };
}

export const RATIO_CONFIDENCE = 0.95;
const REPLICATES = 2000;

/** A median over structures with its percentile bootstrap interval; null where there is none (fewer than two structures). */
export interface MedianWithInterval {
  readonly median: number;
  readonly interval: { readonly lower: number; readonly upper: number } | null;
  readonly structures: number;
}

/** Median of the force ratios; null without any. The interval is reproducible: its random stream is always the same. */
export function medianRatio(ratios: readonly number[]): MedianWithInterval | null {
  if (ratios.length === 0) return null;
  const { estimate, percentile } = quantileBootstrap(
    Float64Array.from(ratios),
    0.5,
    { replicates: REPLICATES, confidence: RATIO_CONFIDENCE },
    randomStream(0, 'force ratio'),
  );
  const interval =
    ratios.length < 2 || percentile === null ? null : { lower: percentile.lower, upper: percentile.upper };
  return { median: estimate, interval, structures: ratios.length };
}

/** Median of plain numbers; null without any. */
export function medianOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : quantileOfSorted(Float64Array.from(values).sort(), 0.5);
}
