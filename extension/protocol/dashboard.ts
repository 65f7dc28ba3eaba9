import * as z from 'zod';
import {
  answerSchema,
  dashboardReportSchema,
  requestSchema,
  rowColumnsSchema,
  tableHeadSchema,
} from './dashboard-data.ts';
import { dashboardStateSchema } from './dashboard-state.ts';

/**
 * The messages between the extension host and the dashboard's page. The page says `ready` once it can draw; the host
 * answers with the whole state, and sends it again whenever it changes. Both ends parse what they receive.
 */

/** Characters of what a page may have the host keep. */
export const LONGEST_KEPT = 50_000;

const shortText = z.string().max(2000);

export const toDashboardSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('state'), state: dashboardStateSchema }),
  /** The observations of a model's certificate follow; those of an earlier one are forgotten. */
  z.object({ kind: z.literal('table'), head: tableHeadSchema }),
  z.object({ kind: z.literal('rows'), model: shortText, columns: rowColumnsSchema }),
  /** What a certificate found, with risk and comparison: what `pcm report` says of it. */
  z.object({ kind: z.literal('report'), model: shortText, report: dashboardReportSchema }),
  /** A new run has begun: what an earlier certificate said of the model does not hold any more. */
  z.object({ kind: z.literal('forget'), model: shortText }),
  z.object({ kind: z.literal('answer'), id: z.number().int(), answer: answerSchema }),
]);
export type ToDashboard = z.infer<typeof toDashboardSchema>;

export const fromDashboardSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({ kind: z.literal('certify') }),
  z.strictObject({ kind: z.literal('cancel') }),
  z.strictObject({ kind: z.literal('pause') }),
  z.strictObject({ kind: z.literal('resume') }),
  /** The page names a model, never a path: the host knows which file belongs to it. */
  z.strictObject({ kind: z.literal('open-certificate'), model: shortText }),
  z.strictObject({ kind: z.literal('show-problems') }),
  /** What the reader chose, as text that only the page understands; it is handed back when the page is made anew. */
  z.strictObject({ kind: z.literal('keep'), kept: z.string().max(LONGEST_KEPT) }),
  z.strictObject({ kind: z.literal('request'), id: z.number().int().nonnegative(), request: requestSchema }),
  /** Something went wrong in the page: a script error, or a resource that its content security policy refused. */
  z.strictObject({ kind: z.literal('fault'), message: shortText }),
]);
export type FromDashboard = z.infer<typeof fromDashboardSchema>;
