import type { Box } from '../../core/certificate.ts';
import { computeFeatures, featureById, scaledFeature } from '../../core/features.ts';
import { elementsOfFormula, formulaOf } from '../../core/formula.ts';
import type { BaseStructure, StructureGenerator, BaseRecord } from '../../core/generators/structure-generator.ts';
import { generators, rebuildStructure, type GeneratorRecord } from '../../core/generators/table.ts';
import { sampleWithoutReplacement } from '../../core/random.ts';
import type { Structure } from '../../core/structure.ts';
import type { PoolIndex } from '../pool-index.ts';
import type { Generate } from '../search-generation.ts';
import { structureId } from '../structure-id.ts';
import type { GeneratedEntry } from './record-log.ts';

/** A pool to which structures can be added that were made out of its own. They are rows like the others, behind them. */
export interface GrowingPool extends PoolIndex {
  readonly generate: Generate;
  /** How a row was made; null for the structures of the data. */
  recordOf(row: number): GeneratorRecord | null;
}

/** Bases that are read for one proposal of a generator. */
const MOST_BASES = 64;
/** Larger structures are no bases: what is made of them would cost the model and a reference too much. */
const MOST_ATOMS = 256;
/** Times that a generator is asked for what is still missing, because what it made lay outside the envelope. */
const ATTEMPTS = 4;

interface Addition {
  readonly id: string;
  readonly base: number;
  readonly record: GeneratorRecord;
  readonly atoms: number;
  readonly formula: string;
}

/**
 * Lets a pool grow. Of a generated structure only its record is held; it is made anew from its base whenever it is read.
 *
 * @param features ids, in the order of the pool's columns
 * @param remember keeps records where a kill cannot reach them, before anything is done with the structures; what it
 * cannot keep (false) is not added
 */
export function growPool(
  pool: PoolIndex,
  features: readonly string[],
  remember: (entries: readonly GeneratedEntry[]) => Promise<boolean>,
): GrowingPool {
  const added: Addition[] = [];
  const known = new Set<string>();
  let columns: readonly Float64Array[] = pool.features;
  let first = pool.firstOccurrence;
  let capacity = pool.size;
  const at = (row: number): Addition | null => added[row - pool.size] ?? null;

  function append(addition: Addition, values: readonly number[]): number {
    const row = pool.size + added.length;
    if (row >= capacity) {
      capacity = Math.max(64, 2 * row);
      columns = columns.map((column) => grown(column, new Float64Array(capacity)));
      first = grown(first, new Int32Array(capacity));
    }
    columns.forEach((column, f) => (column[row] = values[f]!));
    first[row] = row;
    added.push(addition);
    known.add(addition.id);
    return row;
  }

  async function readBases(rows: Int32Array): Promise<{ structure: BaseStructure; row: number }[]> {
    const bases: { structure: BaseStructure; row: number }[] = [];
    for (const row of rows) {
      const structure = await pool.readStructure(row);
      if (structure !== null) bases.push({ structure: { id: pool.id(row), structure }, row });
    }
    return bases;
  }

  const generate: Generate = async (id, { bases, box, count, random, elements }) => {
    if (count === 0) return new Int32Array(0);
    if (known.size === 0) for (let row = 0; row < pool.size; row++) known.add(pool.id(row));
    const fit = bases.filter(
      (row) =>
        row < pool.size &&
        pool.atoms(row) <= MOST_ATOMS &&
        (elements === undefined || elementsOfFormula(pool.formula(row)).every((z) => elements.has(z))),
    );
    const chosen = await readBases(sampleWithoutReplacement(fit, MOST_BASES, random));
    const rowOf = new Map(chosen.map(({ structure, row }) => [structure.id, row]));
    const generator: StructureGenerator<GeneratorRecord & BaseRecord> = generators[id];
    const taken: { addition: Addition; values: number[] }[] = [];
    const taking = new Set<string>();
    for (let attempt = 0; attempt < ATTEMPTS && taken.length < count; attempt++) {
      const proposed = generator.propose(
        chosen.map(({ structure }) => structure),
        count - taken.length,
        random,
        elements,
      );
      for (const { structure, record } of proposed) {
        const content = structureId(structure);
        if (known.has(content) || taking.has(content)) continue;
        const values = scaledFeatures(structure, features);
        if (values === null || !isInside(values, box)) continue;
        taking.add(content);
        const base = rowOf.get(record.base)!;
        const { species } = structure;
        const addition = { id: content, base, record, atoms: species.length, formula: formulaOf(species) };
        taken.push({ addition, values });
      }
    }
    if (!(await remember(taken.map(({ addition: { id: content, record } }) => ({ id: content, record })))))
      return new Int32Array(0);
    return Int32Array.from(taken, ({ addition, values }) => append(addition, values));
  };

  return {
    ...pool,
    get size() {
      return pool.size + added.length;
    },
    get features() {
      return columns;
    },
    get firstOccurrence() {
      return first;
    },
    generate,
    recordOf: (row) => at(row)?.record ?? null,
    id: (row) => at(row)?.id ?? pool.id(row),
    atoms: (row) => at(row)?.atoms ?? pool.atoms(row),
    formula: (row) => at(row)?.formula ?? pool.formula(row),
    source: (row) => pool.source(at(row)?.base ?? row),
    fileOf: (row) => pool.fileOf(at(row)?.base ?? row),
    async readStructure(row, labelKey) {
      const made = at(row);
      if (made === null) return pool.readStructure(row, labelKey);
      const base = await pool.readStructure(made.base);
      if (base === null) return null;
      const rebuilt = rebuildStructure(base, made.record);
      if (rebuilt.kind !== 'ok') throw new Error(`A record does not fit the base it was made from: ${rebuilt.reason}`);
      return rebuilt.structure;
    },
  };
}

function grown<T extends Float64Array | Int32Array>(values: T, larger: T): T {
  larger.set(values);
  return larger;
}

/** Null where a feature is not defined. */
function scaledFeatures(structure: Structure, ids: readonly string[]): number[] | null {
  const computed = computeFeatures(structure, ids);
  if (computed.kind !== 'ok') return null;
  return Array.from(computed.values, (value, f) => scaledFeature(value, featureById(ids[f]!)!.scale));
}

const isInside = (values: readonly number[], box: Box): boolean =>
  values.every((value, f) => value >= box[f]!.lower && value <= box[f]!.upper);
