import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { benchmarkContent } from '../../../test/bench/benchmark-content.ts';
import { applyRemedy } from '../../../test/remedy-application.ts';
import { planObligations } from '../../lean/certificate-source-plan.ts';
import { LARGEST_CELL, type CertificateContent, type ObligationKind, type Replicates } from '../certificate.ts';
import { evaluateObligations, finalBox, isInside, type Evaluation, type Remedy } from '../obligations.ts';
import { rationalFromDecimal } from '../rational.ts';
import { certifyRisk } from '../risk/certified-risk.ts';
import { prepareHead } from '../risk/head-search.ts';
import { percentileRanks } from '../statistics/percentile-ranks.ts';
import { projectEdits } from './project-edit.ts';

/** An honest certificate with something to say of every kind but `universal`. */
function honestContent(seed: number, validation: number): CertificateContent {
  const content = benchmarkContent({ rows: 200, features: 2, validation, seed });
  content.claim.failureRate = { numerator: 1, denominator: 4 };
  const errors = [...content.validation.error].sort((a, b) => a - b);
  content.claim.conformal = { miscoverage: { numerator: 1, denominator: 5 }, bound: errors.at(-1)! };
  content.replicates = content.features.flatMap((_, feature) =>
    (['lower', 'upper'] as const).map((side): Replicates => {
      const values = Array.from({ length: 20 }, (_value, at) => 1000 * feature + 7 * at);
      const counts = values.map((_value, at) => 1 + ((at * 13) % 9));
      const expanded = values.flatMap((value, at) => new Array<number>(counts[at]!).fill(value));
      const ranks = percentileRanks(expanded.length, content.claim.confidence);
      const ends = (['lower', 'upper'] as const).flatMap((end) => [
        { method: 'percentile' as const, end, rank: ranks[end], value: expanded[ranks[end] - 1]! },
        { method: 'bca' as const, end, rank: 3 + ranks[end] / 2, value: 0 },
      ]);
      for (const stated of ends) {
        stated.rank = Math.floor(stated.rank);
        stated.value = expanded[stated.rank - 1]!;
      }
      return { round: 1, feature, side, values, counts, ends };
    }),
  );
  content.residuals = ['rotation', 'net-force'].flatMap((probe) =>
    [0, 1, 2].map((row) => ({
      probe,
      unit: 'eV/Å',
      scale: 10_000,
      file: 0,
      index: row,
      line: row + 1,
      residual: 5 + row,
      tolerance: 10,
    })),
  );
  content.obligations = planObligations(content);
  return content;
}

const insideRows = (content: CertificateContent): number[] =>
  [...content.search.id.keys()].filter((row) => isInside(content.search, row, finalBox(content)));

/** Makes search rows inside the envelope fail, and records them. */
function failInside(content: CertificateContent, many: number): void {
  const inside = insideRows(content);
  for (let at = 0; at < many; at++) {
    const row = inside[(at * 7) % inside.length]!;
    if (content.search.error[row]! > content.criterion.scaledThreshold) continue;
    content.search.error[row] = content.criterion.scaledThreshold + 1 + at;
    content.counterexamples.push({ row, separatedBy: null });
  }
  content.counterexamples.sort((a, b) => a.row - b.row);
  content.obligations = planObligations(content);
}

const evaluationOf = (content: CertificateContent, id: string): Evaluation =>
  evaluateObligations(content).find((evaluation) => evaluation.id === id)!;

/** Every remedy of every refuted obligation, taken by itself, makes that obligation hold. */
function expectRemediesToSuffice(content: CertificateContent): Set<Remedy['kind']> {
  const taken = new Set<Remedy['kind']>();
  for (const { id, holds, remedies } of evaluateObligations(content)) {
    if (holds) expect(remedies).toEqual([]);
    for (const remedy of remedies) {
      if (remedy.kind === 'certify-again') continue;
      taken.add(remedy.kind);
      const mended = evaluationOf(applyRemedy(content, remedy), id);
      expect(mended.holds, `${id} after ${JSON.stringify(remedy)}: ${mended.explanation}`).toBe(true);
    }
  }
  return taken;
}

const refuted = (content: CertificateContent): string[] =>
  evaluateObligations(content)
    .filter(({ holds }) => !holds)
    .map(({ id }) => id);

const only = (remedies: readonly Remedy[], kind: Remedy['kind']): Remedy[] =>
  remedies.filter((remedy) => remedy.kind === kind);

