import { createHash } from 'node:crypto';
import * as z from 'zod';
import { canonicalJson } from '../core/canonical-json.ts';
import { failureReasons } from '../core/criterion.ts';
import type { LawSetting } from '../core/physics/law-evidence.ts';
import { residualUnits } from '../core/physics/probe.ts';
import type { Observation } from './observation.ts';
import type { OracleSettings } from './oracle-settings.ts';
import type { Shard } from './shards/shard.ts';

/** What a log is about. Results of other models, settings or runtimes are in other files. */
export interface LogSubject {
  readonly modelSha256: string;
  readonly settings: OracleSettings;
  /** Name and version of the runtime, since kernels change. */
  readonly runtime: string;
  /** Of the reference that computed the labels; absent where they are those of the data. */
  readonly referenceSha256?: string;
  /** Physical laws that every structure is put to; absent where it is asked about itself alone. */
  readonly laws?: LawSetting;
}

/** The first line of a log, newline included. The log of a shard says which one it is. */
export function logHeader(subject: LogSubject, shard?: Shard): string {
  const { modelSha256, settings, runtime, referenceSha256, laws } = subject;
  const reference = referenceSha256 === undefined ? {} : { referenceSha256 };
  const probed = laws === undefined ? {} : { laws: { ...laws } };
  const part = shard === undefined ? {} : { shard: { ...shard } };
  return `${canonicalJson({ format: 'pcm-observations', version: 1, modelSha256, runtime, settings: { ...settings }, ...reference, ...probed, ...part })}\n`;
}

/** File name of a log: the subject's hash, and the shard if it is that of one. */
export function logName(subject: LogSubject, shard?: Shard): string {
  const hash = createHash('sha256').update(logHeader(subject)).digest('hex').slice(0, 16);
  return `observations-${hash}${shard === undefined ? '' : `.${shard.index}-of-${shard.count}`}.jsonl`;
}

const number = z.union([z.number(), z.literal('NaN')]).transform((value) => (value === 'NaN' ? Number.NaN : value));
/** What physical laws come to on one structure. */
export const lawSchema = z.object({
  law: z.string(),
  unit: z.enum(residualUnits),
  residual: number,
  tolerance: z.number().nonnegative(),
  skipped: z.array(z.string()),
  asked: z.number().int().nonnegative(),
});
const lineSchema = z.union([
  z.object({ id: z.string().regex(/^[0-9a-f]{16}$/), status: z.literal('refused'), detail: z.string() }),
  z.object({
    id: z.string().regex(/^[0-9a-f]{16}$/),
    status: z.enum(['predicted', ...failureReasons]),
    energy: number,
    forceMagnitude: number,
    energyError: number.nullable(),
    forceError: number.nullable(),
    forceErrorAtom: z.number().int(),
    law: lawSchema.optional(),
    detail: z.string().optional(),
  }),
]);

/** A number as JSON can hold it: what is not finite is "NaN", as the schemas here read it. */
export function encodedNumber<T extends number | null>(value: T): T | 'NaN' {
  return value === null || Number.isFinite(value) ? value : 'NaN';
}

/** One line of a log, newline included; equal for equal observations, and only for them. */
export function toLine(id: string, observation: Observation): string {
  if (observation.kind === 'refused')
    return `${JSON.stringify({ id, status: 'refused', detail: observation.detail })}\n`;
  const { status, energy, forceMagnitude, energyError, forceError, forceErrorAtom, law } = observation.measurement;
  return `${JSON.stringify({
    id,
    status,
    energy: encodedNumber(energy),
    forceMagnitude: encodedNumber(forceMagnitude),
    energyError: encodedNumber(energyError),
    forceError: encodedNumber(forceError),
    forceErrorAtom,
    ...(law === null ? {} : { law: { ...law, residual: encodedNumber(law.residual) } }),
    ...(observation.detail === '' ? {} : { detail: observation.detail }),
  })}\n`;
}

/** The observation on a line of the log, or null if the line is damaged. */
export function fromLine(line: string): { id: string; observation: Observation } | null {
  let raw: unknown;
  try {
    raw = JSON.parse(line);
  } catch {
    return null;
  }
  const parsed = lineSchema.safeParse(raw);
  if (!parsed.success) return null;
  if (parsed.data.status === 'refused') {
    return { id: parsed.data.id, observation: { kind: 'refused', detail: parsed.data.detail } };
  }
  const { id, detail, law = null, ...measurement } = parsed.data;
  return { id, observation: { kind: 'measured', measurement: { ...measurement, law }, detail: detail ?? '' } };
}
