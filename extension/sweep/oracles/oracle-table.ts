import type { Checked } from '../../core/problem.ts';
import type { ModelKind, ModelOf } from '../../core/project-models.ts';
import { readAseOracle } from './ase-source.ts';
import { readIpiOracle } from './ipi-source.ts';
import { readOnnxOracle } from './onnx-source.ts';
import type { OracleSource } from './oracle-source.ts';
import { readTableOracle } from './table-source.ts';

/** What a model of a project needs around it. */
export interface OracleSetting {
  /** Absolute path of the project folder. */
  readonly folder: string;
  /** Name of the project file, for problems with what stands there. */
  readonly config: string;
  /** Path of the bundled `oracle-worker`, and the runtime that it loads. */
  readonly worker: string;
  readonly runtime: string;
  /** Path of `ase_oracle.py`. */
  readonly aseScript: string;
  /** Path of the bundled `parquet-reader`. */
  readonly parquetReader: string;
  readonly signal: AbortSignal;
}

type ReadOracle<K extends ModelKind> = (model: ModelOf<K>, setting: OracleSetting) => Promise<Checked<OracleSource>>;

/** Every kind of oracle. Adding one is a module with its schema in `project-models.ts`, and a line here. */
const readers: { readonly [K in ModelKind]: ReadOracle<K> } = {
  onnx: readOnnxOracle,
  ase: readAseOracle,
  ipi: readIpiOracle,
  table: readTableOracle,
};

/** Finds out who a model is, and whether it can be asked. An `ase` model is started for that, and ended again. */
export function readOracle<K extends ModelKind>(
  model: ModelOf<K>,
  setting: OracleSetting,
): Promise<Checked<OracleSource>> {
  const read: ReadOracle<K> = readers[model.kind];
  return read(model, setting);
}
