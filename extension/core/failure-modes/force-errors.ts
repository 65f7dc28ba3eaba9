import { randomStream } from '../random.ts';
import type { Estimate } from '../report/report-numbers.ts';
import { bootstrapIntervals } from '../statistics/bootstrap-intervals.ts';
import { pearson } from '../statistics/correlation.ts';
import { quantileOfSorted } from '../statistics/quantile.ts';
import type { AskedStructure } from './asked-structures.ts';
import type { DirectionErrors, Softening } from './failure-modes-schema.ts';

const REPLICATES = 1000;
const FEWEST = 5;
/** Smaller reference forces have no direction worth the name, eV/Å. */
const FLOOR = 0.05;

/** Sums of one structure's force components. */
interface ForceSums {
  readonly product: number;
  readonly reference: number;
  readonly model: number;
}

const withForces = (asked: readonly AskedStructure[]): AskedStructure[] =>
  asked.filter(({ structure }) => structure.forces?.some((force) => force !== 0) === true);

/** Bootstrap over structures of a statistic of the structures drawn. */
function overStructures(
  count: number,
  statistic: (drawn: Int32Array) => number,
  confidence: number,
  name: string,
): Estimate {
  const all = Int32Array.from({ length: count }, (_, at) => at);
  const value = statistic(all);
  const random = randomStream(0, 'force errors', name);
  const drawn = new Int32Array(count);
  const replicates = Float64Array.from({ length: REPLICATES }, () => {
    for (let at = 0; at < count; at++) drawn[at] = random.integer(count);
    return statistic(drawn);
  });
  const { percentile } = bootstrapIntervals(replicates, value, new Float64Array(0), confidence);
  return { value, interval: percentile === null ? null : { lower: percentile.lower, upper: percentile.upper } };
}

/**
 * Softening: the slope of predicted on reference force components through the origin, Σ F·F_ref / Σ F_ref². Potentials
 * trained near equilibrium tend to be too soft, below 1 (B. Deng et al., npj Comput. Mater. 11, 9, 2025). Null with fewer than
 * five structures with forces.
 */
export function softeningOf(asked: readonly AskedStructure[], confidence: number): Softening | null {
  const labelled = withForces(asked);
  if (labelled.length < FEWEST) return null;
  const sums = labelled.map(({ structure, forces }): ForceSums => {
    const reference = structure.forces!;
    return { product: dot(forces, reference), reference: dot(reference, reference), model: dot(forces, forces) };
  });
  const ratio = (drawn: Int32Array): number => {
    let product = 0;
    let square = 0;
    for (const at of drawn) {
      product += sums[at]!.product;
      square += sums[at]!.reference;
    }
    return product / square;
  };
  const slope = overStructures(labelled.length, ratio, confidence, 'slope');
  const total = (key: keyof ForceSums): number => sums.reduce((sum, one) => sum + one[key], 0);
  const components = labelled.reduce((sum, { forces }) => sum + forces.length, 0);
  const rootMean = (scale: number): number =>
    Math.sqrt(
      Math.max(0, scale * scale * total('model') - 2 * scale * total('product') + total('reference')) / components,
    );
  const flat = (pick: (one: AskedStructure) => Float64Array): Float64Array =>
    Float64Array.from(labelled.flatMap((one) => [...pick(one)]));
  const correlation = pearson(
    flat(({ forces }) => forces),
    flat(({ structure }) => structure.forces!),
    confidence,
  ).value;
  return {
    structures: labelled.length,
    components,
    slope,
    correlation: Number.isNaN(correlation) ? null : correlation,
    error: rootMean(1),
    errorRescaled: slope.value === 0 ? rootMean(1) : rootMean(1 / slope.value),
  };
}

/**
 * Splits the squared error of atomic forces: |F − F_ref|² = (|F| − |F_ref|)² + 2 |F| |F_ref| (1 − cos θ), what is wrong with the
 * length and what with the direction. Null with fewer than five structures whose forces exceed the floor.
 */
export function directionOf(asked: readonly AskedStructure[], confidence: number): DirectionErrors | null {
  const perStructure = withForces(asked)
    .map(({ structure, forces }) => {
      const reference = structure.forces!;
      let length = 0;
      let direction = 0;
      const angles: number[] = [];
      const ratios: number[] = [];
      for (let k = 0; k < forces.length; k += 3) {
        const [f, r] = [forces.subarray(k, k + 3), reference.subarray(k, k + 3)];
        const [sizeF, sizeR] = [Math.sqrt(dot(f, f)), Math.sqrt(dot(r, r))];
        if (!(sizeR > FLOOR)) continue;
        length += (sizeF - sizeR) ** 2;
        // What is left of the squared difference; never below 0 by rounding, and exactly 0 for equal forces.
        const squared = f.reduce((sum, force, axis) => sum + (force - r[axis]!) ** 2, 0);
        direction += Math.max(0, squared - (sizeF - sizeR) ** 2);
        ratios.push(sizeF / sizeR);
        if (sizeF > 0) angles.push((Math.acos(Math.max(-1, Math.min(1, dot(f, r) / (sizeF * sizeR)))) * 180) / Math.PI);
      }
      return { length, direction, angles, ratios };
    })
    .filter(({ ratios }) => ratios.length > 0);
  if (perStructure.length < FEWEST) return null;
  const share =
    (of: 'length' | 'direction') =>
    (drawn: Int32Array): number => {
      let part = 0;
      let all = 0;
      for (const at of drawn) {
        part += perStructure[at]![of];
        all += perStructure[at]!.length + perStructure[at]!.direction;
      }
      return all === 0 ? NaN : part / all;
    };
  const median =
    (of: 'angles' | 'ratios') =>
    (drawn: Int32Array): number => {
      const values: number[] = [];
      for (const at of drawn) values.push(...perStructure[at]![of]);
      return quantileOfSorted(Float64Array.from(values).sort(), 0.5);
    };
  const estimate = (statistic: (drawn: Int32Array) => number, name: string): Estimate =>
    overStructures(perStructure.length, statistic, confidence, name);
  const magnitudeShare = estimate(share('length'), 'length');
  const medianAngle = estimate(median('angles'), 'angle');
  // A model without any error, or without any force, has no shares or angles.
  if (Number.isNaN(magnitudeShare.value) || Number.isNaN(medianAngle.value)) return null;
  return {
    atoms: perStructure.reduce((sum, { ratios }) => sum + ratios.length, 0),
    floor: FLOOR,
    magnitudeShare,
    directionShare: estimate(share('direction'), 'direction'),
    medianAngle,
    medianRatio: estimate(median('ratios'), 'ratio'),
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}
