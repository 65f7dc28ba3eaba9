import { createHash } from 'node:crypto';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { canonicalJson } from '../../core/canonical-json.ts';
import { generatorRecordSchema, type GeneratorRecord } from '../../core/generators/table.ts';
import type { Problem } from '../../core/problem.ts';
import { readLines } from '../log-lines.ts';

/** A generated structure: its content id, and the record from which it is made again. */
export interface GeneratedEntry {
  readonly id: string;
  readonly record: GeneratorRecord;
}

/** How the structures that searches of one model have made were made, one line each; see `openRecordLog`. */
export interface RecordLog {
  /** Appends what is not there yet and forces it to the disk; false, with `problem` set, if that failed. */
  add(entries: readonly GeneratedEntry[]): Promise<boolean>;
  /** Why the last `add` failed. */
  readonly problem: Problem | null;
  close(): Promise<void>;
}

const HEADER = `${canonicalJson({ format: 'pcm-generated', version: 1 })}\n`;

const entrySchema = z.strictObject({ id: z.string().regex(/^[0-9a-f]{16}$/), record: generatorRecordSchema });

/** Name of the record log of a model, asked with a reference or with the labels of the data. */
export function recordLogName(modelSha256: string, referenceSha256: string | null): string {
  const hash = createHash('sha256').update(canonicalJson({ modelSha256, referenceSha256 })).digest('hex');
  return `generated-${hash.slice(0, 16)}.jsonl`;
}

function entryOf(text: string): GeneratedEntry | null {
  try {
    const parsed = entrySchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/**
 * Opens the log of generated structures beside the observations, making it where it is missing. JSON lines, append only: a
 * kill at any instant leaves whole lines and at most one torn one, which is cut off here. Whoever opens it holds the lock
 * of the observation log of the same model and reference, so that nobody else writes.
 */
export function openRecordLog(file: string): RecordLog {
  const known = new Set<string>();
  let problem: Problem | null = null;
  let handle: FileHandle | null = null;
  let length = 0;
  const failed = (error: unknown): false => {
    problem = {
      kind: 'problem',
      severity: 'error',
      file,
      line: null,
      message: `Records of generated structures cannot be kept (${(error as NodeJS.ErrnoException).code ?? String(error)}).`,
      fix: 'Check the folder and the space on its disk, and run the command again; what is stored is kept.',
    };
    return false;
  };
  const start = async (): Promise<FileHandle> => {
    await mkdir(path.dirname(file), { recursive: true });
    await (await open(file, 'a')).close();
    const opened = await open(file, 'r+');
    let first = true;
    for await (const { text, end } of readLines(opened)) {
      const entry = first ? null : entryOf(text);
      if (first ? `${text}\n` !== HEADER : entry === null) break;
      if (entry !== null) known.add(entry.id);
      first = false;
      length = end;
    }
    await opened.truncate(length);
    return opened;
  };
  return {
    get problem() {
      return problem;
    },
    async add(entries) {
      try {
        handle ??= await start();
        const fresh = entries.filter(({ id }) => !known.has(id));
        if (fresh.length === 0) return true;
        const lines = fresh.map((entry) => `${canonicalJson(entry)}\n`).join('');
        const bytes = Buffer.from(length === 0 ? HEADER + lines : lines);
        for (let written = 0; written < bytes.length;)
          written += (await handle.write(bytes, written, bytes.length - written, length + written)).bytesWritten;
        await handle.datasync();
        length += bytes.length;
        for (const { id } of fresh) known.add(id);
        return true;
      } catch (error) {
        return failed(error);
      }
    },
    async close() {
      await handle?.close();
    },
  };
}
