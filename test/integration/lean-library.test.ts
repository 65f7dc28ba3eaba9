import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LARGEST_CELL, type CertificateContent } from '../../extension/core/certificate.ts';
import { evaluateObligations } from '../../extension/core/obligations.ts';
import { randomStream } from '../../extension/core/random.ts';
import { leanSource } from '../../extension/lean/certificate-source.ts';
import type { OpenedSession } from '../../extension/lean/open-session.ts';
import { decideVerdicts } from '../../extension/lean/verdicts.ts';
import { benchmarkContent } from '../bench/benchmark-content.ts';
import { openEmbeddedLean } from '../embedded-lean.ts';
import { tightContent } from './lean-mutants/tight-content.ts';

const honest = benchmarkContent({ rows: 120, features: 3, validation: 40, seed: 5 });
const threshold = honest.criterion.scaledThreshold;
const inside = [...honest.search.id.keys()].filter((row) => honest.search.error[row]! <= threshold);
const box = honest.rounds.at(-1)!.box;

/** With replicates, a conformal bound, residuals and a risk head. */
const tight = tightContent(randomStream(3, 'lean-library'), 1);

const changed = (change: (content: CertificateContent) => void, content = honest): CertificateContent => {
  const copy = structuredClone(content);
  change(copy);
  return copy;
};

/** Makes a row a recorded counterexample that nothing excludes. */
function fail(content: CertificateContent, row: number, error = threshold + 1): void {
  content.search.error[row] = error;
  content.counterexamples.push({ row, separatedBy: null });
  content.counterexamples.sort((a, b) => a.row - b.row);
  content.obligations = benchmarkObligations(content);
}

const benchmarkObligations = (content: CertificateContent) =>
  content.obligations.map((obligation) =>
    obligation.kind === 'excluded'
      ? { ...obligation, rows: { from: 0, to: content.counterexamples.length } }
      : obligation,
  );

/** Certificates, and the obligations that the kernel must refute in each; all others it must prove. */
const cases: readonly (readonly [name: string, content: CertificateContent, refuted: readonly string[]])[] = [
  ['an honest certificate', honest, []],
  [
    'values at the bounds, and an error at the threshold',
    changed(({ search }) => {
      search.features.forEach((column, f) => {
        column[inside[0]!] = box[f]!.lower;
        column[inside[1]!] = box[f]!.upper;
      });
      search.error[inside[0]!] = threshold;
      search.error[inside[1]!] = threshold;
    }),
    [],
  ],
  [
    'one violation, which the claim tolerates',
    changed((content) => {
      fail(content, inside[0]!);
      content.claim.violations = 1;
    }),
    [],
  ],
  [
    'one violation, which it does not tolerate',
    changed((content) => fail(content, inside[0]!)),
    ['observed_000', 'excluded_000', 'safe'],
  ],
  [
    'no finite prediction inside',
    changed((content) => fail(content, inside[0]!, LARGEST_CELL)),
    ['observed_000', 'excluded_000', 'safe'],
  ],
  [
    'a round that leaves the one before',
    changed(({ initial }) => (initial[0] = { lower: box[0]!.lower + 1, upper: initial[0]!.upper })),
    ['nested', 'safe'],
  ],
  [
    'a counterexample that is not listed',
    changed((content) => {
      content.counterexamples.shift();
      content.obligations = benchmarkObligations(content);
    }),
    ['excluded_000', 'safe'],
  ],
  [
    'a witness that does not exclude its counterexample',
    changed((content) => {
      const at = content.counterexamples.findIndex(({ row }) => {
        const value = content.search.features[0]![row]!;
        return value >= box[0]!.lower && value <= box[0]!.upper;
      });
      content.counterexamples[at]!.separatedBy = 0;
    }),
    ['excluded_000', 'safe'],
  ],
  [
    'fewer observations inside than claimed',
    changed(({ claim }) => (claim.minimumInside = inside.length + 1)),
    ['coverage', 'safe'],
  ],
  [
    'a slab with fewer than claimed',
    changed(({ claim }) => (claim.minimumPerSlab = inside.length)),
    ['coverage', 'safe'],
  ],
  [
    'a failure rate that the data do not support',
    changed(({ claim }) => (claim.failureRate = { numerator: 1, denominator: 100 })),
    ['confidence', 'safe'],
  ],
  [
    'a failure rate of 1, which is no claim',
    changed(({ claim }) => (claim.failureRate = { numerator: 1, denominator: 1 })),
    ['confidence', 'safe'],
  ],
  [
    'validation structures that fail',
    changed(({ validation }) => {
      for (let row = 0; row < 10; row++) validation.error[row] = LARGEST_CELL;
    }),
    ['confidence', 'safe'],
  ],
  [
    'nothing to validate with',
    changed(({ validation }) => {
      for (const column of [
        validation.id,
        validation.file,
        validation.index,
        validation.line,
        validation.error,
        ...validation.features,
      ])
        column.length = 0;
    }),
    ['confidence', 'safe'],
  ],
  ['nine features', benchmarkContent({ rows: 60, features: 9, validation: 40, seed: 6 }), []],
  ['one with all ten kinds, which holds by a hair', tight, []],
  [
    'an interval end that is the replicate of another rank',
    changed(({ replicates }) => {
      const { values, ends } = replicates[0]!;
      ends[0]!.value = values.find((value) => value !== ends[0]!.value)!;
    }, tight),
    ['bootstrap', 'safe'],
  ],
  [
    'an error bound below the error of its rank',
    changed(({ claim }) => {
      claim.conformal!.bound--;
    }, tight),
    ['conformal', 'safe'],
  ],
  [
    'a risk bound below the greatest score',
    changed(({ claim }) => {
      claim.risk!--;
    }, tight),
    ['universal', 'safe'],
  ],
  [
    'a residual above its tolerance',
    changed(({ residuals }) => {
      residuals.at(-1)!.residual = residuals.at(-1)!.tolerance + 1;
    }, tight),
    ['physics', 'safe'],
  ],
];

describe('the kernel decides every obligation for its own reason, and agrees with TypeScript', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pcm-library-'));
  let opened: OpenedSession;

  beforeAll(async () => {
    mkdirSync(path.join(folder, 'Certificates'));
    opened = await openEmbeddedLean();
  }, 900_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(cases)(
    '%s',
    async (_, content, refuted) => {
      const source = leanSource(content, 'Case');
      const file = path.join(folder, 'Certificates', 'Case.lean');
      writeFileSync(file, source.text);
      const outcome = await opened.session.checkFile({
        file,
        root: folder,
        libraryPaths: opened.libraryPaths,
        timeLimitMs: 120_000,
      });
      const verdicts = decideVerdicts({
        obligations: content.obligations,
        source: source.text,
        ranges: source.theorems,
        outcome,
        audit: opened.libraryFindings,
        evaluations: evaluateObligations(content),
      });
      const expected = content.obligations.map(
        ({ theorem }) => `${theorem} ${refuted.includes(theorem) ? 'refuted' : 'proved'}`,
      );
      expect(
        verdicts.map(({ theorem, verdict, reason }) => `${theorem} ${verdict === 'stuck' ? reason : verdict}`),
      ).toEqual(expected);
    },
    180_000,
  );
});
