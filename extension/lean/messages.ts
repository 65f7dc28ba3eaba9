import * as z from 'zod';

/** One diagnostic of Lean. Lines are one-based, columns zero-based and counted in code points, as Lean prints them. */
export interface LeanMessage {
  readonly severity: 'error' | 'warning' | 'information';
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly text: string;
  /** Lean's tag for the message (`hasSorry`, `trace`), or empty. */
  readonly tag: string;
}

/** Longest text that is kept of a message, in characters. */
const LONGEST_TEXT = 20_000;
/** Messages beyond this many say nothing new. */
const MOST_MESSAGES = 10_000;

const position = z.object({ line: z.number().int().nonnegative(), column: z.number().int().nonnegative() });

/** A line of `lean --json`; keys that other versions of Lean add are ignored. */
const lineSchema = z.object({
  severity: z.enum(['error', 'warning', 'information', 'info']),
  pos: position,
  endPos: position.nullish(),
  caption: z.string().default(''),
  data: z.string(),
  kind: z.string().default(''),
});

export interface ParsedOutput {
  readonly messages: LeanMessage[];
  /** First line that is not a message, or null. Lean in JSON mode prints messages only, so one is a bad sign. */
  readonly stray: string | null;
}

/**
 * Reads the output of `lean --json`, one object per line.
 *
 * @param output complete text; a last line without a line feed counts as stray unless it is a whole message
 */
export function parseMessages(output: string): ParsedOutput {
  const messages: LeanMessage[] = [];
  let stray: string | null = null;
  for (const line of output.split('\n')) {
    if (line.trim() === '') continue;
    const message = messages.length < MOST_MESSAGES ? parseLine(line) : null;
    if (message === null) stray ??= line.slice(0, 500);
    else messages.push(message);
  }
  return { messages, stray };
}

function parseLine(line: string): LeanMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) return null;
  const { severity, pos, endPos, caption, data, kind } = parsed.data;
  const text = caption === '' ? data : `${caption}:\n${data}`;
  return {
    severity: severity === 'info' ? 'information' : severity,
    line: pos.line,
    column: pos.column,
    endLine: endPos?.line ?? pos.line,
    endColumn: endPos?.column ?? pos.column,
    text: text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text,
    tag: kind === '[anonymous]' ? '' : kind,
  };
}
