import { displaced, scaled } from '../crystal.ts';
import { ordinary, type Probe } from '../probe.ts';
import { randomDisplacements } from '../random-geometry.ts';

export const finite: Probe = {
  id: 'finite',
  description:
    'Energies and forces are finite numbers, also for atoms pushed about, a squeezed cell and a stretched one.',
  source: 'Every arrangement of separate nuclei has a finite energy with finite derivatives.',
  fix: 'Guard divisions, square roots and acos at the ends of their domains, and check that the export kept the guards.',
  about: 'law',
  measures: { finite: '1' },
  needs: 'structure',
  reproducible: true,
  *run({ crystal }, _, random) {
    const atoms = crystal.species.length;
    const cases = [
      { name: 'as given', crystal },
      { name: 'rattled by up to 0.05 Å', crystal: displaced(crystal, randomDisplacements(atoms, 0.05, random)) },
      { name: 'rattled by up to 0.3 Å', crystal: displaced(crystal, randomDisplacements(atoms, 0.3, random)) },
      { name: 'lengths × 0.85', crystal: scaled(crystal, 0.85) },
      { name: 'lengths × 1.2', crystal: scaled(crystal, 1.2) },
    ];
    const answers = yield cases.map((changed) => ordinary(changed.crystal));
    const remarks: string[] = [];
    const broken: string[] = [];
    let asked = 0;
    cases.forEach(({ name }, k) => {
      const answer = answers[k] ?? null;
      if (answer?.kind === 'refused') remarks.push(`${name}: refused, ${answer.detail}`);
      if (answer === null || answer.kind === 'refused') return;
      asked++;
      if (answer.kind === 'failed') broken.push(`${name}: ${answer.detail}`);
      else if (!Number.isFinite(answer.energy) || !answer.forces.every(Number.isFinite)) broken.push(name);
    });
    if (asked === 0) return { kind: 'skipped', reason: remarks[0] ?? 'there was nothing to ask' };
    const detail = broken[0] ?? '';
    return {
      kind: 'measured',
      measurements: [{ id: 'finite', unit: '1', residual: broken.length, tolerance: 0, detail }],
      remarks,
    };
  },
};
