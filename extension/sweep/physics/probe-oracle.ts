import { planGroups } from '../batch-plan.ts';
import { defaultOracleSettings, ordinaryManner, type OracleManner } from '../oracle-settings.ts';
import type { AuditedModel } from '../model-file.ts';
import { openPool, type OraclePool } from '../oracle-pool.ts';
import { questionManners, type OracleTraits, type ProbeAnswer, type QuestionManner } from '../../core/physics/probe.ts';
import type { Precision } from '../../core/physics/precision.ts';
import type { Ask } from '../../core/physics/suite.ts';

/** Any oracle, as probes see it: an `ase` or `ipi` one answers null where it cannot be asked in a manner. */
export interface ProbeOracle {
  readonly traits: OracleTraits;
  /** @throws PoolError where the model cannot be run at all. */
  readonly ask: Ask;
  readonly close: () => Promise<void>;
}

export interface ProbeOracleOptions {
  /** Path of the bundled `oracle-worker`. */
  readonly worker: string;
  readonly model: AuditedModel;
  /** Processes for ordinary questions, ≥ 1; answers do not depend on it. */
  readonly workers: number;
  readonly timeLimit?: { readonly baseMs: number; readonly perStructureMs: number };
  readonly onIncident?: (what: string) => void;
}

const manners: Readonly<Record<QuestionManner, OracleManner>> = {
  ordinary: ordinaryManner,
  'two-threads': { threads: 2, guarded: true },
  unguarded: { threads: 1, guarded: false },
};

/** One message to a worker: as in a sweep, so that little is lost when a worker is. */
const CHUNK = { structures: 16, weight: 256 };

/** The coarser of what positions come in as and energy and forces come out as. */
function precisionOf({ contract }: AuditedModel): Precision {
  const inputs = contract.inputs.filter(({ name }) => name === 'positions' || name === 'cell');
  const types = [...inputs.map(({ type }) => type), ...Object.values(contract.outputs)];
  return types.every((type) => type === 'float64') ? 'float64' : 'float32';
}

/** An ONNX model as an oracle for probes. Sessions with two threads or without guards are opened when first asked for. */
export function openProbeOracle(options: ProbeOracleOptions): ProbeOracle {
  const { worker, model, workers } = options;
  const pools = new Map<QuestionManner, OraclePool>();
  const poolFor = (manner: QuestionManner): OraclePool => {
    const known = pools.get(manner);
    if (known !== undefined) return known;
    const opened = openPool({
      worker,
      model: model.absolute,
      sha256: model.sha256,
      contract: model.contract,
      settings: defaultOracleSettings,
      manner: manners[manner],
      workers: manner === 'ordinary' ? workers : 1,
      ...(options.timeLimit === undefined ? {} : { timeLimit: options.timeLimit }),
      ...(options.onIncident === undefined ? {} : { onIncident: options.onIncident }),
    });
    pools.set(manner, opened);
    return opened;
  };

  return {
    traits: { precision: precisionOf(model), cutoff: model.contract.cutoff, elements: model.contract.elements },
    async ask(questions) {
      const answers = new Array<ProbeAnswer>(questions.length).fill(null);
      const asked: Promise<void>[] = [];
      for (const manner of questionManners) {
        const places = [...questions.keys()].filter((k) => questions[k]!.manner === manner);
        if (places.length === 0) continue;
        const pool = poolFor(manner);
        const crystals = places.map((k) => questions[k]!.crystal);
        let start = 0;
        for (const end of planGroups(
          crystals.map(({ species }) => species.length),
          CHUNK,
        )) {
          const from = start;
          asked.push(
            pool.predict(crystals.slice(from, end)).then((predictions) => {
              predictions.forEach((prediction, k) => (answers[places[from + k]!] = prediction));
            }),
          );
          start = end;
        }
      }
      await Promise.all(asked);
      return answers;
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}
