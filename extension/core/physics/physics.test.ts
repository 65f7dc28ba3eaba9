import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LARGEST_CELL } from '../certificate.ts';
import type { Prediction } from '../criterion.ts';
import { neighbourList, edgeVectors } from '../neighbour-list.ts';
import { randomStream } from '../random.ts';
import type { Structure } from '../structure.ts';
import { closestContact } from './closest-contact.ts';
import { mapped, repeated, type ProbeCrystal } from './crystal.ts';
import { energyTolerance, forceTolerance, unitRoundoff } from './precision.ts';
import type { ProbeQuestion } from './probe.ts';
import { differenceStep } from './probes/gradient.ts';
import { prototypeCrystals } from './prototypes.ts';
import { randomRotation } from './random-geometry.ts';
import { holds, RESIDUAL_SCALE, scaledMeasurement } from './residuals.ts';
import { probeStructure } from './suite.ts';
import { summarize } from './summary.ts';
import { probes } from './table.ts';
import { worstCase } from './worst-case.ts';

const crystal: Structure = {
  lattice: Float64Array.of(4, 0.2, 0, -0.3, 4.4, 0.1, 0, 0.5, 4.1),
  periodic: [true, true, true],
  species: Uint8Array.of(12, 8, 8),
  positions: Float64Array.of(0.1, 0.2, 0.3, 2.2, 2.1, 0.4, 1.9, 0.3, 2.5),
  source: { file: 'a.xyz', index: 0, line: 1 },
};

const CUTOFF = 4;

/** E = ½ Σ (1 − r²/c²)⁴ over directed edges, in the full precision of JavaScript. */
function answerTo({ crystal: asked }: ProbeQuestion, scale = 1): Prediction {
  const query = { ...asked, cutoff: CUTOFF };
  const edges = neighbourList(query);
  if (edges.kind !== 'ok') return { kind: 'refused', detail: edges.kind };
  const v = edgeVectors(query, edges);
  const forces = new Float64Array(asked.positions.length);
  let energy = 0;
  for (let e = 0; e < edges.count; e++) {
    const squared = v[3 * e]! ** 2 + v[3 * e + 1]! ** 2 + v[3 * e + 2]! ** 2;
    const inside = 1 - squared / (CUTOFF * CUTOFF);
    energy += 0.5 * inside ** 4;
    for (let k = 0; k < 3; k++) {
      forces[3 * edges.centre[e]! + k]! += ((-8 * inside ** 3) / (CUTOFF * CUTOFF)) * v[3 * e + k]! * scale;
    }
  }
  return { kind: 'predicted', energy, forces };
}

const setting = {
  traits: { precision: 'float64' as const, cutoff: CUTOFF, elements: [8, 12] },
  seed: 3,
  key: ({ source }: Structure) => source.file,
};

async function verdicts(answer: (question: ProbeQuestion) => Prediction) {
  const reports = [];
  const ask = (questions: readonly ProbeQuestion[]) => Promise.resolve(questions.map(answer));
  for await (const report of probeStructure(probes, crystal, setting, ask)) reports.push(report);
  return { reports, summary: summarize(probes, reports) };
}

describe('the table of probes', () => {
  it('has one entry per law, each with its words', () => {
    expect(new Set(probes.map(({ id }) => id)).size).toBe(probes.length);
    for (const { id, description, source, fix } of probes) {
      expect(id).toMatch(/^[a-z][a-z-]*$/);
      for (const text of [description, source, fix]) expect(text).toMatch(/^\P{Ll}.{20,}[.)]$/su);
    }
  });
});

describe('the suite', () => {
  it('measures what each probe says that it measures, in its unit', async () => {
    const { reports } = await verdicts((question) => answerTo(question));
    for (const { probe, outcome } of reports) {
      if (outcome.kind === 'skipped') continue;
      const found = Object.fromEntries(outcome.measurements.map(({ id, unit }) => [id, unit]));
      expect(found).toEqual(probe.measures);
    }
  });

  it('finds nothing wrong with a pair potential in double precision, but that it takes any element', async () => {
    const { summary } = await verdicts((question) => answerTo(question));
    expect(summary.filter(({ verdict }) => verdict !== 'holds').map(({ id, verdict }) => `${id} ${verdict}`)).toEqual([
      'undeclared-element violated',
    ]);
  });

  it('measures by how much forces are no gradient', async () => {
    const { summary } = await verdicts((question) => answerTo(question, 1.02));
    const gradient = summary.find(({ id }) => id === 'gradient')!;
    expect(gradient).toMatchObject({ verdict: 'violated', structures: 1, violations: 1 });
    expect(gradient.worst!.residual).toBeGreaterThan(1e5 * gradient.worst!.tolerance);
  });

  it('asks the same questions for the same seed', async () => {
    const asked: string[][] = [[], []];
    for (const log of asked) {
      await verdicts((question) => {
        log.push(`${question.manner} ${question.crystal.positions.join(' ')} ${question.crystal.species.join(' ')}`);
        return answerTo(question);
      });
    }
    expect(asked[0]).toEqual(asked[1]);
    expect(asked[0]!.length).toBeGreaterThan(100);
  });

  it('measures nothing where the structure is refused, and says why', async () => {
    const { summary } = await verdicts(() => ({ kind: 'refused', detail: 'too large' }));
    expect(summary.map(({ verdict }) => verdict)).toEqual(probes.map(() => 'skipped'));
    expect(summary[0]!.detail).toContain('too large');
  });

  it('passes no law where every answer fails', async () => {
    const failed = { kind: 'failed', reason: 'not-finite', detail: 'NaN' } as const;
    const { summary } = await verdicts(() => failed);
    expect(summary.find(({ id }) => id === 'finite')).toMatchObject({ verdict: 'violated' });
    const held = summary.filter(({ verdict }) => verdict === 'holds').map(({ id }) => id);
    // No undeclared element was answered for: that is all that can be said for it.
    expect(held).toEqual(['undeclared-element']);
  });
});

