import { mkdtempSync, readFileSync, rmSync, appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { elementsOfFormula } from '../../core/formula.ts';
import { generatorIds } from '../../core/generators/table.ts';
import { randomStream } from '../../core/random.ts';
import { findDataFiles } from '../data-files.ts';
import { buildPoolIndex, type PoolIndex } from '../pool-index.ts';
import { runCampaign } from '../campaign.ts';
import { structureId } from '../structure-id.ts';
import { answeredElements } from './answered-elements.ts';
import { growPool, type GrowingPool } from './growing-pool.ts';
import { openRecordLog, type GeneratedEntry } from './record-log.ts';

const features = ['volume_per_atom', 'electronegativity_mean', 'min_distance_ratio'];
const folder = mkdtempSync(path.join(tmpdir(), 'pcm-growing-'));
let pool: PoolIndex;
beforeAll(async () => {
  const sample = path.resolve('media/sample-project');
  const files = await findDataFiles(sample, ['data/train.xyz'], 'pcm.json');
  if (files.kind !== 'ok') throw new Error(files.problems[0]!.message);
  const index = await buildPoolIndex({ files: files.value, features, spoolFolder: folder });
  if (index.kind !== 'ok') throw new Error(index.problems[0]!.message);
  pool = index.value;
});
afterAll(async () => {
  await pool.close();
  rmSync(folder, { recursive: true, force: true });
});

const everything = (columns: readonly Float64Array[]) =>
  columns.map((column) => ({ lower: Math.min(...column), upper: Math.max(...column) }));
const rowsOf = (index: PoolIndex): Int32Array => Int32Array.from({ length: index.size }, (_, row) => row);
const request = (grown: GrowingPool, count: number, seed: number) => ({
  bases: rowsOf(pool),
  box: everything(grown.features.map((column) => column.subarray(0, pool.size))),
  count,
  random: randomStream(seed, 'growing'),
});

describe.each(generatorIds)('a pool that grows by %s', (id) => {
  it('holds what was made like everything else, and makes it again from its record', async () => {
    const kept: GeneratedEntry[] = [];
    const grown = growPool(pool, features, (entries) => {
      kept.push(...entries);
      return Promise.resolve(true);
    });
    const asked = request(grown, 150, 1);
    const rows = await grown.generate(id, asked);
    expect(rows.length).toBeGreaterThan(50);
    expect([...rows]).toEqual([...rows.keys()].map((k) => pool.size + k));
    expect(grown.size).toBe(pool.size + rows.length);
    expect(kept.map((entry) => entry.id)).toEqual(Array.from(rows, (row) => grown.id(row)));
    expect(new Set(Array.from({ length: grown.size }, (_, row) => grown.id(row))).size).toBe(grown.size);
    for (const row of rows) {
      const structure = (await grown.readStructure(row))!;
      expect(structureId(structure)).toBe(grown.id(row));
      expect(structure.forces).toBeUndefined();
      expect(structure.species.length).toBe(grown.atoms(row));
      const record = grown.recordOf(row)!;
      const base = rowsOf(pool).find((other) => pool.id(other) === record.base)!;
      expect(grown.source(row)).toEqual(pool.source(base));
      expect(grown.firstOccurrence[row]).toBe(row);
      asked.box.forEach(({ lower, upper }, f) => {
        expect(grown.features[f]![row]).toBeGreaterThanOrEqual(lower);
        expect(grown.features[f]![row]).toBeLessThanOrEqual(upper);
      });
    }
    const again = growPool(pool, features, () => Promise.resolve(true));
    expect(await again.generate(id, request(again, 150, 1))).toEqual(rows);
    expect(Array.from(rows, (row) => again.id(row))).toEqual(kept.map((entry) => entry.id));
  });

  it('holds no elements but those that are allowed', async () => {
    const all = answeredElements(
      [null],
      Array.from(rowsOf(pool), (row) => pool.formula(row)),
    );
    const elements = new Set([...all].filter((z) => z !== 8));
    const grown = growPool(pool, features, () => Promise.resolve(true));
    const rows = await grown.generate(id, { ...request(grown, 40, 5), elements });
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) expect(elementsOfFormula(grown.formula(row)).filter((z) => !elements.has(z))).toEqual([]);
  });

  it('does not grow by what cannot be remembered', async () => {
    const grown = growPool(pool, features, () => Promise.resolve(false));
    expect(await grown.generate(id, request(grown, 5, 2))).toHaveLength(0);
    expect(grown.size).toBe(pool.size);
  });
});

