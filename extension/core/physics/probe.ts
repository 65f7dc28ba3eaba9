import type { Prediction } from '../criterion.ts';
import type { RandomStream } from '../random.ts';
import type { ProbeCrystal } from './crystal.ts';
import type { Precision } from './precision.ts';

/**
 * How a question is put: as in every sweep; to a session with two threads; or without the refusal of undeclared elements
 * and of structures without neighbours. An oracle that has no such way answers those questions with null.
 */
export const questionManners = ['ordinary', 'two-threads', 'unguarded'] as const;
export type QuestionManner = (typeof questionManners)[number];

export interface ProbeQuestion {
  readonly crystal: ProbeCrystal;
  readonly manner: QuestionManner;
}

/** null: the oracle cannot be asked in this manner. */
export type ProbeAnswer = Prediction | null;

export type PredictedAnswer = Extract<Prediction, { kind: 'predicted' }>;

/** What a probe may know of the oracle. */
export interface OracleTraits {
  readonly precision: Precision;
  /** Å; null where the oracle does not say how far its atoms see. */
  readonly cutoff: number | null;
  /** Atomic numbers; null where the oracle does not say what it knows. */
  readonly elements: readonly number[] | null;
}

/** A structure that the oracle has answered for: probes change it in ways whose effect is known. */
export interface AnsweredBase {
  readonly crystal: ProbeCrystal;
  readonly answer: PredictedAnswer;
}

export const residualUnits = ['eV/Å', 'eV/atom', 'eV', '1'] as const;
export type ResidualUnit = (typeof residualUnits)[number];

/** Something that physics says is zero, and what was found. */
export interface ProbeMeasurement {
  /** The probe's id, or the probe's id and what was measured: `rotation-forces`. */
  readonly id: string;
  readonly unit: ResidualUnit;
  /** ≥ 0; NaN where an answer was no finite number, which is a violation. */
  readonly residual: number;
  readonly tolerance: number;
  /** Where the residual was largest, in words; empty if there is nothing to add. */
  readonly detail: string;
}

export type ProbeOutcome =
  | {
      readonly kind: 'measured';
      readonly measurements: readonly ProbeMeasurement[];
      readonly remarks: readonly string[];
    }
  /** Nothing was measured: the probe makes no sense here, or the oracle refused what it was asked. */
  | { readonly kind: 'skipped'; readonly reason: string };

/** Asks batches of questions, gets as many answers in the same order, and ends with its outcome. */
export type ProbeCourse = Generator<readonly ProbeQuestion[], ProbeOutcome, readonly ProbeAnswer[]>;

/** One law of physics. Adding one is a file of its own and a line in `table.ts`. */
export type Probe = ProbeFacts &
  (
    | {
        /** Makes sense only where the oracle has a finite answer for the structure itself. */
        readonly needs: 'answer';
        /** Pure: the same base, traits and random stream ask the same questions. */
        readonly run: (base: AnsweredBase, traits: OracleTraits, random: RandomStream) => ProbeCourse;
      }
    | {
        readonly needs: 'structure';
        readonly run: (
          base: { readonly crystal: ProbeCrystal },
          traits: OracleTraits,
          random: RandomStream,
        ) => ProbeCourse;
      }
  );

export interface ProbeFacts {
  readonly id: string;
  /** The law, in a sentence. */
  readonly description: string;
  /** Where the law or its numbers come from. */
  readonly source: string;
  /** What the author of a model that breaks it can do. */
  readonly fix: string;
  /**
   * What is tested: a symmetry or conservation law, which no potential may break on any structure; the shape of the energy
   * around a structure; what happens outside the domain of a model; or whether its runs repeat.
   */
  readonly about: 'law' | 'surface' | 'domain' | 'run';
  /** Everything it may measure, with the unit of the residual. */
  readonly measures: Readonly<Record<string, ResidualUnit>>;
  /** Whether the same model is measured alike each time. A certificate holds no other residuals. */
  readonly reproducible: boolean;
}

export const ordinary = (crystal: ProbeCrystal): ProbeQuestion => ({ crystal, manner: 'ordinary' });
