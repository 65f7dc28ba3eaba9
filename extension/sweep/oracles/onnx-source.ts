import { predictionCriteria } from '../../core/criterion.ts';
import type { Precision } from '../../core/physics/precision.ts';
import type { QuestionManner } from '../../core/physics/probe.ts';
import type { Checked } from '../../core/problem.ts';
import type { ModelOf } from '../../core/project-models.ts';
import { readModelFile, type AuditedModel } from '../model-file.ts';
import { openPool } from '../oracle-pool.ts';
import { ordinaryManner, type OracleManner } from '../oracle-settings.ts';
import { observing, type OracleSource, type PredictionSource } from './oracle-source.ts';
import type { OracleSetting } from './oracle-table.ts';

const manners: Readonly<Record<QuestionManner, OracleManner>> = {
  ordinary: ordinaryManner,
  'two-threads': { threads: 2, guarded: true },
  unguarded: { threads: 1, guarded: false },
};

/** The coarser of what positions come in as and energy and forces come out as. */
function precisionOf({ contract }: AuditedModel): Precision {
  const inputs = contract.inputs.filter(({ name }) => name === 'positions' || name === 'cell');
  const types = [...inputs.map(({ type }) => type), ...Object.values(contract.outputs)];
  return types.every((type) => type === 'float64') ? 'float64' : 'float32';
}

/**
 * An ONNX model as one oracle among others. Its hash is that of the file; the runtime is part of the log's name.
 * @param worker path of the bundled `oracle-worker`.
 * @param runtime name and version of the runtime that the workers load.
 */
export function onnxSource(model: AuditedModel, worker: string, runtime: string): OracleSource {
  const { path, absolute, sha256, contract } = model;
  const predictions: PredictionSource = {
    traits: { precision: precisionOf(model), cutoff: contract.cutoff, elements: contract.elements },
    openPool: (options, manner) =>
      openPool({ ...options, worker, model: absolute, sha256, contract, manner: manners[manner] }),
  };
  return {
    identity: { kind: 'onnx', sha256, description: { name: contract.name, runtime, ...contract.description } },
    runtime,
    threads: contract.lint.threads,
    findings: contract.lint.findings.map(({ message }) => message),
    file: path,
    criteria: predictionCriteria,
    logged: true,
    predictions,
    open: (options) => observing(openPool({ ...options, worker, model: absolute, sha256, contract })),
  };
}

/** Reads the file of an `onnx` model and holds it against the contract; nothing of it is run. */
export async function readOnnxOracle(
  { path }: Pick<ModelOf<'onnx'>, 'path'>,
  { folder, worker, runtime }: Pick<OracleSetting, 'folder' | 'worker' | 'runtime'>,
): Promise<Checked<OracleSource>> {
  const model = await readModelFile(folder, path);
  if (model.kind === 'rejected') return model;
  return { kind: 'ok', value: onnxSource(model.value, worker, runtime), warnings: model.warnings };
}