describe('the log of records', () => {
  const file = path.join(folder, 'log/generated.jsonl');
  const entries = async (count: number): Promise<GeneratedEntry[]> => {
    const kept: GeneratedEntry[] = [];
    const grown = growPool(pool, features, (some) => Promise.resolve(kept.push(...some) > 0));
    await grown.generate('strain-rattle', request(grown, count, 3));
    return kept;
  };

  it('keeps every record once, and cuts off what a crash has torn', async () => {
    const some = await entries(12);
    const first = openRecordLog(file);
    expect(await first.add(some.slice(0, 8))).toBe(true);
    await first.close();
    const whole = readFileSync(file, 'utf8');
    appendFileSync(file, '{"id":"0123');
    const second = openRecordLog(file);
    expect(await second.add(some)).toBe(true);
    expect(await second.add(some)).toBe(true);
    await second.close();
    const text = readFileSync(file, 'utf8');
    expect(text.startsWith(whole)).toBe(true);
    const lines = text.trimEnd().split('\n').slice(1);
    expect(lines.map((line) => JSON.parse(line) as GeneratedEntry)).toEqual(some);
  });

  it('says what is wrong with a folder that cannot be written', async () => {
    const log = openRecordLog(path.join(file, 'below-a-file.jsonl'));
    expect(await log.add(await entries(2))).toBe(false);
    expect(log.problem?.message).toContain('cannot be kept');
  });
});

describe('a campaign that makes structures', () => {
  const campaign = async () => {
    const grown = growPool(pool, features, () => Promise.resolve(true));
    const asked: number[] = [];
    const outcome = await runCampaign(
      {
        strategies: ['random', ...generatorIds],
        budget: 120,
        seed: 4,
        rounds: 2,
        replicates: 100,
        confidence: 0.95,
        violations: 0,
        minimumInside: 5,
        slabs: 1,
        minimumPerSlab: 1,
        failureRate: 0.3,
        significance: 0.1,
        risk: null,
        scaledThreshold: 500,
        scales: [1, 1, 1],
      },
      {
        get columns() {
          return grown.features;
        },
        search: rowsOf(pool).filter((row) => row % 3 !== 0),
        validation: rowsOf(pool).filter((row) => row % 3 === 0),
        identify: (rows) => Promise.resolve(Array.from(rows, (row) => grown.id(row))),
        generate: grown.generate,
      },
      {
        evaluate: (rows, stage) => {
          if (stage === 'validate') expect(rows.every((row) => row < pool.size)).toBe(true);
          asked.push(...rows);
          // Fails where atoms are close, which distortions bring about.
          return Promise.resolve(
            Array.from(rows, (row) => ({
              kind: 'observed' as const,
              error: grown.features[2]![row]! < 9000 ? 900 : 10,
            })),
          );
        },
        onRound: () => undefined,
        onRefine: () => undefined,
        onRisk: () => undefined,
        pause: () => Promise.resolve(false),
      },
    );
    if (outcome.kind !== 'finished') throw new Error(outcome.kind);
    return { outcome, grown, asked };
  };

  it('tests what it makes in the search alone, reports it per strategy, and repeats itself', async () => {
    const { outcome, grown, asked } = await campaign();
    expect(new Set(asked).size).toBe(asked.length);
    const made = outcome.search.rows.filter((row) => row >= pool.size);
    expect(made.length).toBeGreaterThan(20);
    expect(outcome.search.rows.length).toBeLessThanOrEqual(120);
    for (const { strategy, proposals, againstRandom } of outcome.strategies) {
      if (strategy !== 'random') expect(againstRandom !== null || proposals === 0).toBe(true);
    }
    const generated = outcome.strategies.filter(({ strategy }) => strategy !== 'random');
    expect(generated.reduce((sum, { proposals }) => sum + proposals, 0)).toBe(made.length);
    // Nothing is made from a structure that is known to fail.
    for (const row of made) expect(grown.recordOf(row)).not.toBeNull();
    const again = await campaign();
    expect(again.outcome).toEqual(outcome);
    expect(made.map((row) => again.grown.id(row))).toEqual(made.map((row) => grown.id(row)));
  });
});
