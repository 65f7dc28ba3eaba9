import { symbolOf } from '../element-symbols.ts';
import { normalQuantile } from '../statistics/normal.ts';
import type { AskedStructure } from './asked-structures.ts';
import type { EnergyOffsets } from './failure-modes-schema.ts';
import { leastSquares } from './least-squares.ts';

/** With fewer structures a constant per element explains anything. */
const FEWEST = 10;

/**
 * A constant energy per element that separates the model from its reference (another functional's atoms, another
 * pseudopotential): ΔE/n ≈ Σ x_Z c_Z with the fractions x of atoms, by least squares. Null with fewer than ten labelled
 * structures.
 */
export function energyOffsetsOf(asked: readonly AskedStructure[], confidence: number): EnergyOffsets | null {
  const labelled = asked.filter(({ structure }) => structure.energy !== undefined);
  if (labelled.length < FEWEST) return null;
  const present = [...new Set(labelled.flatMap(({ structure }) => [...structure.species]))].sort((a, b) => a - b);
  const columnOf = new Map(present.map((z, at) => [z, at]));
  const columns = present.map(() => new Float64Array(labelled.length));
  const errors = new Float64Array(labelled.length);
  for (const [row, { structure, energy }] of labelled.entries()) {
    const atoms = structure.species.length;
    errors[row] = (energy - structure.energy!) / atoms;
    for (const z of structure.species) {
      const column = columns[columnOf.get(z)!]!;
      column[row] = column[row]! + 1 / atoms;
    }
  }
  const { coefficients, standardErrors, rank, leftOut } = leastSquares(columns, errors);
  const shift = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  // A structure that alone determines an element's constant has no residual of its own: it keeps its error.
  const residuals = leftOut.map((residual, row) => (Number.isNaN(residual) ? errors[row]! : residual));
  const mean = (values: Float64Array): number =>
    values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length;
  const squares = (values: Float64Array): number => values.reduce((sum, value) => sum + value * value, 0);
  const quantile = normalQuantile((1 + confidence) / 2);
  return {
    structures: labelled.length,
    elements: present.map((element, at) => {
      const offset = coefficients[at] ?? null;
      const error = standardErrors[at] ?? null;
      return {
        z: element,
        symbol: symbolOf(element),
        structures: columns[at]!.filter((share) => share > 0).length,
        offset,
        interval:
          offset === null || error === null
            ? null
            : { lower: offset - quantile * error, upper: offset + quantile * error },
      };
    }),
    rank,
    meanError: {
      raw: mean(errors),
      // Without a structure the mean of the others is (Σ − e)/(n − 1).
      commonShift: mean(errors.map((error) => ((error - shift) * errors.length) / (errors.length - 1))),
      offsets: mean(residuals),
    },
    explained: squares(errors) === 0 ? 0 : 1 - squares(residuals) / squares(errors),
  };
}
