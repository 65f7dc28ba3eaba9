import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { benchmarkContent } from '../../../../test/bench/benchmark-content.ts';
import { compareModels } from '../../comparison/compare-models.ts';
import type { Certificate } from '../../certificate.ts';
import { failureModesOf } from '../../failure-modes/failure-modes.ts';
import { randomStream } from '../../random.ts';
import { evaluateRefinement } from '../../refinement/refinement-evaluation.ts';
import type { RefinementReport } from '../../refinement/refinement-report.ts';
import { reportOf } from '../report.ts';
import { lineFigure } from './line-figure.ts';
import { reportPage } from './page.ts';
import { pageStyle } from './style.ts';

const hostile = `<script>alert("1")</script><img src=x onerror='a()'>&amp;`;
const styleHash = createHash('sha256').update(pageStyle).digest('base64');

function refinementOf(content: ReturnType<typeof benchmarkContent>): RefinementReport {
  const { features, rounds, search, criterion, claim } = content;
  const work = evaluateRefinement(
    {
      family: hostile,
      features: features.map(() => ({ id: hostile, unit: hostile })),
      rounds,
      search,
      criterion,
      claim,
      keys: null,
    },
    { seeds: 1, thresholds: [2], replicates: 50, attempts: 3, folds: 3 },
  );
  let step = work.next();
  while (step.done !== true) step = work.next();
  return step.value;
}

/** A report in which every text that comes from data is hostile. */
function hostileReport() {
  const content = benchmarkContent({ rows: 80, features: 2, validation: 20, seed: 4 });
  content.project = hostile;
  content.model.id = hostile;
  content.model.description = { [hostile]: hostile };
  content.data = content.data.map((file) => ({ ...file, file: `data/${hostile}.xyz` }));
  const certificate: Certificate = {
    hash: 'f'.repeat(64),
    content,
    lean: { file: 'lean/C/M.lean', sha256: '0'.repeat(64), module: 'M' },
    verdicts: content.obligations.map(({ id, kind, theorem }) => ({
      id,
      kind,
      theorem,
      verdict: 'refuted',
      reason: hostile,
    })),
    checked: { backend: hostile, version: hostile, audit: [hostile] },
  };
  const random = randomStream(1, 'page');
  const draw = (): Float64Array => Float64Array.from({ length: 60 }, () => random.uniform());
  const work = compareModels({
    project: hostile,
    criterion: { kind: 'energy-error', unit: 'eV/atom', threshold: 0.5 },
    models: ['a', 'b'].map((name) => {
      const errors = draw();
      return {
        id: hostile + name,
        kind: 'table',
        errors,
        failed: Uint8Array.from(errors, (e) => Number(e > 0.5)),
        signed: null,
      };
    }),
    groups: Array.from({ length: 60 }, (_, row) => `${row}`),
    features: [{ id: hostile, unit: hostile }],
    columns: [draw()],
    leftOut: 0,
    seed: 0,
    notes: [hostile],
  });
  let step = work.next();
  while (step.done !== true) step = work.next();
  const species = Uint8Array.of(57, 8);
  return reportOf(certificate, {
    file: hostile,
    elements: new Map(content.search.id.map((id) => [id, [8, 57]])),
    structures: new Map(
      content.search.id.map((id, index) => [
        id,
        {
          structure: {
            lattice: Float64Array.of(4, 0, 0, 0, 4, 0, 0, 0, 4),
            periodic: [true, true, true],
            species,
            positions: new Float64Array(6),
            label: hostile,
            source: { file: hostile, index, line: 1 },
          },
          modelForces: null,
        },
      ]),
    ),
    history: [{ round: 1, strategies: [{ strategy: hostile, proposals: 3, counterexamples: 1, unique: 1 }] }],
    failureModes: failureModesOf(content, [], hostile, [], 0.95, [hostile]),
    risk: null,
    alternatives: refinementOf(content),
    comparison: step.value,
    notes: [hostile],
  });
}

describe('the legend of a figure', () => {
  const places = (names: string[]): string[] => {
    const { markup } = lineFigure({
      title: '',
      description: '',
      x: { label: '', from: 0, to: 1 },
      y: { label: '', from: 0, to: 1 },
      series: names.map((name) => ({ name, points: [] })),
    });
    return names.map((name) => new RegExp(`x="(\\d+)" y="\\d+">${name}<`).exec(markup)![1]!);
  };

  it('sets long names below one another, short ones side by side', () => {
    expect(new Set(places(['Boosted trees', 'Logistic regression'])).size).toBe(2);
    expect(new Set(places(['Distance to the nearest passing structure', 'Rarity of the rarest element'])).size).toBe(1);
  });
});

describe('the page of a report', () => {
  const page = reportPage(hostileReport(), styleHash);
  const tags = [...page.matchAll(/<\/?([a-zA-Z!][a-zA-Z0-9]*)/g)].map(([, name]) => name!.toLowerCase());

  it('shows hostile names as text', () => {
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)');
    for (const name of ['script', 'img', 'iframe', 'object', 'embed', 'link', 'base', 'form']) {
      expect(tags, name).not.toContain(name);
    }
    // No attribute begins a handler, whatever the names say: text never contains a bare quote or bracket.
    expect(/<[^>]*\son[a-z]+=/i.test(page)).toBe(false);
  });

  it('asks for nothing and lets nothing but its own style in', () => {
    expect(/(?:src|href)="(?!#)/.test(page)).toBe(false);
    expect(page).not.toMatch(/url\(|@import|\sstyle="/);
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)![1]!;
    expect(policy).toContain("default-src 'none'");
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)![1]!;
    expect(policy).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
  });

  it('closes what it opens', () => {
    const open: string[] = [];
    for (const [, closing, name, self] of page.matchAll(/<(\/?)([a-zA-Z][a-zA-Z0-9]*)[^>]*?(\/?)>/g)) {
      if (['meta', 'br'].includes(name!) || self === '/') continue;
      if (closing === '') open.push(name!);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  });

  it('gives every figure a name, a description and a caption', () => {
    const drawings = page.match(/<svg [^>]*role="img"[^>]*>/g)!;
    expect(drawings.length).toBeGreaterThan(5);
    expect(page.match(/<svg /g)).toHaveLength(drawings.length);
    expect(page.match(/<desc>/g)).toHaveLength(drawings.length);
    expect(page.match(/<figure>/g)!.length).toBe(page.match(/<figcaption>/g)!.length);
  });

  it('holds no number that is none', () => {
    expect(page).not.toMatch(/\b(?:NaN|undefined|Infinity|\[object)/);
  });

  it('is the same each time', () => expect(reportPage(hostileReport(), styleHash)).toBe(page));
});
