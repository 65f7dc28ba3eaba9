import { displaced, extent, type ProbeCrystal } from '../crystal.ts';
import { forceNorm, largestForce } from '../../force-norm.ts';
import { STEEPEST_LENGTH, stiffness, unitRoundoff, type Precision } from '../precision.ts';
import { ordinary, type PredictedAnswer, type Probe, type ProbeAnswer } from '../probe.ts';
import { randomDisplacements } from '../random-geometry.ts';
import { worstCase } from '../worst-case.ts';

/** Å; forces of a relaxed crystal vanish, and twice nothing is nothing. */
const RATTLE = 0.1;
/** Rounding of the energy of one atom from one geometry to the next, in units of u × max(1 eV, |E|/n). */
const ROUNDING = 16;
/** Steps to choose from, Å: powers of two, so that h and 2h are exact. */
const STEPS = Array.from({ length: 13 }, (_, k) => 2 ** -(3 + k));

interface Direction {
  readonly name: string;
  /** Displacement of every atom per unit of the step; the largest is 1. */
  readonly vector: Float64Array;
}

/** Step h, Å, and what a central difference with Richardson's extrapolation may be off by, eV/Å. */
export function differenceStep(
  precision: Precision,
  crystal: ProbeCrystal,
  answer: PredictedAnswer,
  vector: Float64Array,
): { readonly step: number; readonly tolerance: number } {
  const u = unitRoundoff(precision);
  const atoms = crystal.species.length;
  const force = largestForce(answer.forces);
  const perAtom = Math.max(1, Math.abs(answer.energy) / atoms);
  // Roundings of n atoms add up as √n; that of a position R costs F u R.
  const noise = u * Math.sqrt(atoms) * (ROUNDING * perAtom + force * extent(crystal));
  const moved = vector.reduce((sum, x) => sum + x * x, 0);
  // Each derivative beyond the second divides by the length over which a bond's potential bends.
  const fifth = (stiffness(force) * moved) / (STEEPEST_LENGTH * STEEPEST_LENGTH * STEEPEST_LENGTH);
  let best = { step: STEPS[0]!, tolerance: Number.POSITIVE_INFINITY };
  for (const step of STEPS) {
    const tolerance = (step * step * step * step * fifth) / 30 + (1.5 * noise) / step;
    if (tolerance < best.tolerance) best = { step, tolerance };
  }
  return best;
}

/** dE/ds from energies at −2h, −h, h, 2h: (4 D(h) − D(2h)) / 3 with D the central difference. */
function slope(energies: readonly number[], step: number): number {
  const [m2 = Number.NaN, m1 = Number.NaN, p1 = Number.NaN, p2 = Number.NaN] = energies;
  return (4 * ((p1 - m1) / (2 * step)) - (p2 - m2) / (4 * step)) / 3;
}

const energyOf = (answer: ProbeAnswer | undefined): number =>
  answer?.kind === 'predicted' ? answer.energy : Number.NaN;

/** Along the forces themselves, where a wrong length of them shows most; for all atoms at random; for one atom alone. */
function directions(answer: PredictedAnswer, random: Parameters<Probe['run']>[2]): Direction[] {
  const atoms = answer.forces.length / 3;
  const largest = largestForce(answer.forces);
  const everywhere = randomDisplacements(atoms, 1, random);
  const longest = largestForce(everywhere);
  const atom = random.integer(atoms);
  const alone = new Float64Array(3 * atoms);
  const length = forceNorm(everywhere, atom);
  for (let k = 3 * atom; k < 3 * atom + 3; k++) alone[k] = everywhere[k]! / length;
  const all = [
    { name: 'all atoms at random', vector: everywhere.map((x) => x / longest) },
    { name: `atom ${atom + 1} alone`, vector: alone },
  ];
  if (!(largest > 0)) return all;
  return [{ name: 'along the forces', vector: answer.forces.map((x) => x / largest) }, ...all];
}

export const gradient: Probe = {
  id: 'gradient',
  description: 'Forces are the negative derivative of the energy: F = −dE/dx.',
  source:
    'Conservation of energy. Central differences with one Richardson extrapolation (L. F. Richardson, 1911): error h⁴/30 · E⁗′ ' +
    'plus 1.5 δ/h for energies rounded by δ; h is the power of two that makes the sum least, which is also the tolerance.',
  fix: 'Compute forces by differentiating the energy of the same graph; a force head of its own is not conservative.',
  about: 'law',
  measures: { gradient: 'eV/Å' },
  needs: 'answer',
  reproducible: true,
  *run({ crystal }, { precision }, random) {
    const rattled = displaced(crystal, randomDisplacements(crystal.species.length, RATTLE, random));
    const [answer] = yield [ordinary(rattled)];
    if (answer?.kind === 'refused') return { kind: 'skipped', reason: `rattled: refused, ${answer.detail}` };
    const worst = worstCase('gradient', 'eV/Å');
    if (answer?.kind !== 'predicted') worst.note(Number.NaN, 0, `rattled: ${answer?.detail ?? 'no answer'}`);
    else {
      const plans = directions(answer, random).map((direction) => ({
        ...direction,
        ...differenceStep(precision, rattled, answer, direction.vector),
      }));
      const answers = yield plans.flatMap(({ vector, step }) =>
        [-2, -1, 1, 2].map((steps) => ordinary(displaced(rattled, vector, steps * step))),
      );
      plans.forEach(({ name, vector, step, tolerance }, p) => {
        const expected = -answer.forces.reduce((sum, force, k) => sum + force * vector[k]!, 0);
        const found = slope(answers.slice(4 * p, 4 * p + 4).map(energyOf), step);
        worst.note(Math.abs(found - expected), tolerance, `${name}, step ${step} Å`);
      });
    }
    return { kind: 'measured', measurements: [worst.measurement()!], remarks: [] };
  },
};
