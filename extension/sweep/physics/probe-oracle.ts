import { questionManners, type OracleTraits, type ProbeAnswer, type QuestionManner } from '../../core/physics/probe.ts';
import type { Ask } from '../../core/physics/suite.ts';
import { planGroups } from '../batch-plan.ts';
import type { OraclePool } from '../oracle-pool.ts';
import { defaultOracleSettings } from '../oracle-settings.ts';
import type { PredictionSource } from '../oracles/oracle-source.ts';

/** Any oracle, as probes see it: it answers null where it cannot be asked in a manner. */
export interface ProbeOracle {
  readonly traits: OracleTraits;
  /** @throws PoolError where the model cannot be run at all. */
  readonly ask: Ask;
  readonly close: () => Promise<void>;
}

export interface ProbeOracleOptions {
  readonly predictions: PredictionSource;
  /** Processes for ordinary questions, ≥ 1; answers do not depend on it. */
  readonly workers: number;
  readonly timeLimit?: { readonly baseMs: number; readonly perStructureMs: number };
  readonly onIncident?: (what: string) => void;
}

/** One message to a worker: as in a sweep, so that little is lost when a worker is. */
const CHUNK = { structures: 16, weight: 256 };

/** An oracle for probes. Processes for other manners than the ordinary one are started when first asked for. */
export function openProbeOracle(options: ProbeOracleOptions): ProbeOracle {
  const { predictions, workers } = options;
  const pools = new Map<QuestionManner, OraclePool | null>();
  const poolFor = (manner: QuestionManner): OraclePool | null => {
    const known = pools.get(manner);
    if (known !== undefined) return known;
    const opened = predictions.openPool(
      {
        settings: defaultOracleSettings,
        workers: manner === 'ordinary' ? workers : 1,
        ...(options.timeLimit === undefined ? {} : { timeLimit: options.timeLimit }),
        ...(options.onIncident === undefined ? {} : { onIncident: options.onIncident }),
      },
      manner,
    );
    pools.set(manner, opened);
    return opened;
  };

  return {
    traits: predictions.traits,
    ask: askingPools(poolFor),
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool?.close() ?? Promise.resolve()));
    },
  };
}

/** Asks pools in chunks, each manner its own; null answers where there is none. */
export function askingPools(poolFor: (manner: QuestionManner) => OraclePool | null): Ask {
  return async (questions) => {
    const answers = new Array<ProbeAnswer>(questions.length).fill(null);
    const asked: Promise<void>[] = [];
    for (const manner of questionManners) {
      const places = [...questions.keys()].filter((k) => questions[k]!.manner === manner);
      const pool = places.length === 0 ? null : poolFor(manner);
      if (pool === null) continue;
      const crystals = places.map((k) => questions[k]!.crystal);
      let start = 0;
      for (const end of planGroups(
        crystals.map(({ species }) => species.length),
        CHUNK,
      )) {
        const from = start;
        asked.push(
          pool.predict(crystals.slice(from, end)).then((predicted) => {
            predicted.forEach((prediction, k) => (answers[places[from + k]!] = prediction));
          }),
        );
        start = end;
      }
    }
    await Promise.all(asked);
    return answers;
  };
}
