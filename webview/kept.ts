import * as z from 'zod';
import { emptyFilter, filterSchema } from './filter.ts';

export const tabIds = ['overview', 'refinement', 'discovery', 'elements', 'models', 'risk', 'counterexamples'] as const;
export type TabId = (typeof tabIds)[number];

export const sortKeys = ['error', 'formula', 'file', 'round', 'strategy', 'inside'] as const;
export type SortKey = (typeof sortKeys)[number];

const keptSchema = z.object({
  tab: z.enum(tabIds),
  model: z.string().nullable(),
  /** Groups of obligations that were opened or closed, by model and kind. */
  groups: z.record(z.string(), z.boolean()),
  filter: filterSchema,
  /** Charts that are shown as tables. */
  tables: z.array(z.string()).max(200),
  /** Feature along which the map of errors is drawn. */
  mapFeature: z.number().int().nonnegative(),
  sort: z.object({ key: z.enum(sortKeys), descending: z.boolean() }),
  /** Which observations the list of counterexamples holds. */
  list: z.enum(['failed', 'all']),
  /** Row of the table that is looked at. */
  row: z.number().int().nonnegative().nullable(),
  /** How often something was chosen so far: tells which of two memories is the later one. */
  changes: z.number().int().nonnegative(),
});

/** What the reader chose, and all that survives the page being hidden: everything else comes from the host again. */
export type Kept = z.infer<typeof keptSchema>;

const fresh: Kept = {
  tab: 'overview',
  model: null,
  groups: {},
  filter: emptyFilter,
  tables: [],
  mapFeature: 0,
  sort: { key: 'error', descending: true },
  list: 'failed',
  row: null,
  changes: 0,
};

/**
 * What was kept for us, if it is that; parts that are not understood any more are as at the beginning.
 *
 * @param raw of the editor, which forgets what was chosen shortly before its window was loaded anew
 * @param text of the host, in the page as it was made, which may be older than that
 */
export function readKept(raw: unknown, text?: string): Kept {
  const ofEditor = understood(raw);
  const ofHost = text === undefined ? fresh : understood(parsed(text));
  return ofHost.changes > ofEditor.changes ? ofHost : ofEditor;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function understood(raw: unknown): Kept {
  const parts = typeof raw === 'object' && raw !== null ? raw : {};
  const read = keptSchema.safeParse({ ...fresh, ...parts });
  return read.success ? read.data : fresh;
}
