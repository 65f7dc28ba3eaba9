import type { CertificateContent } from '../core/certificate.ts';
import type { Counterexample } from '../core/dft/validation.ts';
import type { Rebuilt } from '../core/generators/structure-generator.ts';
import { rebuildStructure, type GeneratorRecord } from '../core/generators/table.ts';
import { minimise, type Answer, type Minimised, type Reductions } from '../core/minimisation/minimise.ts';
import { pathBetween, pathReductions, type Path, type PathRecord } from '../core/minimisation/path-between.ts';
import { distortionOf, recordReductions } from '../core/minimisation/record-reductions.ts';
import type { Structure } from '../core/structure.ts';
import type { PoolIndex } from '../sweep/pool-index.ts';
import { certifiedStructures } from '../sweep/reference/certified-structures.ts';

/** A structure between a base and a counterexample. */
export interface Step {
  /** By which it can be made again; null: the base itself. */
  readonly record: GeneratorRecord | PathRecord | null;
  readonly rebuilt: Rebuilt;
  /** From the base, in the measure of the generator; Å for a structure of the data. */
  readonly distortion: number;
  /** Whether it is one of the certificate's own, which is asked about as it is. */
  readonly isCertified: boolean;
}

/** What leads from a base to a counterexample. */
export interface Change {
  /** Content id. */
  readonly base: string;
  /** Who made the counterexample; null where it stands in the data. */
  readonly generator: string | null;
  /** How far the counterexample is from the base. */
  readonly distortion: number;
  /** Takes the change back as far as the answers allow; see `minimise`. */
  readonly takeBack: (ask: (step: Step) => Promise<Answer>, calls: number) => Promise<Minimised<Step>>;
}

export type FoundBase =
  | { readonly kind: 'found'; readonly change: Change }
  /** The data do not hold a structure of the certificate. */
  | { readonly kind: 'missing'; readonly id: string }
  | { readonly kind: 'none'; readonly reason: string };

/** Passing structures of one composition that are held against a counterexample. */
const MOST_NEIGHBOURS = 1000;

/**
 * Finds what a counterexample can be taken back to: the base that the search made it of, or, for one that stands in the data,
 * the nearest structure of the data with the same atoms in the same order that was tested and passed.
 * @param pool the certificate's data
 */
export function basesOf(
  content: CertificateContent,
  pool: PoolIndex,
): (counterexample: Counterexample) => Promise<FoundBase> {
  const structures = certifiedStructures(content, pool);
  const records = new Map((content.generated ?? []).map(({ row, record }) => [content.search.id[row]!, record]));
  const formulas = new Map<string, string>();
  for (let row = 0; row < pool.size; row++) formulas.set(pool.id(row), pool.formula(row));
  const passing = new Map<string, string[]>();
  for (const table of [content.search, content.validation]) {
    table.id.forEach((id, row) => {
      if (table.error[row]! > content.criterion.scaledThreshold || records.has(id)) return;
      const formula = formulas.get(id) ?? '';
      const known = passing.get(formula);
      if (known === undefined) passing.set(formula, [id]);
      else known.push(id);
    });
  }
  const nearest = async (
    target: Structure,
    id: string,
  ): Promise<{ id: string; base: Structure; path: Path } | null> => {
    let best: { id: string; base: Structure; path: Path } | null = null;
    for (const other of (passing.get(formulas.get(id) ?? '') ?? []).slice(0, MOST_NEIGHBOURS)) {
      const base = await structures.read(other);
      const path = base === null ? null : pathBetween(base, target);
      if (base !== null && path !== null && path.distance < (best?.path.distance ?? Infinity))
        best = { id: other, base, path };
    }
    return best;
  };
  return async ({ id }) => {
    const record = records.get(id);
    if (record !== undefined) {
      const base = await structures.read(record.base);
      return base === null ? { kind: 'missing', id: record.base } : { kind: 'found', change: undoing(base, record) };
    }
    const target = await structures.read(id);
    if (target === null) return { kind: 'missing', id };
    const neighbour = await nearest(target, id);
    if (neighbour === null)
      return {
        kind: 'none',
        reason:
          'No structure of the data with the same atoms in the same order passes, to which it could be taken back.',
      };
    return {
      kind: 'found',
      change: along(neighbour.path, neighbour.base, target, { base: neighbour.id, target: id, share: 1 }),
    };
  };
}

/** What the search did to a structure of the data. */
const undoing = (base: Structure, record: GeneratorRecord): Change =>
  changeOf(base, record, record.generator, recordReductions, (each) => rebuildStructure(base, each), distortionOf);

/** The way from a structure of the data that passes to one that fails. */
const along = (path: Path, base: Structure, target: Structure, record: PathRecord): Change =>
  changeOf(
    base,
    record,
    null,
    pathReductions,
    ({ share }) => ({ kind: 'ok', structure: share === 1 ? target : path.at(share) }),
    ({ share }) => share * path.distance,
  );

function changeOf<Record extends GeneratorRecord | PathRecord>(
  base: Structure,
  original: Record,
  generator: string | null,
  reductions: Reductions<Record>,
  rebuild: (record: Record) => Rebuilt,
  distortion: (record: Record) => number,
): Change {
  const stepOf = (record: Record | null): Step =>
    record === null
      ? { record, rebuilt: { kind: 'ok', structure: base }, distortion: 0, isCertified: true }
      : { record, rebuilt: rebuild(record), distortion: distortion(record), isCertified: record === original };
  return {
    base: original.base,
    generator,
    distortion: distortion(original),
    async takeBack(ask, calls) {
      const found = await minimise(original, reductions, (record) => ask(stepOf(record)), calls);
      return found.kind === 'minimal' ? { ...found, record: stepOf(found.record) } : found;
    },
  };
}
