import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Prediction } from '../../core/criterion.ts';
import { writeExtxyz } from '../../core/formats/write-extxyz.ts';
import type { Crystal } from '../graph-batch.ts';
import { AgentLost, type Agent, type AgentAnswer } from './agent-pool.ts';
import { endedWith, explainSpawnError, lastWords, startProgram } from './child-process.ts';
import { killTree } from '../kill-tree.ts';
import { ByteReader, ConnectionLost, listen, type IpiAddress, type Listener } from './ipi-connection.ts';
import {
  FORCE_HEAD_BYTES,
  forceBodyBytes,
  header,
  HEADER_BYTES,
  headerWord,
  initMessage,
  positionMessage,
  readForceBody,
  readForceHead,
} from './ipi-messages.ts';
import { OracleError } from './oracle-source.ts';

/** How a client comes to us: started by us, or by the user by hand (null). */
export interface IpiClient {
  /**
   * Program and words, passed without a shell. In each word `{name}` (of the Unix socket), `{socket}` (its path),
   * `{host}`, `{port}`, `{folder}` (the working directory) and `{structure}` (extended XYZ of the first structure) are
   * filled in.
   */
  readonly command: readonly string[];
  /** Files written into the working directory before the start: inputs that name the atoms. */
  readonly inputs?: (crystal: Crystal) => readonly { readonly name: string; readonly text: string }[];
}

export interface IpiLimits {
  /** Until a client connects, ms. */
  readonly connectMs: number;
  /** For one structure, ms. */
  readonly structureMs: number;
  /** Structures put to one client before a new one is started: 1 where what came before leaves traces. */
  readonly structuresPerClient: number;
}

/** Text after the forces, bytes; more is a client gone mad. */
const MOST_TEXT = 1 << 20;
const POLL_MS = 5;

export function compositionOf({ species }: Crystal): string {
  return species.join(',');
}

/** Puts what a client needs to know into its command; see `IpiClient`. */
function fillIn(words: readonly string[], values: Readonly<Record<string, string>>): string[] {
  return words.map((word) => word.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole));
}

