/** What a reference calculation brought. There is no third way: what did not converge is no reference, and never zero. */
export type ReferenceOutcome =
  | {
      readonly kind: 'computed';
      /** eV, total; its zero is that of the program and its pseudopotentials. */
      readonly energy: number;
      /** eV/Å; length 3n, in the order of the structure. */
      readonly forces: Float64Array;
      /** Row-major 3×3, eV/Å³, positive under tension; null where the program gives none. */
      readonly stress: Float64Array | null;
      /** Iterations to self-consistency; null where the program does not say. */
      readonly scfSteps: number | null;
      /** Wall time of the calculation. */
      readonly seconds: number;
    }
  | { readonly kind: 'none'; readonly reason: string };
