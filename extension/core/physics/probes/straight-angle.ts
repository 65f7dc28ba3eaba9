import { symbolOf } from '../../element-symbols.ts';
import { boxed, mappedVectors } from '../crystal.ts';
import { forceNorm } from '../../force-norm.ts';
import { magnitudesOf } from '../magnitudes.ts';
import { forceTolerance } from '../precision.ts';
import { ordinary, type Probe } from '../probe.ts';
import { randomRotation } from '../random-geometry.ts';
import { worstCase } from '../worst-case.ts';
import { bondLength, elementsOf, outOfSight } from './lone-structures.ts';

const MOST_ELEMENTS = 3;
/** Orientations besides that along x: some of them round the cosine to just outside [−1, 1]. */
const ORIENTATIONS = 8;

export const straightAngle: Probe = {
  id: 'straight-angle',
  description: 'Three atoms in a line, bond angle 180°, have finite forces, and none on the one in the middle.',
  source:
    'Mirror symmetry of a symmetric molecule. The derivative of acos is infinite at 180°, where rounding also makes cosines below −1; exports lose the guard.',
  fix: 'Use the cosine itself, or clamp it by more than rounding before acos, and check that the exporter’s optimizer kept the clamp.',
  about: 'domain',
  measures: { 'straight-angle': 'eV/Å' },
  needs: 'structure',
  reproducible: true,
  *run({ crystal }, { precision, cutoff }, random) {
    const cases = elementsOf(crystal.species, MOST_ELEMENTS).flatMap((z) => {
      const bond = bondLength(z, z);
      const line = Float64Array.of(-bond, 0, 0, 0, 0, 0, bond, 0, 0);
      const edge = 2 * (outOfSight(cutoff) + bond);
      const along = { name: `${symbolOf(z)}₃ along x`, crystal: boxed([z, z, z], line, edge) };
      const turned = Array.from({ length: ORIENTATIONS }, (_, k) => ({
        name: `${symbolOf(z)}₃, direction ${k + 1}`,
        crystal: boxed([z, z, z], mappedVectors(line, randomRotation(random)), edge),
      }));
      return [along, ...turned];
    });
    const answers = yield cases.map((line) => ordinary(line.crystal));
    const worst = worstCase('straight-angle', 'eV/Å');
    const remarks: string[] = [];
    cases.forEach(({ name, crystal: asked }, k) => {
      const answer = answers[k] ?? null;
      if (answer === null || answer.kind === 'refused')
        remarks.push(`${name}: refused, ${answer?.detail ?? 'no answer'}`);
      else if (answer.kind === 'failed') worst.note(Number.NaN, 0, `${name}: ${answer.detail}`);
      else worst.note(forceNorm(answer.forces, 1), forceTolerance(precision, magnitudesOf(asked, answer)), name);
    });
    const measurement = worst.measurement();
    if (measurement === null) return { kind: 'skipped', reason: remarks[0]! };
    return { kind: 'measured', measurements: [measurement], remarks: remarks.slice(0, 3) };
  },
};
