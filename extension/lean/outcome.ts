import type { ChildResult } from './child-run.ts';
import { CRASH_MARK } from './embedded/host-request.ts';
import { parseMessages } from './messages.ts';
import type { CheckOutcome } from './session.ts';

/** What Lean writes to standard error when it goes on in a state that nobody should trust. */
const PANIC = /(INTERNAL PANIC|^PANIC|Stack overflow detected)/m;
const OUT_OF_MEMORY = /out of memory/;

/** Lines that the embedded build prints for its own debugging. */
const CHATTER = /^(\[DEBUG:| {2}- \/| {2}mainModule\? = )/;

/**
 * What the end of a Lean process says about its check. Doubt of any kind (an exit code that its messages do not explain,
 * output that is no message, a panic) is a crash, never a finished check.
 */
export function judgeRun(result: ChildResult, timeLimitMs: number): CheckOutcome {
  const { messages, stray } = parseMessages(result.output);
  const { milliseconds, end } = result;
  const errors = cleanErrors(result.errors);
  const because = errors === '' ? '' : `: ${errors}`;
  const failed = (kind: Exclude<CheckOutcome['kind'], 'finished'>, reason: string): CheckOutcome => ({
    kind,
    reason,
    messages,
    milliseconds,
  });
  const outOfMemory = OUT_OF_MEMORY.test(errors);
  const crashed = (reason: string): CheckOutcome => failed(outOfMemory ? 'out-of-memory' : 'crashed', reason);
  switch (end.kind) {
    case 'timed-out':
      return failed('timed-out', `Lean did not finish within ${timeLimitMs / 1000} s`);
    case 'cancelled':
      return failed('cancelled', 'The check was cancelled');
    case 'too-much-output':
      return failed('crashed', 'Lean printed more than can be kept');
    case 'not-started':
      return failed('unavailable', `Lean could not be started: ${end.reason}`);
    case 'killed':
      return crashed(`Lean was ended by ${end.by}${because}`);
    case 'exited':
      break;
  }
  if (outOfMemory || PANIC.test(errors)) return crashed(`Lean panicked${because}`);
  if (end.code !== 0 && end.code !== 1) return crashed(`Lean ended with exit code ${end.code}${because}`);
  if (stray !== null) return failed('crashed', `Lean printed something that is not a message: ${stray}`);
  const hasErrors = messages.some(({ severity }) => severity === 'error');
  if (hasErrors !== (end.code === 1))
    return failed('crashed', `Lean ended with exit code ${end.code}, which its messages do not explain${because}`);
  return { kind: 'finished', messages, exitCode: end.code, milliseconds };
}

/** Standard error without the embedded build's chatter, at most 2,000 characters of it. */
function cleanErrors(text: string): string {
  const lines = text.split('\n').filter((line) => !CHATTER.test(line));
  const crash = lines.find((line) => line.startsWith(CRASH_MARK));
  const kept =
    crash === undefined
      ? lines.join('\n').trim()
      : lines.slice(lines.indexOf(crash)).join('\n').slice(CRASH_MARK.length).trim();
  return kept.slice(-2000);
}
