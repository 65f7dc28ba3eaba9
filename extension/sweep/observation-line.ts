import { createHash } from 'node:crypto';
import * as z from 'zod';
import { canonicalJson } from '../core/canonical-json.ts';
import { failureReasons } from '../core/criterion.ts';
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
}

/** The first line of a log, newline included. The log of a shard says which one it is. */
export function logHeader(subject: LogSubject, shard?: Shard): string {
  const { modelSha256, settings, runtime, referenceSha256 } = subject;
  const reference = referenceSha256 === undefined ? {} : { referenceSha256 };
  const part = shard === undefined ? {} : { shard: { ...shard } };
  return `${canonicalJson({ format: 'pcm-observations', version: 1, modelSha256, runtime, settings: { ...settings }, ...reference, ...part })}\n`;
}

/** File name of a log: the subject's hash, and the shard if it is that of one. */
export function logName(subject: LogSubject, shard?: Shard): string {
  const hash = createHash('sha256').update(logHeader(subject)).digest('hex').slice(0, 16);
  return `observations-${hash}${shard === undefined ? '' : `.${shard.index}-of-${shard.count}`}.jsonl`;
}

const number = z.union([z.number(), z.literal('NaN')]).transform((value) => (value === 'NaN' ? Number.NaN : value));
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
    detail: z.string().optional(),
  }),
]);

function encode(value: number | null): number | 'NaN' | null {
  return value === null || Number.isFinite(value) ? value : 'NaN';
}

/** One line of a log, newline included; equal for equal observations, and only for them. */
export function toLine(id: string, observation: Observation): string {
  if (observation.kind === 'refused')
    return `${JSON.stringify({ id, status: 'refused', detail: observation.detail })}\n`;
  const { status, energy, forceMagnitude, energyError, forceError, forceErrorAtom } = observation.measurement;
  return `${JSON.stringify({
    id,
    status,
    energy: encode(energy),
    forceMagnitude: encode(forceMagnitude),
    energyError: encode(energyError),
    forceError: encode(forceError),
    forceErrorAtom,
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
  const { id, detail, ...measurement } = parsed.data;
  return { id, observation: { kind: 'measured', measurement, detail: detail ?? '' } };
}
