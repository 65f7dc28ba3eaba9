/**
 * How far a law of physics may seem broken because numbers have finitely many digits. All tolerances of the suite are
 * multiples of the unit roundoff u of the model's own numbers: 2^-24 for float32, 2^-53 for float64 (IEEE 754).
 *
 * A model rounds twice. It rounds its input: a coordinate or lattice vector of magnitude R (Å) is off by up to u R, which moves a force by
 * stiffness × u R and the energy per atom by force × u R. And it rounds what it computes: A u relative to the energy per
 * atom and to the largest force, or to 1 eV and 1 eV/Å where those are smaller.
 */

export type Precision = 'float32' | 'float64';

export const unitRoundoff = (precision: Precision): number => (precision === 'float32' ? 2 ** -24 : 2 ** -53);

/**
 * A: ten bits of the significand lost on the way through a deep network. A published potential run by two programs differed by
 * up to 75 u in the energy per atom and 185 u in a force component; sums in another order cost about as much again.
 */
export const AMPLIFICATION = 1024;
/** Stiffness of the stiffest chemical bond, N≡N (2294 N/m), eV/Å²: how fast a force can change near equilibrium. */
export const STIFFEST_BOND = 143;
/** Å over which a steep repulsion changes by its own size: a third of Born and Mayer's typical 0.3 Å. */
export const STEEPEST_LENGTH = 0.1;

/** What is known of a question and its answer when a tolerance is due. */
export interface Magnitudes {
  /** |E| / n, eV. */
  readonly energyPerAtom: number;
  /** max ‖F‖, eV/Å. */
  readonly force: number;
  /** Largest coordinate that enters a distance, Å (`extent`). */
  readonly extent: number;
}

/** How fast a force changes with a coordinate, eV/Å². */
export const stiffness = (force: number): number => STIFFEST_BOND + force / STEEPEST_LENGTH;

/** u (A max(1 eV, |E|/n) + F R): tolerance of an energy per atom, eV. */
export function energyTolerance(precision: Precision, { energyPerAtom, force, extent }: Magnitudes): number {
  return unitRoundoff(precision) * (AMPLIFICATION * Math.max(1, energyPerAtom) + force * extent);
}

/** u (A max(1 eV/Å, F) + (143 eV/Å² + F / 0.1 Å) R): tolerance of a force, eV/Å. */
export function forceTolerance(precision: Precision, { force, extent }: Magnitudes): number {
  return unitRoundoff(precision) * (AMPLIFICATION * Math.max(1, force) + stiffness(force) * extent);
}
