import { closestContact } from '../closest-contact.ts';
import { scaled } from '../crystal.ts';
import { magnitudesOf } from '../magnitudes.ts';
import { energyTolerance } from '../precision.ts';
import { ordinary, type Probe } from '../probe.ts';
import { worstCase } from '../worst-case.ts';

/** Closest contact over the sum of covalent radii, at the beginning and at the end of the scan. */
const FROM = 0.6;
const TO = 0.5;
const POINTS = 7;
/** Directed edges that a squeezed cell may be expected to have: memory of large networks grows by 0.2 MB with each. */
const MOST_EDGES = 8000;

export const compression: Probe = {
  id: 'compression',
  description: `A crystal squeezed until its closest atoms are at ${FROM} of the sum of their covalent radii, and on to ${TO}, gains energy all the way.`,
  source:
    'Pressure is positive once atoms are forced closer than any bond; by the measure of covalent radii the shortest bonds in ' +
    'crystals are C≡N (0.79), N₂ (0.77) and quadruple Cr–Cr (0.66).',
  fix: 'Add a screened nuclear repulsion (Ziegler, Biersack and Littmark) to the energy, or train on squeezed cells.',
  about: 'surface',
  measures: { compression: 'eV/atom' },
  needs: 'structure',
  reproducible: true,
  *run({ crystal }, { precision, cutoff }) {
    const closest = closestContact(crystal);
    if (closest === null) return { kind: 'skipped', reason: 'its closest contact is not known' };
    const factors = Array.from({ length: POINTS }, (_, k) => (FROM + ((TO - FROM) * k) / (POINTS - 1)) / closest.ratio);
    const last = factors.at(-1)!;
    if (cutoff !== null && expectedEdges(crystal, cutoff / last) > MOST_EDGES) {
      return { kind: 'skipped', reason: `squeezed, the cell would have more than ${MOST_EDGES} edges` };
    }
    const path = factors.map((factor) => scaled(crystal, factor));
    const answers = yield path.map(ordinary);
    const worst = worstCase('compression', 'eV/atom');
    const remarks: string[] = [];
    const atoms = crystal.species.length;
    let before: number | null = null;
    answers.forEach((answer, k) => {
      const name = `lengths × ${factors[k]!.toFixed(3)}`;
      const energy = answer?.kind === 'predicted' ? answer.energy : null;
      if (answer?.kind === 'failed') worst.note(Number.NaN, 0, `${name}: ${answer.detail}`);
      if (answer?.kind === 'refused') remarks.push(`${name}: refused, ${answer.detail}`);
      if (energy !== null && before !== null && answer?.kind === 'predicted') {
        const drop = (before - energy) / atoms;
        const tolerance = 2 * energyTolerance(precision, magnitudesOf(path[k]!, answer));
        worst.note(drop <= 0 ? 0 : drop, tolerance, `${name}, drop of the energy`);
      }
      before = energy;
    });
    const measurement = worst.measurement();
    if (measurement === null) return { kind: 'skipped', reason: remarks[0] ?? 'there was nothing to ask' };
    return { kind: 'measured', measurements: [measurement], remarks: remarks.slice(0, 3) };
  },
};

/** Directed edges of an evenly filled cell. */
function expectedEdges({ lattice, species }: { lattice: Float64Array; species: Uint8Array }, cutoff: number): number {
  const [ax = 0, ay = 0, az = 0, bx = 0, by = 0, bz = 0, cx = 0, cy = 0, cz = 0] = lattice;
  const volume = Math.abs(ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx));
  if (!(volume > 0)) return 0;
  return ((species.length * species.length) / volume) * 4.19 * cutoff * cutoff * cutoff;
}
