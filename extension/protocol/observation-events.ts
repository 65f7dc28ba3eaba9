import * as z from 'zod';

/**
 * The observations of a certificate as a table, in pieces: first what its columns mean, then its rows, at most
 * `ROWS_PER_EVENT` at a time, one array per column (`pcm replay CERT --json`).
 */
export const ROWS_PER_EVENT = 1000;

const index = z.number().int().nonnegative();

export const tableEventSchema = z.object({
  kind: z.literal('table'),
  model: z.string(),
  rows: index,
  /** Data files, relative to the project. */
  files: z.array(z.string()),
  /** Strategies that proposed structures; empty where that is not known any more. */
  strategies: z.array(z.string()),
  features: z.array(z.object({ id: z.string(), unit: z.string() })),
  rounds: index,
  criterion: z.string(),
  unit: z.string(),
  threshold: z.number(),
});
export type TableEvent = z.infer<typeof tableEventSchema>;

const column = z.array(index).max(ROWS_PER_EVENT);

export const rowsEventSchema = z
  .object({
    kind: z.literal('rows'),
    model: z.string(),
    /** Position of the first row in the whole table. */
    from: index,
    /** Reduced formulas; empty where the data file is not the certified one any more. */
    formula: z.array(z.string().max(400)).max(ROWS_PER_EVENT),
    /** Content ids of the certificate. */
    id: z.array(z.string().max(64)).max(ROWS_PER_EVENT),
    /** 1: the search has made it, out of the structure at this place; 0: it stands there itself. */
    made: column,
    /** 0 search, 1 validation. */
    split: column,
    /** In the criterion's unit, rounded up as the certificate has it; null: no finite prediction, which has failed. */
    error: z.array(z.number().nullable()).max(ROWS_PER_EVENT),
    failed: column,
    file: column,
    index: column,
    line: column,
    /** How many rounds' envelopes, from the first on, hold the structure. */
    inside: column,
    /** Position in `strategies` plus one, and the round that tested it; 0 where not known. */
    strategy: column,
    round: column,
    /** features[f][row], feature units. */
    features: z.array(z.array(z.number()).max(ROWS_PER_EVENT)),
  })
  .refine(
    (rows) =>
      [rows.id, rows.made, rows.split, rows.error, rows.failed, rows.file, rows.index, rows.line].every(
        sameLength(rows.formula),
      ) && [rows.inside, rows.strategy, rows.round, ...rows.features].every(sameLength(rows.formula)),
    'columns of different lengths',
  );
export type RowsEvent = z.infer<typeof rowsEventSchema>;

function sameLength(first: readonly unknown[]): (other: readonly unknown[]) => boolean {
  return (other) => other.length === first.length;
}
