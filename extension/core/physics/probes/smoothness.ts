import { displaced, scaled } from '../crystal.ts';
import { largestDeviation } from '../agreement.ts';
import { larger, magnitudesOf } from '../magnitudes.ts';
import { energyTolerance, forceTolerance, STEEPEST_LENGTH, stiffness } from '../precision.ts';
import { ordinary, type PredictedAnswer, type Probe } from '../probe.ts';
import { randomDisplacements } from '../random-geometry.ts';
import { worstCase } from '../worst-case.ts';

/** Å; spreads the shells of neighbours, so that some cross the cutoff on the way. */
const RATTLE = 0.1;
/** Relative change of all lengths from one point of the scan to the next, and the number of points. */
const STRAIN = 0.001;
const POINTS = 41;
/** Å: how far the nearest neighbours move per unit of strain. */
const BOND = 3;
/** Bonds of an atom, each counted half. */
const BONDS = 6;
/** Absolute values of the weights 1, −3, 3, −1 of a third difference, added up. */
const WEIGHTS = 8;

/** a − 3b + 3c − d. */
const thirdDifference = (a: number, b: number, c: number, d: number): number => a - d + 3 * (c - b);

export const smoothness: Probe = {
  id: 'smoothness',
  description: 'While a cell is stretched in small steps, neither energy nor forces jump.',
  source:
    'The energy is a smooth function of the positions. Third differences of a smooth function are of the order of step³; a ' +
    'jump appears in them three times over (energy: step³ · 6 k/ℓ; forces: step³ · √12 k/ℓ², with k the stiffness, ℓ = 0.1 Å).',
  fix: 'Multiply what an edge contributes by an envelope that goes to zero at the cutoff with its derivative.',
  about: 'surface',
  measures: { 'smoothness-energy': 'eV/atom', 'smoothness-forces': 'eV/Å' },
  needs: 'answer',
  reproducible: true,
  *run({ crystal }, { precision }, random) {
    const rattled = displaced(crystal, randomDisplacements(crystal.species.length, RATTLE, random));
    const factors = Array.from({ length: POINTS }, (_, k) => 1 + STRAIN * (k - (POINTS - 1) / 2));
    const path = factors.map((factor) => scaled(rattled, factor));
    const answers = yield path.map(ordinary);
    const refused = answers.find((answer) => answer?.kind === 'refused');
    if (refused?.kind === 'refused') return { kind: 'skipped', reason: `on the way: refused, ${refused.detail}` };
    const energy = worstCase('smoothness-energy', 'eV/atom');
    const forces = worstCase('smoothness-forces', 'eV/Å');
    const atoms = crystal.species.length;
    for (let k = 0; k + 3 < POINTS; k++) {
      const name = `lengths × ${factors[k]!.toFixed(3)} to ${factors[k + 3]!.toFixed(3)}`;
      const four = answers.slice(k, k + 4);
      const points = four.filter((answer): answer is PredictedAnswer => answer?.kind === 'predicted');
      const [a, b, c, d] = points;
      if (a === undefined || b === undefined || c === undefined || d === undefined) {
        energy.note(Number.NaN, 0, `${name}: no finite answer`);
        forces.note(Number.NaN, 0, `${name}: no finite answer`);
        continue;
      }
      const magnitudes = points.map((point, p) => magnitudesOf(path[k + p]!, point)).reduce(larger);
      const step = STRAIN * BOND;
      const bend = (step * step * step * stiffness(magnitudes.force)) / STEEPEST_LENGTH;
      energy.note(
        Math.abs(thirdDifference(a.energy, b.energy, c.energy, d.energy)) / atoms,
        WEIGHTS * energyTolerance(precision, magnitudes) + BONDS * bend,
        name,
      );
      const mixed = a.forces.map((_, at) =>
        thirdDifference(a.forces[at]!, b.forces[at]!, c.forces[at]!, d.forces[at]!),
      );
      const { norm, atom } = largestDeviation(mixed, new Float64Array(mixed.length));
      forces.note(
        norm,
        WEIGHTS * forceTolerance(precision, magnitudes) + (Math.sqrt(2 * BONDS) * bend) / STEEPEST_LENGTH,
        `${name}, atom ${atom + 1}`,
      );
    }
    return { kind: 'measured', measurements: [energy.measurement()!, forces.measurement()!], remarks: [] };
  },
};
