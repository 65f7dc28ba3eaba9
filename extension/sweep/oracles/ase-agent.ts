import type { Prediction } from '../../core/criterion.ts';
import type { Crystal } from '../graph-batch.ts';
import { AgentLost, type Agent, type AgentAnswer } from './agent-pool.ts';
import { explainRejection, fromAseSchema, predictLine, type AseReady, type FromAse } from './ase-messages.ts';
import { endedWith, explainSpawnError, lastWords, startProgram } from './child-process.ts';
import { killTree } from '../kill-tree.ts';
import type { OracleError } from './oracle-source.ts';

/** What is started for an `ase` model. */
export interface AseLaunch {
  /** Name or path of the interpreter. */
  readonly python: string;
  /** Path of `ase_oracle.py`. */
  readonly script: string;
  /** Absolute path of the project folder: the working directory, and the first place where modules are looked for. */
  readonly folder: string;
  /** `module:name`; called with `arguments` as keywords. */
  readonly factory: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Further environment variables. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface AseAgent extends Agent {
  /** Who answers; rejects like `ready`. */
  readonly introduced: Promise<AseReady>;
}

interface Asked {
  readonly id: number;
  readonly atoms: number;
  resolve(answer: AgentAnswer): void;
  reject(loss: AgentLost): void;
}

/** Importing PyTorch from a cold disk takes a minute, fetching weights longer. */
const LOAD_LIMIT_MS = 600_000;
/** What may come on stdout before the first word of the protocol: greetings of wrapper scripts. */
const MOST_PREAMBLE = 65_536;
/** Longest line, characters: forces of about a million atoms. */
const LONGEST_LINE = 2 ** 26;

const parse = (line: string): FromAse | null => {
  try {
    return fromAseSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
};

function predictionOf(answer: Extract<FromAse, { kind: 'predicted' | 'failed' }>): Prediction {
  if (answer.kind === 'failed') return { kind: 'failed', reason: answer.reason, detail: answer.detail };
  const { energy, iterations } = answer;
  const forces = Float64Array.from(answer.forces);
  return { kind: 'predicted', energy, forces, ...(iterations === undefined ? {} : { iterations }) };
}

/**
 * A Python child that holds one calculator and answers structures in order. It is killed, with everything it started,
 * when one structure takes longer than allowed or when it says what is no answer.
 * @param scratch a folder of its own, for calculators that write files.
 * @param limitMs milliseconds for one structure.
 */
export function startAseAgent(launch: AseLaunch, scratch: string, limitMs: number): AseAgent {
  const child = startProgram(launch.python, [launch.script], launch.folder, 'pipe', launch.environment);
  const asked: Asked[] = [];
  let nextId = 0;
  let stderr = '';
  let pending = '';
  let preamble = 0;
  let timer: NodeJS.Timeout | null = null;
  let isReady = false;
  let over: AgentLost | null = null;
  /** Why we killed it, if we did. */
  let killed: { reason: 'crashed' | 'timed-out'; how: string } | null = null;
  let introduce!: (ready: AseReady) => void;
  let refuse!: (error: AgentLost | OracleError) => void;
  const introduced = new Promise<AseReady>((resolve, reject) => {
    introduce = resolve;
    refuse = reject;
  });
  const ready = introduced.then(() => undefined);
  // Whoever waits for it hears of it; nobody has to.
  ready.catch(() => undefined);

  function kill(reason: 'crashed' | 'timed-out', how: string): void {
    killed ??= { reason, how };
    killTree(child);
  }

  function watch(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (over !== null || (isReady && asked.length === 0)) return;
    const ms = isReady ? limitMs : LOAD_LIMIT_MS;
    timer = setTimeout(() => kill('timed-out', `did not answer within ${ms / 1000} s and was killed`), ms);
  }

  function finish(code: number | null, signal: NodeJS.Signals | null): void {
    if (over !== null) return;
    // What it started may outlive it.
    killTree(child);
    const said = lastWords(stderr);
    const how = killed?.how ?? endedWith(code, signal);
    over = new AgentLost(
      killed?.reason ?? 'crashed',
      `the calculator's process ${how}${said === '' ? '' : `: ${said}`}`,
    );
    watch();
    refuse(over);
    asked.splice(0).forEach((one, at) => one.reject(new AgentLost(over!.reason, over!.detail, at > 0)));
  }

  function hear(line: string): void {
    const message = parse(line);
    if (message === null) {
      preamble += line.length;
      if (!isReady && preamble <= MOST_PREAMBLE) return;
      kill(
        'crashed',
        `wrote something that is no answer to stdout (${JSON.stringify(line.slice(0, 60))}), and was killed`,
      );
    } else if (message.kind === 'rejected') {
      refuse(explainRejection(message, launch));
    } else if (message.kind === 'ready') {
      isReady = true;
      watch();
      introduce(message);
    } else {
      const first = asked[0];
      const fits = first?.id === message.id && (message.kind === 'failed' || message.forces.length === 3 * first.atoms);
      if (!fits) {
        kill('crashed', 'answered what it was not asked, and was killed');
        return;
      }
      asked.shift();
      watch();
      first.resolve({ prediction: predictionOf(message), insideMs: 1000 * message.seconds });
    }
  }

  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      const line = pending + text.slice(from, end);
      pending = '';
      from = end + 1;
      if (killed === null) hear(line);
    }
    pending += text.slice(from);
    if (pending.length > (isReady ? LONGEST_LINE : MOST_PREAMBLE)) {
      pending = '';
      kill('crashed', 'wrote without end to stdout, and was killed');
    }
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-4000)));
  // Writing to a process that has just died is no news; its end is.
  child.stdin!.on('error', () => undefined);
  child.on('error', (error: NodeJS.ErrnoException) => {
    if (child.pid === undefined) refuse(explainSpawnError(error, launch.python, '"python" of the model'));
    finish(null, null);
  });
  const gone = new Promise<void>((resolve) => {
    child.once('error', () => child.pid === undefined && resolve());
    child.once('exit', (code, signal) => {
      // Answers that are still in the pipe count.
      const grace = setTimeout(() => finish(code, signal), 1000);
      child.once('close', () => {
        clearTimeout(grace);
        finish(code, signal);
      });
      resolve();
    });
  });
  watch();
  const open = { kind: 'open', factory: launch.factory, arguments: launch.arguments, scratch };
  child.stdin!.write(`${JSON.stringify(open)}\n`);

  return {
    introduced,
    ready,
    suits: () => true,
    ask: (crystal: Crystal) =>
      new Promise((resolve, reject) => {
        if (over !== null) {
          reject(new AgentLost(over.reason, over.detail, true));
          return;
        }
        const id = nextId++;
        asked.push({ id, atoms: crystal.species.length, resolve, reject });
        child.stdin!.write(predictLine(id, crystal));
        if (asked.length === 1) watch();
      }),
    async end() {
      kill('crashed', 'was ended');
      await gone;
      finish(null, null);
    },
  };
}
