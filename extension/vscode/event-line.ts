import { eventSchema, type PcmEvent } from '../protocol/events.ts';

/** One line of `pcm … --json`: an event, or why it is none. */
export type EventLine =
  { readonly kind: 'event'; readonly event: PcmEvent } | { readonly kind: 'not-an-event'; readonly reason: string };

/** Reads one line of the child's standard output. */
export function parseEventLine(line: string): EventLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: 'not-an-event', reason: `not JSON: ${line.slice(0, 200)}` };
  }
  const parsed = eventSchema.safeParse(value);
  if (parsed.success) return { kind: 'event', event: parsed.data };
  const issue = parsed.error.issues[0];
  return {
    kind: 'not-an-event',
    reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown shape'} in ${line.slice(0, 200)}`,
  };
}
