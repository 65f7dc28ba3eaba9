import { measure, type CriterionKind } from '../../core/criterion.ts';
import type { LawSetting } from '../../core/physics/law-evidence.ts';
import type { OracleTraits, QuestionManner } from '../../core/physics/probe.ts';
import type { ModelKind } from '../../core/project-models.ts';
import type { Structure } from '../../core/structure.ts';
import type { Observation } from '../observation.ts';
import { PoolError, type OraclePool, type PoolStatistics } from '../oracle-pool.ts';
import type { OracleSettings } from '../oracle-settings.ts';

/** What a certificate says of an oracle: equal hashes, equal answers, as far as that can be known. */
export interface OracleIdentity {
  readonly kind: ModelKind;
  /** Over everything known to decide its answers; each kind's own module says what that is. */
  readonly sha256: string;
  /** Names and versions for people, in the order in which they should be read. */
  readonly description: Readonly<Record<string, string>>;
}

/** How many processes, and how long they may take. */
export interface OpenOptions {
  /** ≥ 1. The answers do not depend on it. */
  readonly workers: number;
  readonly settings: OracleSettings;
  readonly timeLimit?: { readonly baseMs: number; readonly perStructureMs: number };
  /** Called with a sentence whenever a process was lost and replaced. */
  readonly onIncident?: (what: string) => void;
}

/** An oracle at work on structures with their labels. */
export interface StructureOracle {
  readonly workers: number;
  readonly statistics: Readonly<PoolStatistics>;
  /** Observations in the order of the structures. @throws PoolError if the oracle cannot go on, or after `close`. */
  observe(structures: readonly Structure[]): Promise<Observation[]>;
  close(): Promise<void>;
}

/** How an oracle predicts energies and forces of structures that nobody has seen before. */
export interface PredictionSource {
  /** What probes of physical laws may know of it. */
  readonly traits: OracleTraits;
  /** null: it cannot be asked in this manner. */
  openPool(options: OpenOptions, manner: QuestionManner): OraclePool | null;
}

/** Any oracle, checked and named, before it is started. */
export interface OracleSource {
  readonly identity: OracleIdentity;
  /** Name and version of what runs it where the hash does not cover that: part of the name of its log. */
  readonly runtime: string;
  /** Threads with which its answers can be trusted, and what a look at it found. */
  readonly threads: 'any' | 1;
  readonly findings: readonly string[];
  /** Processes that its author wants at one time. */
  readonly workers?: number;
  /** What a problem with this oracle should name: a path relative to the project. */
  readonly file: string;
  /** Criteria it can be judged by; energies alone cannot be judged by forces. */
  readonly criteria: readonly CriterionKind[];
  /** Physical laws that it puts every structure to; absent where it answers about the structure alone. */
  readonly laws?: LawSetting;
  /**
   * Whether answers are worth a log. Those of a table are not: they are stored already, and belong to names, which an
   * observation log does not know.
   */
  readonly logged: boolean;
  /** The key of extended XYZ under which it knows structures by name, where that matters to it. */
  readonly labelKey?: string;
  /** null: it knows certain structures and no others. */
  readonly predictions: PredictionSource | null;
  open(options: OpenOptions): StructureOracle;
}

/** An oracle that cannot go on for a reason that the user can remove. */
export class OracleError extends PoolError {
  constructor(
    message: string,
    readonly fix: string,
  ) {
    super(message);
  }
}

/** Compares what a pool predicts with the structures' own labels. */
export function observing(pool: OraclePool): StructureOracle {
  return {
    workers: pool.workers,
    statistics: pool.statistics,
    async observe(structures) {
      const predictions = await pool.predict(structures);
      return predictions.map((prediction, k): Observation => {
        if (prediction.kind === 'refused') return { kind: 'refused', detail: prediction.detail };
        const detail = prediction.kind === 'failed' ? prediction.detail : '';
        return { kind: 'measured', measurement: measure(structures[k]!, prediction), detail };
      });
    },
    close: () => pool.close(),
  };
}
