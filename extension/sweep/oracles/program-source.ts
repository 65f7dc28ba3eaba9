import { predictionCriteria } from '../../core/criterion.ts';
import { atomicNumberOf } from '../../core/element-symbols.ts';
import type { Precision } from '../../core/physics/precision.ts';
import type { ModelOf } from '../../core/project-models.ts';
import type { OraclePool } from '../oracle-pool.ts';
import { refusingOthers } from './declared-elements.ts';
import { observing, type OpenOptions, type OracleIdentity, type OracleSource } from './oracle-source.ts';

/** What a project says of a program that answers, besides how it is reached. */
export interface ProgramTraits {
  /** Atomic numbers; null where nothing is said. */
  readonly elements: readonly number[] | null;
  readonly precision: Precision;
  readonly workers?: number;
  /** For one structure, ms. */
  readonly limitMs?: number;
}

/** What the project file says of it. */
export function programTraits({
  elements,
  precision,
  workers,
  timeLimitSeconds,
}: Pick<ModelOf<'ase' | 'ipi'>, 'elements' | 'precision' | 'workers' | 'timeLimitSeconds'>): ProgramTraits {
  return {
    elements: elements === undefined ? null : elements.map((symbol) => atomicNumberOf(symbol)!),
    precision,
    limitMs: 1000 * timeLimitSeconds,
    ...(workers === undefined ? {} : { workers }),
  };
}

/**
 * A program of its own as one oracle among others. Its hash covers all that is known of it, so that its log needs no other name.
 * @param file what problems name, usually the project file.
 * @param open starts it; structures with elements that it is not made for do not get there.
 */
export function programSource(
  identity: OracleIdentity,
  file: string,
  { elements, precision, workers, limitMs }: ProgramTraits,
  open: (options: OpenOptions) => OraclePool,
): OracleSource {
  const openPool = (options: OpenOptions): OraclePool => {
    const timeLimit = options.timeLimit ?? (limitMs === undefined ? undefined : { baseMs: limitMs, perStructureMs: 0 });
    return refusingOthers(open(timeLimit === undefined ? options : { ...options, timeLimit }), elements);
  };
  return {
    identity,
    runtime: identity.kind,
    threads: 'any',
    findings: [],
    file,
    criteria: predictionCriteria,
    logged: true,
    ...(workers === undefined ? {} : { workers }),
    predictions: {
      traits: { precision, cutoff: null, elements },
      openPool: (options, manner) => (manner === 'ordinary' ? openPool(options) : null),
    },
    open: (options) => observing(openPool(options)),
  };
}
