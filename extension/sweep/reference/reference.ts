import type { ComputedCrystal } from '../../core/dft/pw-input.ts';
import type { ReferenceOutcome } from '../../core/dft/reference.ts';

/** Who computes a reference. Equal hashes: the same numbers, up to the last bits. */
export interface ReferenceIdentity {
  readonly kind: string;
  /** Over everything known to decide the answers, but for what depends on the structure. */
  readonly sha256: string;
  /** For people, in the order in which it should be read. */
  readonly description: Readonly<Record<string, string>>;
}

export interface Evaluation {
  readonly outcome: ReferenceOutcome;
  /** Whether it was computed before and only read now. */
  readonly stored: boolean;
  /** The reference itself has failed and answers nothing any more: this says nothing of the structure. */
  readonly broken?: true;
}

/**
 * A source of truth for single structures. A campaign or sweep whose project names one gives it to the evaluator, which
 * asks it for the labels of every structure (`labels-on-demand.ts`); `openReference` makes it from the project.
 */
export interface Reference {
  readonly identity: ReferenceIdentity;
  /** What problems name. */
  readonly file: string;
  /** Calculations that this machine bears at one time, ≥ 1. */
  readonly lanes: number;
  /** Atomic numbers that it can compute; null where it does not say. */
  readonly elements: readonly number[] | null;
  /** What `evaluate` would say without computing anything: a stored result, or why there can be none; else null. */
  recall(crystal: ComputedCrystal): Promise<Evaluation | null>;
  /** @throws the signal's reason when aborted; whatever else goes wrong with one structure is an outcome. */
  evaluate(crystal: ComputedCrystal, signal: AbortSignal): Promise<Evaluation>;
  /** Ends whatever processes it keeps. */
  close(): Promise<void>;
}
