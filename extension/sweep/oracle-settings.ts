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

export const defaultOracleSettings: OracleSettings = {
  structuresPerCall: 1,
  edgesPerCall: 4000,
  edgesPerStructure: 40_000,
};
