import * as z from 'zod';
import { MOST_ROWS, ROWS_PER_MESSAGE } from './dashboard-rows.ts';
import { tableEventSchema } from './observation-events.ts';
import { reportSchema } from './report.ts';
import { structureEventSchema } from './structure-event.ts';

/**
 * What reaches the dashboard besides its state: the observations of every certificate, in pieces of typed arrays, and
 * answers to what the page asks for.
 */

export const tableHeadSchema = tableEventSchema.omit({ kind: true }).extend({
  rows: z.number().int().nonnegative().max(MOST_ROWS),
  rowsOmitted: z.number().int().nonnegative(),
});
export type TableHead = z.infer<typeof tableHeadSchema>;

export const rowColumnsSchema = z
  .object({
    from: z.number().int().nonnegative(),
    formula: z.array(z.string().max(400)).max(ROWS_PER_MESSAGE),
    /** In the criterion's unit; NaN: no finite prediction. */
    error: z.instanceof(Float64Array),
    /** `FAILED` and `VALIDATION`. */
    flags: z.instanceof(Uint8Array),
    inside: z.instanceof(Uint8Array),
    strategy: z.instanceof(Uint8Array),
    round: z.instanceof(Uint8Array),
    file: z.instanceof(Uint16Array),
    index: z.instanceof(Uint32Array),
    line: z.instanceof(Uint32Array),
    features: z.array(z.instanceof(Float64Array)).max(32),
  })
  .refine(({ formula, error, flags, inside, strategy, round, file, index, line, features }) =>
    [error, flags, inside, strategy, round, file, index, line, ...features].every(
      (column) => column.length === formula.length,
    ),
  );
export type RowColumns = z.infer<typeof rowColumnsSchema>;

/** The parts of a report that the page does not compute from observations itself. */
export const dashboardReportSchema = reportSchema.pick({
  confidence: true,
  alternatives: true,
  risk: true,
  comparison: true,
  notes: true,
});
export type DashboardReport = z.infer<typeof dashboardReportSchema>;

/** What the page can ask for; each is answered once, or given up after a while. */
export const requestSchema = z.discriminatedUnion('kind', [
  /** One structure with both sets of forces. */
  z.strictObject({ kind: z.literal('structure'), model: z.string().max(2000), row: z.number().int().nonnegative() }),
  /** The structures of these rows as a file of the user's choice. */
  z.strictObject({
    kind: z.literal('export'),
    model: z.string().max(2000),
    format: z.enum(['extxyz', 'csv']),
    rows: z.array(z.number().int().nonnegative()).max(MOST_ROWS),
  }),
  /** Opens the data file at the structure. */
  z.strictObject({ kind: z.literal('reveal'), model: z.string().max(2000), row: z.number().int().nonnegative() }),
]);
export type DashboardRequest = z.infer<typeof requestSchema>;

export const answerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('structure'), structure: structureEventSchema }),
  z.object({ kind: z.literal('done'), message: z.string().max(2000) }),
  z.object({ kind: z.literal('failed'), reason: z.string().max(4000) }),
]);
export type DashboardAnswer = z.infer<typeof answerSchema>;
