/** How a model is run. Everything here can change a result's last bits, so it is part of the observation log's name. */
export interface OracleSettings {
  /**
   * Structures per call of the model. With 1 (the default) a prediction depends on the structure alone; in larger
   * batches matrix kernels add up in another order, which moved 10 of 64 forces of a published potential in the last
   * bits. Batches pay (up to 3 ×) only for cells of two or three atoms in very small models.
   */
  readonly structuresPerCall: number;
  /** Directed edges per call: bounds the memory, about 180 kB per edge for a large equivariant network. */
  readonly edgesPerCall: number;
  /** A single structure with more directed edges than this is refused. */
  readonly edgesPerStructure: number;
}

/**
 * How a session stands towards the model. A sweep uses `ordinaryManner` alone; physics probes use others to see what a
 * model does where it is run with less care than here.
 */
export interface OracleManner {
  /** Intra-op threads of ONNX Runtime, ≥ 1. */
  readonly threads: number;
  /** Whether undeclared elements, and structures without any neighbours, are refused before the model is asked. */
  readonly guarded: boolean;
}

export const ordinaryManner: OracleManner = { threads: 1, guarded: true };

export const defaultOracleSettings: OracleSettings = {
  structuresPerCall: 1,
  edgesPerCall: 4000,
  edgesPerStructure: 40_000,
};
