import type { z } from 'zod';
import type { RandomStream } from '../random.ts';
import type { Structure } from '../structure.ts';
import { hasRoomForAtoms } from './contact-limit.ts';
import type { baseRecordSchema } from './base-record.ts';

/** A structure from which others are made, under the content id by which records name it. */
export interface BaseStructure {
  readonly id: string;
  readonly structure: Structure;
}

/** What every record holds. The rest is the generator's own; all of it is plain data that survives JSON unchanged. */
export type BaseRecord = z.infer<typeof baseRecordSchema>;

export interface GeneratedStructure<Record extends BaseRecord> {
  /** Without labels of a reference and without a name; its source is that of the base. */
  readonly structure: Structure;
  readonly record: Record;
}

export type Rebuilt =
  | { readonly kind: 'ok'; readonly structure: Structure }
  /** The record was not made from this structure. */
  | { readonly kind: 'misfit'; readonly reason: string };

/** A way to make new structures out of given ones. */
export interface StructureGenerator<Record extends BaseRecord> {
  readonly id: Record['generator'];
  /** One sentence for people who choose. */
  readonly description: string;
  /** Of the records, which go one per line into a log. */
  readonly recordSchema: z.ZodType<Record>;
  /**
   * At most `count` structures, no two with the same record, none with atoms closer than `CLOSEST_CONTACT`; fewer where
   * too many draws had to be thrown away. The same arguments give the same structures in the same order.
   *
   * @param elements atomic numbers that a proposed structure may hold; all of them unless given
   */
  propose(
    bases: readonly BaseStructure[],
    count: number,
    random: RandomStream,
    elements?: ReadonlySet<number>,
  ): GeneratedStructure<Record>[];
  /**
   * The structure that `record` describes, equal to the proposed one to the last bit on every machine.
   *
   * @param base the structure that the record's `base` names
   */
  rebuild(base: Structure, record: Record): Rebuilt;
}

/** Draws per structure before it is given up. */
const MOST_DRAWS = 20;

/** What a generator has to say for itself; drawing again and keeping distances is the same for all of them. */
interface GeneratorParts<Record extends BaseRecord> extends Omit<StructureGenerator<Record>, 'propose'> {
  /**
   * A record for one structure, or null where this base does not lend itself to the generator.
   *
   * @param level grows from nearly 0 to 1 over the structures of one proposal: how strong the change may be
   * @param elements that it may bring in; all of them unless given. Those of the base are among them.
   */
  readonly draw: (
    base: BaseStructure,
    level: number,
    random: RandomStream,
    elements: ReadonlySet<number> | undefined,
  ) => Omit<Record, 'rejected'> | null;
}

/** A generator that draws bases uniformly, and draws again what has been proposed already or has atoms too close. */
export function structureGenerator<Record extends BaseRecord>(
  parts: GeneratorParts<Record>,
): StructureGenerator<Record> {
  const { draw, ...generator } = parts;
  return {
    ...generator,
    propose(given, count, random, elements) {
      const bases =
        elements === undefined
          ? given
          : given.filter(({ structure }) => structure.species.every((z) => elements.has(z)));
      const proposed: GeneratedStructure<Record>[] = [];
      const seen = new Set<string>();
      for (let at = 0; at < count && bases.length > 0; at++) {
        let rejected = 0;
        for (let attempt = 0; attempt < MOST_DRAWS; attempt++) {
          const base = bases[random.integer(bases.length)]!;
          const drawn = draw(base, (at + 1) / count, random, elements);
          if (drawn === null) continue;
          const key = JSON.stringify(drawn);
          if (seen.has(key)) continue;
          const record = { ...drawn, rejected } as Record;
          const rebuilt = parts.rebuild(base.structure, record);
          if (rebuilt.kind !== 'ok') throw new Error(`${parts.id} drew a record that does not fit: ${rebuilt.reason}`);
          if (!hasRoomForAtoms(rebuilt.structure)) {
            rejected++;
            continue;
          }
          seen.add(key);
          proposed.push({ structure: rebuilt.structure, record });
          break;
        }
      }
      return proposed;
    },
  };
}
