import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CertificateContent } from '../core/certificate.ts';
import { auditSource } from './audit.ts';
import { commentText, LONGEST_COMMENT_TEXT } from './certificate-source-comment.ts';
import { laneBits, packBlocks } from './certificate-source-lanes.ts';
import { MODULE_NAME } from './certificate-source-names.ts';
import { ROWS_PER_CHUNK } from './certificate-source-plan.ts';
import { leanSource, moduleNameOf, planObligations } from './certificate-source.ts';
import { benchmarkContent } from '../../test/bench/benchmark-content.ts';
import { lex } from './lexer.ts';
import { SENTINEL_SOURCE } from './verdicts.ts';

const small = (): CertificateContent =>
  benchmarkContent({ rows: 40, features: 3, validation: 30, seed: 2, everyKind: true });

/** Texts as an attacker would write them, and any others. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc
    .array(
      fc.constantFrom(
        '-/',
        '/-',
        '-',
        '/',
        '--',
        '"',
        '\n',
        '\u202e',
        '\u2028',
        '«',
        'theorem x : False := sorry',
        '\ud800',
      ),
      {
        maxLength: 30,
      },
    )
    .map((parts) => parts.join('')),
);

describe('comment text', () => {
  it('never opens or closes a comment, whatever it holds', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const escaped = commentText(text);
        expect(escaped).not.toMatch(/-\/|\/-|[\p{C}\u2028\u2029]/u);
        expect(Array.from(escaped).length).toBeLessThanOrEqual(2 * LONGEST_COMMENT_TEXT);
        expect(lex(`/-- ${escaped} -/ theorem`).map((token) => token.text)).toEqual(['theorem']);
      }),
    );
  });

  it('leaves ordinary text as it is', () => {
    expect(commentText('data/oxides Å.xyz')).toBe('data/oxides Å.xyz');
  });
});

describe('generated source', () => {
  it('has the same code, whatever the names in the data', () => {
    const plain = lex(leanSource(small(), 'Model').text).map((token) => token.text);
    fc.assert(
      fc.property(hostile, hostile, (first, second) => {
        const content = small();
        content.project = first;
        content.model.id = second;
        content.model.kind = first;
        content.engine = { name: second, version: first };
        content.criterion.unit = second;
        content.criterion.kind = first;
        content.data = [{ file: second, sha256: '0'.repeat(64), structures: 1 }];
        content.features[0] = { id: content.features[0]!.id, unit: first, scale: 1 };
        expect(lex(leanSource(content, 'Model').text).map((token) => token.text)).toEqual(plain);
      }),
      { numRuns: 50 },
    );
  });

  it('states each theorem in the line it says, and ends with the sentinel', () => {
    const content = small();
    const { text, theorems } = leanSource(content, 'Model');
    const lines = text.split('\n');
    expect(theorems.map(({ theorem }) => theorem)).toEqual(content.obligations.map(({ theorem }) => theorem));
    for (const { theorem, startLine, endLine } of theorems) {
      expect(endLine - startLine).toBe({ safe: 9, universal: 5 }[theorem] ?? 0);
      expect(lines[startLine - 1]).toMatch(new RegExp(`^theorem ${theorem} : `));
      expect(lines[endLine]).toBe('');
    }
    expect(text.endsWith(`\n${SENTINEL_SOURCE}`)).toBe(true);
    expect(auditSource('Model.lean', text, 'certificate')).toEqual([]);
    expect(leanSource(small(), 'Model').text).toBe(text);
  });

  it('grants a chunk the violations it has, up to the claim', () => {
    const content = small();
    const inside = content.search.error.findIndex((error) => error <= content.criterion.scaledThreshold);
    content.search.error[inside] = content.criterion.scaledThreshold + 1;
    content.counterexamples.push({ row: inside, separatedBy: null });
    expect(leanSource(content, 'Model').text).toContain('Observed envelope threshold 0 search_000');
    content.claim.violations = 3;
    expect(leanSource(content, 'Model').text).toContain('Observed envelope threshold 1 search_000');
  });

  it('joins the theorems that are stated, and says which are not', () => {
    const safeOf = (content: CertificateContent): string => {
      const { text } = leanSource(content, 'Model');
      return text.slice(text.indexOf('theorem safe : '), text.indexOf('end Certificates.'));
    };
    const whole = safeOf(small());
    expect(whole).toContain('observed := ObservedAll.upTo (.cons observed_000 (.none envelope threshold))');
    for (const part of ['bootstrap := bootstrap', 'conformal := claimed conformal', 'universal := claimed universal'])
      expect(whole).toContain(part);
    expect(whole).toContain('physics := physics');
    const plain = safeOf(benchmarkContent({ rows: 2500, features: 3, validation: 30, seed: 2 }));
    expect(plain).toContain(
      '(.cons observed_000 (.cons observed_001 (.cons observed_002 (.none envelope threshold))))',
    );
    for (const part of ['Bootstrap.none claim.confidence', 'conformal := unclaimed', 'universal := unclaimed'])
      expect(plain).toContain(part);
    expect(plain).toContain('physics := Physics.none residuals.bits');
  });

  it('packs replicates so that lanes give values, counts and ends back', () => {
    const content = small();
    const { text } = leanSource(content, 'Model');
    const [, width, bounds] = /unpackReplicates (\d+) \[\n([\s\S]*?)\n\]\n/.exec(text)!;
    const lane = (packed: string, i: number): number =>
      Number((BigInt(packed) >> (BigInt(Number(width) + 1) * BigInt(i))) % (1n << BigInt(Number(width) + 1)));
    const read = [...bounds!.matchAll(/⟨1, (\d+), \.(lower|upper), \[(.*)\], (0x[0-9a-f]+)⟩/g)];
    expect(read).toHaveLength(content.replicates.length);
    for (const [i, [, feature, side, runs, ends]] of read.entries()) {
      const bound = content.replicates[i]!;
      expect({ feature: Number(feature), side }).toEqual({ feature: bound.feature, side: bound.side });
      const pairs = [...runs!.matchAll(/⟨(\d+), (0x[0-9a-f]+)⟩/g)].flatMap(([, count, packed]) =>
        Array.from({ length: Number(count) }, (_, run) => [lane(packed!, 2 * run), lane(packed!, 2 * run + 1)]),
      );
      expect(pairs).toEqual(bound.values.map((value, at) => [value, bound.counts[at]]));
      expect(Array.from({ length: 4 }, (_, end) => [lane(ends!, 2 * end), lane(ends!, 2 * end + 1)])).toEqual(
        bound.ends.map(({ rank, value }) => [rank, value]),
      );
    }
  });

  it('refuses evidence that is not ours', () => {
    const refused = (change: (content: CertificateContent) => void): void => {
      const content = small();
      change(content);
      expect(() => leanSource(content, 'Model')).toThrow(RangeError);
    };
    refused(({ replicates }) => replicates[0]!.counts.pop());
    refused(({ replicates }) => replicates[0]!.ends.push(replicates[0]!.ends[0]!));
    refused(({ claim }) => (claim.risk = null));
    refused((content) => (content.risk = null));
  });

  it('refuses module names and tables that are not ours', () => {
    expect(() => leanSource(small(), 'Model\nend')).toThrow(RangeError);
    const content = small();
    content.search.features[0] = content.search.features[0]!.slice(1);
    expect(() => leanSource(content, 'Model')).toThrow(RangeError);
  });
});

describe('lanes', () => {
  it('give every cell back', () => {
    const cell = fc.oneof(fc.nat(3), fc.nat(2 ** 31 - 1), fc.constant(2 ** 40 - 1));
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 700 }), (column) => {
        const bits = laneBits([column], []);
        const width = BigInt(bits + 1);
        const read = packBlocks([column], 0, column.length, bits).flatMap(({ rows, columns }) => {
          expect(rows).toBeLessThan(2 ** (bits + 1) - 1);
          return Array.from({ length: rows }, (_, i) =>
            Number((BigInt(columns[0]!) >> (width * BigInt(i))) % (1n << width)),
          );
        });
        expect(read).toEqual(column);
        expect(column.every((value) => value < 2 ** bits)).toBe(true);
      }),
    );
  });
});

describe('plan', () => {
  it('covers every search row once, in order', () => {
    fc.assert(
      fc.property(fc.nat(30_000), fc.nat(5000), (searchRows, counterexamples) => {
        const plan = planObligations({
          ...small(),
          search: { ...small().search, id: new Array<string>(searchRows) },
          counterexamples: new Array<CertificateContent['counterexamples'][number]>(counterexamples),
        });
        let next = 0;
        for (const { kind, rows } of plan) {
          if (kind !== 'observed') continue;
          expect(rows!.from).toBe(next);
          expect(rows!.to - rows!.from).toBeLessThanOrEqual(ROWS_PER_CHUNK);
          next = rows!.to;
        }
        expect(next).toBe(searchRows);
        expect(new Set(plan.map(({ theorem }) => theorem)).size).toBe(plan.length);
        expect(plan.at(-1)!.kind).toBe('safe');
      }),
    );
  });
});

describe('module names', () => {
  it('are Lean identifiers that tell models apart, also without case', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.oneof(hostile, fc.string({ maxLength: 6 })), { maxLength: 8 }), (ids) => {
        const names = ids.map((id) => moduleNameOf(id, ids));
        for (const name of names) expect(name).toMatch(MODULE_NAME);
        expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(ids.length);
      }),
    );
  });

  it('are readable where nothing stands against it', () => {
    expect(moduleNameOf('tensornet-matpes', ['tensornet-matpes', 'mace'])).toBe('TensornetMatpes');
    expect(moduleNameOf('Type', ['Type'])).toBe('ModelType');
    expect(moduleNameOf('con', ['con'])).toBe('ModelCon');
    expect(moduleNameOf('a-b', ['a-b', 'a_b'])).not.toBe(moduleNameOf('a_b', ['a-b', 'a_b']));
  });
});
