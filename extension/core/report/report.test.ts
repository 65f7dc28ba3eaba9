import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { benchmarkContent } from '../../../test/bench/benchmark-content.ts';
import { LARGEST_CELL, type Certificate, type CertificateContent } from '../certificate.ts';
import { formulaOf } from '../formula.ts';
import { boundedText } from './bounded-text.ts';
import { discoveryOf, isHistoryOf } from './discovery-section.ts';
import { finalBox, isInside } from '../obligations.ts';
import { elementsOf } from './elements-section.ts';
import { errorBoundsOf } from './error-bounds-section.ts';
import { reportOf, type ReportEvidence } from './report.ts';
import { reportSchema } from './report-schema.ts';

const nothing: ReportEvidence = {
  file: 'certificates/m.pcm-cert.json',
  elements: null,
  structures: new Map(),
  history: [],
  failureModes: null,
  risk: null,
  alternatives: null,
  comparison: null,
  notes: [],
};

const certificateOf = (content: CertificateContent): Certificate => ({
  hash: '0'.repeat(64),
  content,
  lean: { file: 'lean/Certificates/M.lean', sha256: '0'.repeat(64), module: 'M' },
  verdicts: content.obligations.map(({ id, kind, theorem }) => ({
    id,
    kind,
    theorem,
    verdict: 'unchecked',
    reason: 'nobody asked',
  })),
  checked: null,
});

describe('a report', () => {
  it('of a certificate alone fits its schema and counts what the tables hold', () => {
    const content = benchmarkContent({ rows: 60, features: 3, validation: 20, seed: 4 });
    const report = reportOf(certificateOf(content), nothing);
    expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    const failing = content.search.error.filter((error) => error > content.criterion.scaledThreshold).length;
    expect(report.overview.search.tested).toMatchObject({ structures: 60, failures: failing });
    expect(report.overview.next[0]).toContain('pcm check');
    expect(report.overview.verdicts.unchecked).toBe(content.obligations.length);
    expect(report.refinement.rounds).toHaveLength(content.rounds.length);
    expect(report.counterexamples.list.every(({ formula, crystal }) => formula === null && crystal === null)).toBe(
      true,
    );
    expect(report.methods.references[0]!.text).toContain('2603.12183');
  });

  it('is the same for the same evidence', () => {
    const content = benchmarkContent({ rows: 40, features: 2, validation: 10, seed: 9 });
    expect(reportOf(certificateOf(content), nothing)).toEqual(reportOf(certificateOf(content), nothing));
  });

  it('names the obligations that are refuted, and what would mend them', () => {
    const content = benchmarkContent({ rows: 60, features: 2, validation: 20, seed: 4 });
    content.claim.minimumInside = 1_000_000;
    const certificate = certificateOf(content);
    const refuted = certificate.verdicts.map((verdict) =>
      verdict.kind === 'coverage'
        ? { ...verdict, verdict: 'refuted' as const }
        : { ...verdict, verdict: 'proved' as const },
    );
    const { next } = reportOf({ ...certificate, verdicts: refuted }, nothing).overview;
    expect(next).toHaveLength(1);
    expect(next[0]).toMatch(/^To make coverage true, .*minimumInside/);
  });
});

