import type { RandomStream } from '../random.ts';

/** A point in the ball of radius 1 in `dimensions` dimensions, evenly distributed (by rejection), not near its centre. */
function inBall(random: RandomStream, dimensions: number): { point: number[]; squared: number } {
  for (;;) {
    const point = Array.from({ length: dimensions }, () => 2 * random.uniform() - 1);
    const squared = point.reduce((sum, x) => sum + x * x, 0);
    if (squared <= 1 && squared > 1e-4) return { point, squared };
  }
}

/** A direction in space, every one equally likely. */
export function randomDirection(random: RandomStream): Float64Array {
  const { point, squared } = inBall(random, 3);
  const length = Math.sqrt(squared);
  return Float64Array.from(point, (x) => x / length);
}

/**
 * A rotation, row-major 3×3, every one equally likely: the matrix of a unit quaternion drawn from the ball in four
 * dimensions, so that nothing but arithmetic and a square root is needed.
 */
export function randomRotation(random: RandomStream): Float64Array {
  const { point, squared } = inBall(random, 4);
  const length = Math.sqrt(squared);
  const [w, x, y, z] = point.map((value) => value / length) as [number, number, number, number];
  return Float64Array.of(
    1 - 2 * (y * y + z * z),
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    1 - 2 * (x * x + z * z),
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    1 - 2 * (x * x + y * y),
  );
}

/** One displacement per atom, each evenly distributed in the ball of radius `radius`, Å. */
export function randomDisplacements(atoms: number, radius: number, random: RandomStream): Float64Array {
  const result = new Float64Array(3 * atoms);
  for (let atom = 0; atom < atoms; atom++) {
    result.set(
      inBall(random, 3).point.map((x) => radius * x),
      3 * atom,
    );
  }
  return result;
}
