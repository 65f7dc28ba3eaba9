import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Problem } from '../core/problem.ts';
import { LEAN_PATH_VARIABLE } from '../lean/native.ts';
import { parseInvocation, type Invocation } from './arguments.ts';
import { locateInstallation } from './installation.ts';
import { jsonReporter, terminalReporter, type Reporter } from './reporter.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/** Runs one command. The only place that knows standard output, signals and the exit code. */
async function main(words: readonly string[]): Promise<ExitCode> {
  const invocation = parseInvocation(words);
  if (invocation.kind === 'help') {
    process.stdout.write(`${invocation.text}\n`);
    return 0;
  }
  if (invocation.kind === 'misused') {
    process.stderr.write(`${invocation.message}\n`);
    return 2;
  }
  const installation = locateInstallation(path.dirname(process.argv[1]!));
  if (invocation.kind === 'version') {
    process.stdout.write(`${installation.version}\n`);
    return 0;
  }
  // Standard output of the server is its protocol's alone.
  const reporter = invocation.kind === 'lean-server' ? errorReporter() : openReporter(invocation);
  const around: Surroundings = {
    installation,
    reporter,
    signal: stopSignal(),
    now: () => performance.now(),
    environment: environmentFor(invocation),
    processors: availableParallelism(),
  };
  try {
    return await run(invocation, around);
  } catch (error) {
    // An outcome nobody foresaw is a bug; it must not look like a refutation, which is what exit code 1 means.
    if (!around.signal.aborted) reporter.emit(bugReport(error));
    return 2;
  } finally {
    reporter.close();
  }
}

/** What is said on the command line about where Lean is outweighs the environment. */
function environmentFor(invocation: Command): NodeJS.ProcessEnv {
  const leanPath =
    'options' in invocation && 'leanPath' in invocation.options ? invocation.options.leanPath : undefined;
  return leanPath === undefined ? process.env : { ...process.env, [LEAN_PATH_VARIABLE]: path.resolve(leanPath) };
}

function bugReport(error: unknown): Problem {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const fix = 'This is a bug in this program; please report it with this text. Nothing that was stored is lost.';
  return { kind: 'problem', severity: 'error', file: 'pcm', line: null, message: what, fix };
}

type Command = Exclude<Invocation, { kind: 'help' | 'misused' | 'version' }>;

/** Commands are loaded when they are asked for: a language server should not wait for what a sweep needs. */
async function run(invocation: Command, around: Surroundings): Promise<ExitCode> {
  switch (invocation.kind) {
    case 'certify':
      return (await import('./certify.ts')).certify(invocation.directory, invocation.options, around);
    case 'errors':
      return (await import('./errors.ts')).errors(invocation.directory, invocation.options, around);
    case 'sweep':
      return (await import('./sweep.ts')).sweep(invocation, around);
    case 'validate':
      return (await import('./validate.ts')).validate(invocation.certificate, invocation.options, around);
    case 'compare':
      return (await import('./compare.ts')).compare(invocation.directory, invocation.options, around);
    case 'falsify': {
      const { certificate, data, options } = invocation;
      return (await import('./falsify.ts')).falsify(certificate, data, options, around);
    }
    case 'verify':
      return (await import('./verify.ts')).verify(invocation.certificate, invocation.options, around);
    case 'export':
      return (await import('./export.ts')).exportCounterexamples(invocation.certificate, invocation.options, around);
    case 'minimize':
      return (await import('./minimize.ts')).minimize(invocation.certificate, invocation.options, around);
    case 'report':
      return (await import('./report.ts')).report(invocation.certificate, invocation.options, around);
    case 'physics':
      return (await import('./physics.ts')).physics(invocation.target, invocation.options, around);
    case 'status':
      return (await import('./status.ts')).status(invocation.directory, invocation.options, around);
    case 'lint':
      return (await import('./lint.ts')).lint(invocation.directory, invocation.options, around);
    case 'lean-server':
      return (await import('./lean-server.ts')).leanServer(invocation.options, around);
    case 'replay':
      return (await import('./replay.ts')).replay(invocation.certificate, invocation.options, around);
    case 'structure':
      return (await import('./show-structure.ts')).showStructure(invocation.certificate, invocation.options, around);
    case 'check':
      return (await import('./check.ts')).check(invocation.certificate, invocation.options, around);
    case 'plan':
      return (await import('./plan.ts')).plan(invocation.target, invocation.options, around);
    case 'inspect':
      return (await import('./inspect.ts')).inspect(invocation.certificate, around);
  }
}

function openReporter(invocation: Exclude<Command, { kind: 'lean-server' }>): Reporter {
  const now = (): number => performance.now();
  const json = 'options' in invocation ? invocation.options.json : invocation.json;
  if (json) return jsonReporter((line) => process.stdout.write(line), now);
  const interactive = process.stdout.isTTY;
  return terminalReporter({
    write: (text) => process.stdout.write(text),
    writeStatus: interactive
      ? (text) => process.stdout.write(`\r\x1b[2K${text.slice(0, process.stdout.columns - 1)}`)
      : undefined,
    colour: interactive && process.env['NO_COLOR'] === undefined,
    now,
  });
}

/** Writes plain lines to standard error. */
function errorReporter(): Reporter {
  const write = (text: string): void => void process.stderr.write(text);
  return terminalReporter({ write, writeStatus: undefined, colour: false, now: () => performance.now() });
}

/** Aborted by the first Ctrl-C (or a request to end); the second one ends the process at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(2);
      controller.abort();
    });
  }
  return controller.signal;
}

// A reader that went away (`pcm errors … | head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(2);
  throw error;
});

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