describe('the distribution of errors', () => {
  it('holds every finite error once, and counts the others', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: 0, max: 10_000_000 }), fc.constant(LARGEST_CELL)), {
          minLength: 1,
          maxLength: 80,
        }),
        (errors) => {
          const content = benchmarkContent({ rows: errors.length, features: 1, validation: 5, seed: 1 });
          content.search.error = errors;
          const { histogram, ecdf, notFinite } = discoveryOf(content, [], 0.95);
          const finite = errors.filter((error) => error < LARGEST_CELL);
          expect(notFinite).toBe(errors.length - finite.length);
          expect(histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(finite.length);
          if (finite.length === 0) return;
          expect(histogram.edges).toHaveLength(histogram.counts.length + 1);
          histogram.edges.slice(1).forEach((edge, bin) => expect(edge).toBeGreaterThan(histogram.edges[bin]!));
          expect(ecdf.at(-1)!.share).toBeCloseTo(finite.length / errors.length, 12);
        },
      ),
    );
  });

  it('adds up what the strategies did over the rounds', () => {
    const content = benchmarkContent({ rows: 30, features: 1, validation: 5, seed: 1 });
    const strategies = [
      { strategy: 'random', proposals: 10, counterexamples: 3, unique: 2 },
      { strategy: 'surrogate', proposals: 20, counterexamples: 9, unique: 8 },
    ];
    content.rounds = [content.rounds[0]!, content.rounds[0]!];
    const history = [1, 2].map((round) => ({ round, strategies }));
    const { cumulative } = discoveryOf(content, history, 0.95);
    cumulative.forEach((entry, at) => {
      expect(entry.strategies[0]).toMatchObject({ proposals: 10 * (at + 1), againstRandom: null });
      const ratio = entry.strategies[1]!.againstRandom!;
      expect(ratio.estimate).toBeCloseTo(2, 12);
      expect(ratio.lower).toBeLessThan(2);
      expect(ratio.upper).toBeGreaterThan(2);
    });
    const { lower } = cumulative[0]!.strategies[1]!.againstRandom!;
    expect(cumulative.at(-1)!.strategies[1]!.againstRandom!.lower).toBeGreaterThan(lower);
  });
});

describe('the history of a search', () => {
  const content = benchmarkContent({ rows: 30, features: 1, validation: 5, seed: 1 });
  const history = content.rounds.map(({ tested, failed }, at) => ({
    round: at + 1,
    strategies: [{ strategy: 'random', proposals: tested, counterexamples: failed, unique: failed }],
  }));

  it('is believed only where it adds up to the rounds of the certificate', () => {
    expect(isHistoryOf(history, content.rounds)).toBe(true);
    expect(isHistoryOf([], content.rounds)).toBe(false);
    const [first, ...others] = history;
    const more = { ...first!, strategies: [{ ...first!.strategies[0]!, proposals: 1_000_000 }] };
    expect(isHistoryOf([more, ...others], content.rounds)).toBe(false);
  });
});

describe('rates per element and family', () => {
  const structures = Array.from({ length: 100 }, (_, at) => ({
    // Every fourth structure holds lanthanum and fails in three of four cases; of the others one in fifteen fails.
    elements: at % 4 === 0 ? [8, 57] : [3, 8],
    error: at === 2 ? NaN : at / 100,
    failed: at % 4 === 0 ? at % 16 !== 0 : at % 15 === 1,
  }));

  it('find the element that makes structures fail', () => {
    const { elements, families } = elementsOf(structures, 'all', 0.95);
    const lanthanum = elements.find(({ z }) => z === 57)!;
    expect(lanthanum.rate).toMatchObject({ structures: 25, failures: 18 });
    expect(lanthanum.pValue).toBeLessThan(1e-6);
    expect(families.find(({ family }) => family === 'f_block')!.rate).toEqual(lanthanum.rate);
    const oxygen = elements.find(({ z }) => z === 8)!;
    expect(oxygen.pValue, 'nothing is left to compare with').toBeNull();
    expect(oxygen.meanError).not.toBeNaN();
  });

  it('say where there are too few structures', () => {
    const { elements } = elementsOf(structures.slice(0, 30), 'few', 0.95);
    expect(elements.find(({ z }) => z === 57)).toMatchObject({ enough: false, pValue: null });
    expect(elementsOf([], 'none', 0.95).families.every(({ rate }) => rate.rate === null)).toBe(true);
  });
});