/** Asks a connected client about one structure. @throws ConnectionLost where it does not keep the protocol. */
async function converse(reader: ByteReader, write: (bytes: Buffer) => void, crystal: Crystal): Promise<Prediction> {
  const status = async (): Promise<string> => {
    write(header('STATUS'));
    return word();
  };
  const word = async (): Promise<string> => {
    const bytes = await reader.read(HEADER_BYTES);
    const read = headerWord(bytes);
    if (read === null) throw new ConnectionLost(`sent ${JSON.stringify(bytes.toString('latin1'))} for a header`);
    return read;
  };
  let state = await status();
  if (state === 'NEEDINIT') {
    write(initMessage());
    state = await status();
  }
  if (state !== 'READY') throw new ConnectionLost(`said ${state} where READY was due`);
  write(positionMessage(crystal));
  for (state = await status(); state !== 'HAVEDATA'; state = await status()) {
    if (state !== 'READY' && state !== 'WORKING') throw new ConnectionLost(`said ${state} where HAVEDATA was due`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  write(header('GETFORCE'));
  const ready = await word();
  if (ready !== 'FORCEREADY') throw new ConnectionLost(`said ${ready} where FORCEREADY was due`);
  const { energy, atoms } = readForceHead(await reader.read(FORCE_HEAD_BYTES));
  if (atoms !== crystal.species.length) {
    throw new ConnectionLost(`answered for ${atoms} atoms, and was asked about ${crystal.species.length}`);
  }
  const { forces, textBytes } = readForceBody(await reader.read(forceBodyBytes(atoms)), atoms);
  if (textBytes < 0 || textBytes > MOST_TEXT) throw new ConnectionLost(`announced ${textBytes} bytes of text`);
  if (textBytes > 0) await reader.read(textBytes);
  const bad = forces.findIndex((force) => !Number.isFinite(force));
  if (bad >= 0) {
    const detail = `the force on atom ${Math.floor(bad / 3) + 1} is ${forces[bad]!}`;
    return { kind: 'failed', reason: 'not-finite', detail };
  }
  if (!Number.isFinite(energy)) return { kind: 'failed', reason: 'not-finite', detail: `the energy is ${energy}` };
  return { kind: 'predicted', energy, forces };
}

/**
 * One client of the i-PI protocol, and the socket it connects to. It knows the composition of the structure it was
 * started for, and answers only for that.
 * @param folder a folder of its own: the working directory of a client that is started.
 */
export function startIpiAgent(
  address: IpiAddress,
  client: IpiClient | null,
  crystal: Crystal,
  folder: string,
  limits: IpiLimits,
): Agent {
  const composition = compositionOf(crystal);
  let listener: Listener | null = null;
  let child: ChildProcess | null = null;
  let reader: ByteReader | null = null;
  let send: (bytes: Buffer) => void = () => undefined;
  let stderr = '';
  let asked = 0;
  let over: AgentLost | null = null;
  let overNow!: (loss: AgentLost | OracleError) => void;
  const lost = new Promise<never>((_, reject) => (overNow = reject));
  lost.catch(() => undefined);

  function lose(reason: 'crashed' | 'timed-out', how: string): AgentLost {
    const said = lastWords(stderr);
    over ??= new AgentLost(reason, `the i-PI client ${how}${said === '' ? '' : `: ${said}`}`);
    overNow(over);
    if (child !== null) killTree(child);
    reader?.fail('was ended');
    return over;
  }

  function startClient({ command, inputs }: IpiClient, at: Listener): void {
    writeFileSync(
      path.join(folder, 'structure.xyz'),
      writeExtxyz({ ...crystal, source: { file: 'structure.xyz', index: 0, line: 1 } }),
    );
    for (const { name, text } of inputs?.(crystal) ?? []) writeFileSync(path.join(folder, path.basename(name)), text);
    const [program = '', ...words] = fillIn(command, {
      name: address.kind === 'unix' ? address.name : '',
      socket: at.socketPath ?? '',
      host: '127.0.0.1',
      port: String(at.port),
      folder,
      structure: path.join(folder, 'structure.xyz'),
    });
    const started = startProgram(program, words, folder, 'ignore');
    child = started;
    started.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-4000)));
    started.on('error', (error: NodeJS.ErrnoException) => {
      if (started.pid === undefined) overNow(explainSpawnError(error, program, '"command" of the model'));
      lose('crashed', 'could not be started');
    });
    started.on('exit', (code, signal) => {
      // The last words may still be in the pipe.
      setTimeout(() => lose('crashed', endedWith(code, signal)), 50);
    });
  }

  async function start(): Promise<void> {
    listener = await listen(address);
    if (over !== null) return;
    if (client !== null) startClient(client, listener);
    const timer = setTimeout(() => {
      const seconds = limits.connectMs / 1000;
      if (client !== null) lose('timed-out', `did not connect within ${seconds} s and was killed`);
      else {
        const where = listener?.socketPath ?? `127.0.0.1:${listener?.port ?? 0}`;
        overNow(
          new OracleError(
            `No i-PI client connected to ${where} within ${seconds} s.`,
            'Start the client after this command, with the same address.',
          ),
        );
      }
    }, limits.connectMs);
    try {
      const socket = await Promise.race([listener.connected, lost]);
      reader = new ByteReader(socket);
      send = (bytes) => socket.write(bytes);
    } finally {
      clearTimeout(timer);
    }
  }
  const ready = start();
  ready.catch(() => undefined);

  return {
    ready,
    suits: (other) => compositionOf(other) === composition && asked < limits.structuresPerClient,
    async ask(wanted): Promise<AgentAnswer> {
      if (over !== null || reader === null) throw new AgentLost('crashed', over?.detail ?? 'not connected', true);
      asked++;
      const from = performance.now();
      const timer = setTimeout(
        () => lose('timed-out', `did not answer within ${limits.structureMs / 1000} s and was killed`),
        limits.structureMs,
      );
      try {
        const prediction = await Promise.race([converse(reader, send, wanted), lost]);
        // What it does after a number that is none is anybody's guess.
        if (prediction.kind !== 'predicted') asked = limits.structuresPerClient;
        return { prediction, insideMs: performance.now() - from };
      } catch (error) {
        if (error instanceof ConnectionLost && error.gone && client !== null) {
          // A client that died tells more by its end than by its silence.
          await Promise.race([lost, new Promise((resolve) => setTimeout(resolve, 300))]).catch(() => undefined);
        }
        throw lose('crashed', error instanceof ConnectionLost ? error.message : 'was lost');
      } finally {
        clearTimeout(timer);
      }
    },
    async end() {
      send(header('EXIT'));
      // Time for a client to clean up, unless it is beyond that.
      if (child !== null && over === null) {
        await Promise.race([lost, new Promise((resolve) => setTimeout(resolve, 500))]).catch(() => undefined);
      }
      lose('crashed', 'was ended');
      await ready.catch(() => undefined);
      await listener?.close();
    },
  };
}