describe('remedies', () => {
  it('are not offered where everything holds', () => {
    expect(refuted(honestContent(1, 60))).toEqual([]);
  });

  it('make what was refuted hold, each by itself', () => {
    const seen = new Set<Remedy['kind']>();
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.nat(50),
          validation: fc.integer({ min: 0, max: 80 }),
          failing: fc.nat(12),
          violations: fc.nat(3),
          failingValidation: fc.nat(10),
          minimumInside: fc.nat(140),
          minimumPerSlab: fc.nat(60),
          slabs: fc.integer({ min: 1, max: 6 }),
          rate: fc.integer({ min: 1, max: 99 }),
          miscoverage: fc.integer({ min: 1, max: 99 }),
          bound: fc.nat(600_000),
          residual: fc.constantFrom(3, 30, LARGEST_CELL),
        }),
        (drawn) => {
          const content = honestContent(drawn.seed, drawn.validation);
          failInside(content, drawn.failing);
          content.validation.error.fill(LARGEST_CELL, 0, Math.min(drawn.failingValidation, drawn.validation));
          content.claim.violations = drawn.violations;
          content.claim.minimumInside = drawn.minimumInside;
          content.claim.minimumPerSlab = drawn.minimumPerSlab;
          content.claim.slabs = drawn.slabs;
          content.claim.failureRate = { numerator: drawn.rate, denominator: 100 };
          const miscoverage = { numerator: drawn.miscoverage, denominator: 100 };
          content.claim.conformal = { miscoverage, bound: drawn.bound };
          content.residuals[2]!.residual = drawn.residual;
          content.residuals[5]!.residual = 12;
          for (const kind of expectRemediesToSuffice(content)) seen.add(kind);
        },
      ),
      { numRuns: 80 },
    );
    const kinds: Remedy['kind'][] = [
      'add-passing',
      'add-validation',
      'fewer-slabs',
      'raise-error-bound',
      'raise-failure-rate',
      'raise-miscoverage',
      'raise-tolerances',
      'raise-violations',
      'relax-coverage',
      'shrink-envelope',
    ];
    expect([...seen].sort()).toEqual(kinds);
  });

  it('ask for no more than it takes', () => {
    const content = honestContent(4, 60);
    failInside(content, 5);
    content.validation.error.fill(LARGEST_CELL, 0, 4);
    content.claim.failureRate = { numerator: 1, denominator: 10 };
    content.claim.minimumInside = 1000;
    content.claim.conformal = { miscoverage: { numerator: 1, denominator: 10 }, bound: 250_000 };
    const least: Partial<Record<Remedy['kind'], (remedy: Remedy) => Remedy>> = {
      'raise-violations': (remedy) => ({ ...remedy, to: (remedy as { to: number }).to - 1 }) as Remedy,
      'raise-error-bound': (remedy) => ({ ...remedy, to: (remedy as { to: number }).to - 1 }) as Remedy,
      'add-validation': (remedy) => ({ ...remedy, count: (remedy as { count: number }).count - 1 }) as Remedy,
      'raise-failure-rate': (remedy) => oneStepLess(remedy),
      'raise-miscoverage': (remedy) => oneStepLess(remedy),
      'relax-coverage': (remedy) =>
        ({ ...remedy, minimumInside: (remedy as { minimumInside: number }).minimumInside + 1 }) as Remedy,
      'add-passing': (remedy) => ({ ...remedy, inside: (remedy as { inside: number }).inside - 1 }) as Remedy,
    };
    const tried = new Set<Remedy['kind']>();
    for (const { id, remedies } of evaluateObligations(content)) {
      for (const remedy of remedies) {
        const less = least[remedy.kind];
        if (less === undefined) continue;
        tried.add(remedy.kind);
        expect(evaluationOf(applyRemedy(content, less(remedy)), id).holds, JSON.stringify(remedy)).toBe(false);
      }
    }
    expect([...tried].sort()).toEqual(Object.keys(least).sort());
  });

  it('count what a tighter bound costs', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.integer({ min: 1, max: 10 }), fc.nat(2), (seed, failing, violations) => {
        const content = honestContent(seed, 60);
        failInside(content, failing);
        content.claim.violations = violations;
        const passing = (of: CertificateContent): number =>
          insideRows(of).filter((row) => of.search.error[row]! <= of.criterion.scaledThreshold).length;
        for (const remedy of evaluationOf(content, 'observed_000').remedies) {
          if (remedy.kind !== 'shrink-envelope') continue;
          expect(passing(content) - passing(applyRemedy(content, remedy))).toBe(remedy.passingLost);
          const outwards = { ...remedy, to: remedy.to + (remedy.side === 'lower' ? -1 : 1) };
          expect(evaluationOf(applyRemedy(content, outwards), 'observed_000').holds).toBe(false);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('say the same to a project file', () => {
    const content = honestContent(4, 60);
    failInside(content, 5);
    content.validation.error.fill(LARGEST_CELL, 0, 4);
    content.claim.failureRate = { numerator: 1, denominator: 10 };
    content.claim.conformal = { miscoverage: { numerator: 1, denominator: 10 }, bound: 250_000 };
    content.claim.minimumInside = 1000;
    const edits = evaluateObligations(content).flatMap(({ remedies }) =>
      remedies.flatMap((remedy) => projectEdits(remedy, content).map((edit) => ({ remedy, ...edit }))),
    );
    const paths = [...new Set(edits.map(({ path }) => path.join('.')))].sort();
    expect(paths.filter((path) => !path.startsWith('envelope.'))).toEqual([
      'claim.conformal.bound',
      'claim.conformal.miscoverage',
      'claim.failureRate',
      'claim.minimumInside',
      'claim.violations',
    ]);
    const limits = edits.filter(({ path }) => path[0] === 'envelope');
    expect(limits.length).toBeGreaterThan(0);
    for (const { remedy, path, value } of limits) {
      if (remedy.kind !== 'shrink-envelope') throw new Error(remedy.kind);
      const { id, scale } = content.features[remedy.feature]!;
      expect(path).toEqual(['envelope', id, remedy.side === 'lower' ? 'min' : 'max']);
      expect(Math.round(value * scale)).toBe(remedy.to);
    }
    for (const { remedy, value } of edits) {
      if (remedy.kind !== 'raise-failure-rate' && remedy.kind !== 'raise-miscoverage') continue;
      const { numerator, denominator } = rationalFromDecimal(value)!;
      expect(numerator * remedy.to.denominator).toBe(remedy.to.numerator * denominator);
    }
  });
});

function oneStepLess(remedy: Remedy): Remedy {
  const { to } = remedy as Extract<Remedy, { kind: 'raise-failure-rate' }>;
  return { ...remedy, to: { ...to, numerator: to.numerator - 1 } } as Remedy;
}

describe('explanations', () => {
  it('name the end of an interval, its rank and what it should be', () => {
    const content = honestContent(2, 60);
    const end = content.replicates[1]!.ends[0]!;
    end.value += 1;
    const stated = evaluationOf(content, 'bootstrap');
    expect(stated.explanation).toContain('The lower end of the percentile interval of the upper bound of feature_0');
    expect(expectRemediesToSuffice(content)).toEqual(new Set(['correct-end']));
    end.value -= 1;
    end.rank += 1;
    expect(evaluationOf(content, 'bootstrap').explanation).toMatch(/stated with rank \d+, but at a confidence of 95 %/);
    expectRemediesToSuffice(content);
  });

  it('see replicates that are no multiset', () => {
    const content = honestContent(2, 60);
    content.replicates[0]!.values[3] = content.replicates[0]!.values[2]!;
    expect(evaluationOf(content, 'bootstrap').remedies).toEqual([{ kind: 'certify-again' }]);
    content.replicates[0]!.values.pop();
    expect(evaluationOf(content, 'bootstrap').holds).toBe(false);
  });

  it('name probe, structure, residual and tolerance', () => {
    const content = honestContent(2, 60);
    content.residuals[4]!.residual = 123;
    const { explanation, culprits } = evaluationOf(content, 'physics');
    expect(explanation).toContain('benchmark.xyz:2 (structure 1, net-force: 0.0123 eV/Å, tolerated 0.001 eV/Å)');
    expect(culprits).toHaveLength(1);
    content.residuals[4]!.residual = LARGEST_CELL;
    expect(evaluationOf(content, 'physics').remedies).toEqual([]);
  });

  it('say by how much the worst error exceeds the bound', () => {
    const content = honestContent(2, 60);
    content.claim.conformal!.bound = 0;
    const { explanation, culprits } = evaluationOf(content, 'conformal');
    expect(explanation).toMatch(
      /Worst: benchmark\.xyz:\d+ \(structure \d+, force error [\d.]+ eV\/Å, [\d.]+ too much\)/,
    );
    expect(culprits).toHaveLength(10);
  });

  it('relist counterexamples whose witness does not exclude them', () => {
    const content = honestContent(2, 60);
    const row = insideRows(content)[0]!;
    content.search.error[row] = LARGEST_CELL;
    content.claim.violations = 1;
    expect(expectRemediesToSuffice(content)).toEqual(new Set(['list-counterexamples']));
  });

  it('do not offer to shape the envelope by what validates it', () => {
    const content = honestContent(2, 60);
    content.validation.error.fill(LARGEST_CELL, 0, 20);
    const kinds: ObligationKind[] = ['confidence', 'conformal'];
    for (const kind of kinds) {
      const { holds, remedies } = evaluationOf(content, kind);
      expect(holds).toBe(false);
      expect(only(remedies, 'shrink-envelope')).toEqual([]);
    }
  });
});

/** The same with a risk head of its own observations, and the partition found for a probability with so many parts. */
function withRisk(content: CertificateContent, probability: number, parts: number): CertificateContent {
  const failed = Uint8Array.from(content.search.error, (error) => (error > content.criterion.scaledThreshold ? 1 : 0));
  const columns = content.search.features.map((column) => Float64Array.from(column));
  const plan = { probability: rationalFromDecimal(probability)!, trees: 20, depth: 3, learningRate: 0.3, parts };
  const steps = certifyRisk(columns, failed, finalBox(content), plan);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  const risky = { ...structuredClone(content), risk: step.value.evidence };
  risky.claim.risk = step.value.bound;
  risky.obligations = planObligations(risky);
  return risky;
}

describe('a bound on the risk', () => {
  const content = honestContent(6, 60);

  it('holds where the partition shows it', () => {
    const { holds, explanation } = evaluationOf(withRisk(content, 0.95, 200), 'universal');
    expect(explanation).toContain('Nowhere in the envelope is the score above');
    expect(holds).toBe(true);
  });

  it('is refuted by a feature vector, and says what does hold', () => {
    const risky = withRisk(content, 0.001, 200);
    const { holds, explanation, remedies } = evaluationOf(risky, 'universal');
    expect(holds).toBe(false);
    const vector =
      /At feature_0 ([\d.]+), feature_1 ([\d.]+) the score is (-?\d+) \(([\d.]+) %\); (-?\d+) \(0\.1 %\) is claimed/.exec(
        explanation,
      )!;
    const point = [Number(vector[1]), Number(vector[2])].map((value, f) => value * content.features[f]!.scale);
    point.forEach((value, f) => {
      expect(value).toBeGreaterThanOrEqual(finalBox(content)[f]!.lower);
      expect(value).toBeLessThanOrEqual(finalBox(content)[f]!.upper);
    });
    const prepared = prepareHead(risky.risk!.head, finalBox(content));
    if (prepared.kind !== 'ready') throw new Error(prepared.reason);
    expect(prepared.head.score(point.map(Math.round))).toBe(Number(vector[3]));
    expect(Number(vector[3])).toBeGreaterThan(risky.claim.risk!);
    expect(remedies.map(({ kind }) => kind)).toEqual(['raise-risk']);
    expect(expectRemediesToSuffice(risky)).toEqual(new Set(['raise-risk']));
    const [edit] = projectEdits(remedies[0]!, risky);
    expect(edit!.path).toEqual(['claim', 'risk']);
    expect(evaluationOf(withRisk(content, edit!.value, 200), 'universal').holds).toBe(true);
  });

  it('says by how much too few parts miss it, and how many suffice', () => {
    // Each tree by itself reaches 10, on either side of the middle; no point reaches both.
    const { lower, upper } = finalBox(content)[0]!;
    const middle = Math.floor((lower + upper) / 2);
    const coarse: CertificateContent = {
      ...structuredClone(content),
      risk: {
        head: {
          kind: 'trees',
          scale: 10,
          base: 0,
          trees: [
            { feature: [0, -1, -1], number: [middle, 10, 0] },
            { feature: [0, -1, -1], number: [middle, 0, 10] },
          ],
        },
        partition: { feature: [-1], at: [0] },
      },
    };
    coarse.claim.risk = 10;
    coarse.obligations = planObligations(coarse);
    const { holds, explanation } = evaluationOf(coarse, 'universal');
    expect(holds).toBe(false);
    expect(explanation).toMatch(
      /The split budget is exhausted: in 1 part .* at most 20 .* misses the claimed 10 .* by 10\./,
    );
    expect(expectRemediesToSuffice(coarse)).toEqual(new Set(['more-parts', 'raise-risk']));
  });

  it('names the structures inside whose score is above it', () => {
    const { explanation, culprits } = evaluationOf(withRisk(content, 0.001, 200), 'universal');
    expect(culprits.length).toBeGreaterThan(0);
    expect(explanation).toContain(`Tested there: benchmark.xyz:${culprits[0]!.line} (structure`);
  });
});