describe('error bounds by family', () => {
  const content = benchmarkContent({ rows: 40, features: 1, validation: 40, seed: 3 });
  content.claim.conformal = { miscoverage: { numerator: 1, denominator: 5 }, bound: 1 };
  const { validation, criterion } = content;
  // Every third structure is a halide, whose errors are ten times those of the others.
  validation.error = validation.error.map((_, row) => (row % 3 === 0 ? 1000 : 100) * (row + 1));
  const elements = new Map(validation.id.map((id, row) => [id, row % 3 === 0 ? [9, 11] : [8, 12]]));
  const inside = [...validation.id.keys()].filter((row) => isInside(validation, row, finalBox(content)));
  const section = errorBoundsOf(content, elements, 0.95);
  /** The ⌈(n + 1)(1 − α)⌉-th smallest error, by hand. */
  const quantile = (rows: number[]): number => {
    const sorted = rows.map((row) => validation.error[row]! / criterion.scale).sort((a, b) => a - b);
    return sorted[Math.ceil((sorted.length + 1) * 0.8) - 1]!;
  };

  it('are those of each family alone', () => {
    expect(section.marginal).toMatchObject({ outcome: 'bounded', bound: quantile(inside) });
    const families = section.schemes.find(({ scheme }) => scheme === 'anion')!.families;
    const halides = inside.filter((row) => row % 3 === 0);
    const others = inside.filter((row) => row % 3 !== 0);
    expect(families.map(({ family, bound }) => [family, bound])).toEqual([
      ['halide', quantile(halides)],
      ['chalcogenide', quantile(others)],
      ['other-anion', null],
    ]);
    expect(families[0]!.bound!).toBeGreaterThan(families[1]!.bound!);
    expect(families[2]).toMatchObject({ outcome: 'too-few', needed: 4 });
    expect(families.reduce((sum, { rate }) => sum + rate.structures, 0)).toBe(inside.length);
  });

  it('count what is not known', () => {
    expect(section.leftOut).toBe(0);
    expect(errorBoundsOf(content, new Map(), 0.95)).toMatchObject({
      leftOut: inside.length,
      marginal: { outcome: 'too-few', bound: null },
    });
  });
});

describe('physical laws', () => {
  it('are told probe by probe, with the residual that is furthest beyond its tolerance', () => {
    const content = benchmarkContent({ rows: 80, features: 1, validation: 5, seed: 1, everyKind: true });
    const [first, second, third] = content.residuals;
    // Larger, but within its own tolerance; beyond it; and not a number at all.
    content.residuals = [
      { ...first!, residual: 900, tolerance: 1000 },
      { ...first!, residual: 300, tolerance: 100, index: 7, line: 8 },
      { ...second!, residual: 5, tolerance: 10 },
      { ...second!, residual: LARGEST_CELL, tolerance: 10, index: 3, line: 4 },
      { ...third!, probe: 'gradient', residual: 0, tolerance: 0 },
    ];
    const { scale } = first!;
    const { physics } = reportOf(certificateOf(content), nothing);
    expect(physics).toMatchObject([
      { probe: 'rotation', residuals: 2, broken: 1, worst: 300 / scale, tolerance: 100 / scale, index: 7, line: 8 },
      { probe: 'net-force', residuals: 2, broken: 1, worst: null, index: 3 },
      { probe: 'gradient', residuals: 1, broken: 0, worst: 0 },
    ]);
    expect(reportOf(certificateOf({ ...content, residuals: [] }), nothing).physics).toBeNull();
  });
});

describe('texts', () => {
  it('are cut and lose control characters', () => {
    expect(boundedText('a\u0000b\u2028c')).toBe('a b c');
    expect(boundedText('x'.repeat(500))).toHaveLength(200);
  });

  it('formulas are reduced and written as chemists do', () => {
    expect(formulaOf(Uint8Array.of(8, 3, 3, 8, 3, 3))).toBe('Li2O');
    expect(formulaOf(Uint8Array.of(17, 11))).toBe('NaCl');
    expect(formulaOf(Uint8Array.of(14, 14))).toBe('Si');
  });
});
