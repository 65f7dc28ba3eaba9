/** Where a structure was read from, so that every verdict can be traced back to a line of the user's data. */
export interface StructureSource {
  /** Path relative to the project folder, with forward slashes. */
  readonly file: string;
  /** Zero-based position of the structure in its file. */
  readonly index: number;
  /** One-based line on which the structure begins. */
  readonly line: number;
}

/**
 * A crystal, periodic along the axes that `periodic` names. All arrays are row-major and owned by the structure; nobody
 * writes to them after construction.
 */
export interface Structure {
  /** Three lattice vectors as rows [ax ay az bx by bz cx cy cz], Å. Zero vectors only along non-periodic axes. */
  readonly lattice: Float64Array;
  readonly periodic: readonly [boolean, boolean, boolean];
  /** Atomic number of each atom, 1 ≤ Z ≤ 118; length n. */
  readonly species: Uint8Array;
  /** Cartesian positions, Å; length 3n. */
  readonly positions: Float64Array;
  /** Total energy of the reference, eV. */
  readonly energy?: number;
  /** Forces of the reference, eV/Å; length 3n. */
  readonly forces?: Float64Array;
  /** Stress of the reference, row-major 3×3, eV/Å³, positive under tension (ASE's sign). */
  readonly stress?: Float64Array;
  /** The name the data give this structure (`material_id`, `name`, ...), if they do. Untrusted text. */
  readonly label?: string;
  readonly source: StructureSource;
}
