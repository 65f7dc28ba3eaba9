import { displaced } from '../crystal.ts';
import { magnitudesOf } from '../magnitudes.ts';
import { forceTolerance } from '../precision.ts';
import { ordinary, type PredictedAnswer, type Probe } from '../probe.ts';
import { randomDisplacements } from '../random-geometry.ts';
import { worstCase } from '../worst-case.ts';

/** Å; enough for forces of the order of 1 eV/Å. */
const RATTLE = 0.1;

/** ‖Σ F‖, eV/Å. */
function netForce({ forces }: PredictedAnswer): number {
  const sum = [0, 0, 0] as [number, number, number];
  forces.forEach((force, k) => (sum[k % 3]! += force));
  const [x, y, z] = sum;
  return Math.sqrt(x * x + y * y + z * z);
}

export const netForceProbe: Probe = {
  id: 'net-force',
  description: 'The forces on all atoms add up to zero.',
  source:
    'Conservation of momentum. Roundings of n forces add up as √n (random walk), so the tolerance is √n times that of one force.',
  fix: 'Derive forces from the energy; if they are predicted directly, subtract their mean.',
  about: 'law',
  measures: { 'net-force': 'eV/Å' },
  needs: 'answer',
  reproducible: true,
  *run({ crystal, answer }, { precision }, random) {
    const atoms = crystal.species.length;
    const rattled = displaced(crystal, randomDisplacements(atoms, RATTLE, random));
    const [second] = yield [ordinary(rattled)];
    const worst = worstCase('net-force', 'eV/Å');
    const remarks: string[] = [];
    const note = (name: string, question: typeof crystal, given: PredictedAnswer): void =>
      worst.note(
        netForce(given),
        Math.sqrt(atoms) * forceTolerance(precision, magnitudesOf(question, given)),
        `${name}, ${atoms} atoms`,
      );
    note('as given', crystal, answer);
    if (second?.kind === 'predicted') note(`rattled by up to ${RATTLE} Å`, rattled, second);
    else if (second?.kind === 'failed')
      worst.note(Number.NaN, forceTolerance(precision, magnitudesOf(crystal, answer)), `rattled: ${second.detail}`);
    else if (second?.kind === 'refused') remarks.push(`rattled: refused, ${second.detail}`);
    return { kind: 'measured', measurements: [worst.measurement()!], remarks };
  },
};