describe('what probes build', () => {
  const edgeCount = (asked: ProbeCrystal): number => {
    const edges = neighbourList({ ...asked, cutoff: CUTOFF });
    return edges.kind === 'ok' ? edges.count : -1;
  };

  it('supercells have the same neighbours per atom', () => {
    for (const axis of [0, 1, 2]) expect(edgeCount(repeated(crystal, axis, 3))).toBe(3 * edgeCount(crystal));
  });

  it('rotations are orthogonal and right-handed', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const m = randomRotation(randomStream(seed, 'test'));
        // A rotation turns its own rows into the unit vectors.
        const turned = mapped({ ...crystal, lattice: m }, m);
        [1, 0, 0, 0, 1, 0, 0, 0, 1].forEach((one, k) => expect(turned.lattice[k]).toBeCloseTo(one, 12));
        const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = m;
        expect(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)).toBeCloseTo(1, 12);
      }),
    );
  });

  it('prototype crystals have nearest neighbours at the sum of covalent radii, but for the rattle', () => {
    const built = prototypeCrystals([8, 14], 9, randomStream(1, 'test'));
    expect(built).toHaveLength(9);
    for (const structure of built) {
      const { ratio } = closestContact(structure)!;
      expect(ratio).toBeGreaterThan(0.7);
      expect(ratio).toBeLessThan(1.01);
    }
    expect(prototypeCrystals([], 3, randomStream(1, 'test'))).toEqual([]);
  });
});

describe('tolerances', () => {
  const magnitudes = { energyPerAtom: 4, force: 2, extent: 10 };

  it('are the stated formulas', () => {
    const u = 2 ** -24;
    expect(energyTolerance('float32', magnitudes)).toBe(u * (1024 * 4 + 20));
    expect(forceTolerance('float32', magnitudes)).toBeCloseTo(u * (1024 * 2 + 163 * 10), 12);
    expect(energyTolerance('float64', magnitudes)).toBe(energyTolerance('float32', magnitudes) * 2 ** -29);
    expect(unitRoundoff('float64')).toBe(Number.EPSILON / 2);
  });

  it('choose the step of differences by the precision', () => {
    const answer = answerTo({ crystal, manner: 'ordinary' });
    if (answer.kind !== 'predicted') throw new Error(answer.detail);
    const direction = new Float64Array(9).fill(0).with(0, 1);
    const single = differenceStep('float32', crystal, answer, direction);
    const double = differenceStep('float64', crystal, answer, direction);
    expect(single.step).toBeGreaterThan(0.005);
    expect(single.tolerance).toBeLessThan(2e-3);
    expect(double.step).toBeLessThan(1e-3);
    expect(double.tolerance).toBeLessThan(1e-9);
  });

  it('let nothing pass that is no number', () => {
    const one = { id: 'x', unit: 'eV/Å' as const, detail: '' };
    expect(holds({ ...one, residual: Number.NaN, tolerance: 1 })).toBe(false);
    expect(holds({ ...one, residual: Number.POSITIVE_INFINITY, tolerance: 1 })).toBe(false);
    expect(holds({ ...one, residual: 1, tolerance: Number.NaN })).toBe(false);
    expect(holds({ ...one, residual: 1, tolerance: Number.POSITIVE_INFINITY })).toBe(false);
    expect(holds({ ...one, residual: 1, tolerance: 1 })).toBe(true);
    expect(scaledMeasurement({ ...one, residual: Number.NaN, tolerance: 1 })).toEqual({
      scale: RESIDUAL_SCALE,
      residual: LARGEST_CELL,
      tolerance: RESIDUAL_SCALE,
    });
    const worst = worstCase('x', 'eV/Å');
    worst.note(5, 1, 'large');
    worst.note(Number.NaN, 1, 'no number');
    worst.note(7, 1, 'larger');
    expect(worst.measurement()!.detail).toBe('no number');
  });
});
