import type { Probe } from '../../core/physics/probe.ts';
import { probeStructure, type ProbeReport } from '../../core/physics/suite.ts';
import type { Structure } from '../../core/structure.ts';
import { PoolError } from '../oracle-pool.ts';
import { OracleError, type PredictionSource } from '../oracles/oracle-source.ts';
import { structureId } from '../structure-id.ts';
import { openProbeOracle } from './probe-oracle.ts';

export interface ProbePlan {
  readonly predictions: PredictionSource;
  readonly probes: readonly Probe[];
  readonly structures: readonly Structure[];
  readonly seed: number;
  readonly workers: number;
  readonly signal: AbortSignal;
  /** Called after each probe of each structure. */
  readonly onProgress: (done: number, total: number) => void;
  /** Called with a sentence whenever a process was lost and replaced. */
  readonly onIncident: (what: string) => void;
}

export type ProbesOutcome =
  | { readonly kind: 'probed'; readonly reports: readonly ProbeReport[] }
  | { readonly kind: 'stopped' }
  /** The oracle cannot be run. */
  | { readonly kind: 'failed'; readonly message: string; readonly fix: string };

/** Puts an oracle through probes with some structures; its processes end with it. */
export async function probeStructures(plan: ProbePlan): Promise<ProbesOutcome> {
  const { probes, structures, seed, signal } = plan;
  const aborted = (): boolean => signal.aborted;
  if (aborted()) return { kind: 'stopped' };
  const oracle = openProbeOracle(plan);
  const stop = (): void => void oracle.close();
  signal.addEventListener('abort', stop, { once: true });
  const reports: ProbeReport[] = [];
  try {
    for (const structure of structures) {
      const setting = { traits: oracle.traits, seed, key: structureId };
      for await (const report of probeStructure(probes, structure, setting, oracle.ask)) {
        reports.push(report);
        plan.onProgress(reports.length, structures.length * probes.length);
      }
    }
    return { kind: 'probed', reports };
  } catch (error) {
    if (!(error instanceof PoolError)) throw error;
    if (aborted()) return { kind: 'stopped' };
    const fix =
      error instanceof OracleError
        ? error.fix
        : 'Check that the model runs on this machine; "pcm lint" shows what is known about it.';
    return { kind: 'failed', message: error.message, fix };
  } finally {
    signal.removeEventListener('abort', stop);
    await oracle.close();
  }
}
