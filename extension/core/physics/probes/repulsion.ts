import { elementProperty } from '../../element-properties.ts';
import { symbolOf } from '../../element-symbols.ts';
import { boxed } from '../crystal.ts';
import { magnitudesOf } from '../magnitudes.ts';
import { energyTolerance, forceTolerance } from '../precision.ts';
import { ordinary, type Probe } from '../probe.ts';
import { worstCase } from '../worst-case.ts';

/**
 * Below this share of the sum of covalent radii two atoms repel each other. The shortest bonds known by this measure are
 * those of V₂ (1.77 Å, 0.58 of the sum) and Cr₂ (1.68 Å, 0.60).
 */
export const REPULSIVE_BELOW = 0.5;
/** The scan ends here: closer than this only collisions at keV energies come. */
const CLOSEST = 0.3;
const POINTS = 11;
const MOST_PAIRS = 3;
/** Å from atom to box, where the oracle does not state a cutoff. */
const UNKNOWN_CUTOFF = 12;

/** Pairs of elements of a structure that have covalent radii: unlike ones first, since bonds in crystals mostly are. */
function pairsOf(species: Uint8Array): { first: number; second: number; sum: number }[] {
  const elements = [...new Set(species)].sort((a, b) => a - b);
  const pairs = elements.flatMap((first, k) => elements.slice(k).map((second) => ({ first, second })));
  return pairs
    .sort((a, b) => Number(a.first === a.second) - Number(b.first === b.second))
    .flatMap(({ first, second }) => {
      const a = elementProperty('covalent_radius', first);
      const b = elementProperty('covalent_radius', second);
      return a === null || b === null ? [] : [{ first, second, sum: a + b }];
    })
    .slice(0, MOST_PAIRS);
}

export const repulsion: Probe = {
  id: 'repulsion',
  description: `Two atoms closer than ${REPULSIVE_BELOW} of the sum of their covalent radii push each other apart, and their energy rises as they come closer.`,
  source:
    'Repulsion of nuclei and closed shells. Covalent radii of Cordero et al. (2008); the shortest bonds in their terms are V₂ ' +
    '(0.58, Langridge-Smith et al. 1984) and Cr₂ (0.60, Bondybey and English 1983).',
  fix: 'Add a screened nuclear repulsion (Ziegler, Biersack and Littmark) to the energy, or train on short distances.',
  about: 'surface',
  measures: { 'repulsion-forces': 'eV/Å', 'repulsion-energy': 'eV' },
  needs: 'structure',
  reproducible: true,
  *run({ crystal }, { precision, cutoff }) {
    const pairs = pairsOf(crystal.species);
    if (pairs.length === 0) return { kind: 'skipped', reason: 'no covalent radius is known for its elements' };
    const scans = pairs.map(({ first, second, sum }) => {
      const distances = Array.from(
        { length: POINTS },
        (_, k) => sum * (CLOSEST + ((REPULSIVE_BELOW - CLOSEST) * k) / (POINTS - 1)),
      );
      const edge = 2 * (cutoff ?? UNKNOWN_CUTOFF) + sum;
      return {
        name: `${symbolOf(first)}–${symbolOf(second)}`,
        distances,
        dimers: distances.map((distance) => boxed([first, second], [0, 0, 0, distance, 0, 0], edge)),
      };
    });
    const answers = yield scans.flatMap(({ dimers }) => dimers.map(ordinary));
    const forces = worstCase('repulsion-forces', 'eV/Å');
    const energy = worstCase('repulsion-energy', 'eV');
    const remarks: string[] = [];
    scans.forEach(({ name, distances, dimers }, s) => {
      let farther: number | null = null;
      for (let k = POINTS - 1; k >= 0; k--) {
        const answer = answers[POINTS * s + k] ?? null;
        const place = `${name} at ${distances[k]!.toFixed(3)} Å`;
        if (answer === null || answer.kind === 'refused') {
          remarks.push(`${place}: refused, ${answer?.detail ?? 'no answer'}`);
          farther = null;
          continue;
        }
        if (answer.kind === 'failed') {
          forces.note(Number.NaN, 0, `${place}: ${answer.detail}`);
          energy.note(Number.NaN, 0, `${place}: ${answer.detail}`);
          farther = null;
          continue;
        }
        const magnitudes = magnitudesOf(dimers[k]!, answer);
        // The second atom lies at +x of the first: apart means −x for the first and +x for the second.
        const attraction = (answer.forces[0]! - answer.forces[3]!) / 2;
        forces.note(attraction <= 0 ? 0 : attraction, forceTolerance(precision, magnitudes), `${place}, attraction`);
        if (farther !== null) {
          const drop = farther - answer.energy;
          energy.note(drop <= 0 ? 0 : drop, 2 * energyTolerance(precision, magnitudes), `${place}, drop of the energy`);
        }
        farther = answer.energy;
      }
    });
    const measurements = [forces.measurement(), energy.measurement()].filter((found) => found !== null);
    if (measurements.length === 0) return { kind: 'skipped', reason: remarks[0]! };
    return { kind: 'measured', measurements, remarks: remarks.slice(0, 3) };
  },
};
