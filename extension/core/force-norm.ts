/** Norm of the force on one atom, eV/Å. */
export function forceNorm(forces: Float64Array, atom: number): number {
  const x = forces[3 * atom]!;
  const y = forces[3 * atom + 1]!;
  const z = forces[3 * atom + 2]!;
  return Math.sqrt(x * x + y * y + z * z);
}

/** Largest norm of a force, eV/Å; NaN as soon as one is not a number. */
export function largestForce(forces: Float64Array): number {
  let largest = 0;
  for (let atom = 0; 3 * atom < forces.length; atom++) largest = Math.max(largest, forceNorm(forces, atom));
  return largest;
}
