import type { AuditedModel } from '../model-file.ts';
import { openPool } from '../oracle-pool.ts';
import { observing, type OracleSource } from './oracle-source.ts';

/**
 * An ONNX model as one oracle among others.
 * @param worker path of the bundled `oracle-worker`.
 */
export function onnxSource(model: AuditedModel, worker: string): OracleSource {
  const { path, absolute, sha256, contract } = model;
  return {
    identity: { kind: 'onnx', sha256, description: { name: contract.name, ...contract.description } },
    file: path,
    criteria: ['force-error', 'energy-error', 'force-magnitude'],
    logged: true,
    open: (options) => observing(openPool({ ...options, worker, model: absolute, sha256, contract })),
  };
}
