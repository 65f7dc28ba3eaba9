import * as z from 'zod';
import { elementFamilies, type ElementFamily } from '../extension/core/element-families.ts';
import { symbolOf } from '../extension/core/element-symbols.ts';
import { FAILED } from '../extension/protocol/dashboard-rows.ts';
import { MASK_WORDS, type Observations } from './observations.ts';
import { t } from './words.ts';

export const familyNames: Readonly<Record<ElementFamily, string>> = {
  f_block: t('f block'),
  d_block: t('d block'),
  alkali: t('alkali metals'),
  halogen: t('halogens'),
  chalcogen: t('chalcogens'),
};
const familyIds = Object.keys(familyNames) as [ElementFamily, ...ElementFamily[]];

/** What the reader wants to see; all parts hold together, and every tab follows. */
export const filterSchema = z.object({
  /** Structures with every one of these elements. */
  elements: z.array(z.number().int().min(1).max(118)).max(118).default([]),
  /** Structures with any element of the family. */
  family: z.enum(familyIds).nullable().default(null),
  strategy: z.string().nullable().default(null),
  /** The round that tested the structure. */
  round: z.number().int().nullable().default(null),
  outcome: z.enum(['all', 'failed', 'passed']).default('all'),
});
export type Filter = z.infer<typeof filterSchema>;

export const emptyFilter: Filter = { elements: [], family: null, strategy: null, round: null, outcome: 'all' };

export function isEmpty(filter: Filter): boolean {
  return JSON.stringify({ ...emptyFilter, ...filter }) === JSON.stringify(emptyFilter);
}

/** Rows that pass the filter, ascending. One pass over typed arrays: a few milliseconds for 25,000 rows. */
export function rowsMatching(table: Observations, filter: Filter): Uint32Array {
  const found = new Uint32Array(table.length);
  const wanted = maskOf(filter.elements);
  const family = filter.family === null ? null : maskOf(membersOf(filter.family));
  const strategy = filter.strategy === null ? null : table.head.strategies.indexOf(filter.strategy) + 1;
  let count = 0;
  for (let row = 0; row < table.length; row++) {
    const failed = (table.flags[row]! & FAILED) !== 0;
    if (filter.outcome !== 'all' && failed !== (filter.outcome === 'failed')) continue;
    if (strategy !== null && table.strategy[row] !== strategy) continue;
    if (filter.round !== null && table.round[row] !== filter.round) continue;
    const at = MASK_WORDS * row;
    let holds = true;
    let any = family === null;
    for (let word = 0; word < MASK_WORDS; word++) {
      const own = table.elements[at + word]!;
      if ((own & wanted[word]!) >>> 0 !== wanted[word]!) holds = false;
      if (family !== null && (own & family[word]!) !== 0) any = true;
    }
    if (holds && any) found[count++] = row;
  }
  return found.subarray(0, count);
}

export function membersOf(family: ElementFamily): number[] {
  return Array.from({ length: 118 }, (_, at) => at + 1).filter((atomicNumber) => elementFamilies[family](atomicNumber));
}

/** The filter in words, part by part: what a chip says, and the filter without it. */
export function filterParts(filter: Filter): { readonly words: string; readonly without: Filter }[] {
  return [
    ...filter.elements.map((atomicNumber) => ({
      words: t('contains {0}', symbolOf(atomicNumber)),
      without: { ...filter, elements: filter.elements.filter((other) => other !== atomicNumber) },
    })),
    ...(filter.family === null
      ? []
      : [{ words: t('contains {0}', familyNames[filter.family]), without: { ...filter, family: null } }]),
    ...(filter.strategy === null
      ? []
      : [{ words: t('found by {0}', filter.strategy), without: { ...filter, strategy: null } }]),
    ...(filter.round === null
      ? []
      : [{ words: t('tested in round {0}', filter.round), without: { ...filter, round: null } }]),
    ...(filter.outcome === 'all'
      ? []
      : [
          {
            words: filter.outcome === 'failed' ? t('failed only') : t('passed only'),
            without: { ...filter, outcome: 'all' as const },
          },
        ]),
  ];
}

function maskOf(elements: readonly number[]): Uint32Array {
  const mask = new Uint32Array(MASK_WORDS);
  for (const atomicNumber of elements) {
    const word = (atomicNumber - 1) >> 5;
    mask[word] = (mask[word]! | (1 << ((atomicNumber - 1) & 31))) >>> 0;
  }
  return mask;
}
