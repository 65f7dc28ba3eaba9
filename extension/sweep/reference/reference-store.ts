import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { ReferenceOutcome } from '../../core/dft/reference.ts';
import { writeFileAtomically } from '../atomic-file.ts';

const numbers = z.array(z.number());
const recordSchema = z.strictObject({
  format: z.literal('pcm-reference'),
  version: z.literal(1),
  /** Everything that decides the result. */
  subject: z.json(),
  outcome: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('computed'),
      energy: z.number(),
      forces: numbers,
      stress: numbers.length(9).nullable(),
      scfSteps: z.number().int().positive().nullable(),
      seconds: z.number().nonnegative(),
    }),
    z.strictObject({ kind: z.literal('none'), reason: z.string() }),
  ]),
});

/** Results by the content of what was computed: one file each, so that any number of processes may share a folder. */
export interface ReferenceStore {
  /** Null where nothing whole is stored. @param atoms how many forces there must be. */
  find(subject: unknown, atoms: number): Promise<ReferenceOutcome | null>;
  /** A disk that is full costs the memory of the result, not the result. */
  keep(subject: unknown, outcome: ReferenceOutcome): Promise<void>;
}

/** @param folder absolute; made when the first result is kept. */
export function openReferenceStore(folder: string): ReferenceStore {
  const fileOf = (subject: unknown): string =>
    path.join(folder, `${createHash('sha256').update(canonicalJson(subject)).digest('hex')}.json`);
  return {
    async find(subject, atoms) {
      let raw: unknown;
      try {
        raw = JSON.parse(await readFile(fileOf(subject), 'utf8'));
      } catch {
        return null;
      }
      const parsed = recordSchema.safeParse(raw);
      if (!parsed.success || canonicalJson(parsed.data.subject) !== canonicalJson(subject)) return null;
      const { outcome } = parsed.data;
      if (outcome.kind === 'none') return outcome;
      if (outcome.forces.length !== 3 * atoms) return null;
      const { forces, stress } = outcome;
      return {
        ...outcome,
        forces: Float64Array.from(forces),
        stress: stress === null ? null : Float64Array.from(stress),
      };
    },
    async keep(subject, outcome) {
      const plain =
        outcome.kind === 'none'
          ? outcome
          : {
              ...outcome,
              forces: Array.from(outcome.forces),
              stress: outcome.stress === null ? null : Array.from(outcome.stress),
            };
      const record = { format: 'pcm-reference', version: 1, subject, outcome: plain };
      await writeFileAtomically(fileOf(subject), `${canonicalJson(record)}\n`);
    },
  };
}
