import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { Checked } from '../../core/problem.ts';
import type { OraclePool } from '../oracle-pool.ts';
import { openAgentPool } from './agent-pool.ts';
import { compositionOf, startIpiAgent, type IpiClient, type IpiLimits } from './ipi-agent.ts';
import type { IpiAddress } from './ipi-connection.ts';
import { observing, OracleError, type OpenOptions, type OracleIdentity, type OracleSource } from './oracle-source.ts';

/** An i-PI client that we start, on a Unix socket or a loopback port of our choice. */
export interface IpiLaunch extends IpiClient {
  readonly transport: 'unix' | 'tcp';
  /** What the user says this is, with its version: the protocol does not tell. */
  readonly description: string;
  /** ≥ 1; see `IpiLimits`. Infinity unless given. */
  readonly structuresPerClient?: number;
  readonly connectMs?: number;
}

const defaultTimeLimit = { baseMs: 600_000, perStructureMs: 0 };
const CONNECT_MS = 120_000;

function limitsOf(
  options: Omit<OpenOptions, 'settings'>,
  structuresPerClient = Infinity,
  connectMs = CONNECT_MS,
): IpiLimits {
  const { baseMs, perStructureMs } = options.timeLimit ?? defaultTimeLimit;
  return { connectMs, structureMs: baseMs + perStructureMs, structuresPerClient };
}

const hopeless = (detail: string, losses: number): OracleError =>
  new OracleError(
    `The i-PI client cannot be used: ${detail}, ${losses} times in a row.`,
    'Start the command by hand with one structure, and correct "command" or its inputs.',
  );

/** Clients started by us, one composition each; another composition, and every loss, gets a new one. */
export function openIpiPool(launch: IpiLaunch, options: Omit<OpenOptions, 'settings'>): OraclePool {
  const limits = limitsOf(options, launch.structuresPerClient, launch.connectMs);
  const scratch = mkdtempSync(path.join(tmpdir(), 'pcm-ipi-'));
  const pool = openAgentPool({
    workers: options.workers,
    depth: 1,
    hopeless,
    ...(options.onIncident === undefined ? {} : { onIncident: options.onIncident }),
    start(crystal) {
      const address: IpiAddress =
        launch.transport === 'unix'
          ? { kind: 'unix', name: `pcm-${randomBytes(6).toString('hex')}` }
          : { kind: 'tcp', port: 0 };
      return startIpiAgent(address, launch, crystal, mkdtempSync(path.join(scratch, 'client-')), limits);
    },
  });
  return {
    ...pool,
    async close() {
      await pool.close();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

/**
 * One client that the user connects by hand to an address of his choice, and that was given a certain composition;
 * structures of others are refused. Nothing can be started anew, but the client may connect again.
 * @param species atomic numbers, in the client's order.
 */
export function openIpiServer(
  address: IpiAddress,
  species: Uint8Array,
  options: Omit<OpenOptions, 'settings' | 'workers'> & { readonly connectMs?: number },
): OraclePool {
  const composition = species.join(',');
  const limits = limitsOf({ ...options, workers: 1 }, Infinity, options.connectMs);
  const pool = openAgentPool({
    workers: 1,
    depth: 1,
    hopeless,
    ...(options.onIncident === undefined ? {} : { onIncident: options.onIncident }),
    start: (crystal) => startIpiAgent(address, null, crystal, '', limits),
  });
  return {
    ...pool,
    predict: (crystals) =>
      Promise.all(
        crystals.map(async (crystal) => {
          if (compositionOf(crystal) === composition) return (await pool.predict([crystal]))[0]!;
          return { kind: 'refused', detail: 'the connected i-PI client was started with other atoms' };
        }),
      ),
  };
}

/** The file a program name stands for, looked for as the system does; null if there is none. */
function findProgram(program: string): string | null {
  const folders = program.includes('/') ? [''] : (process.env['PATH'] ?? '').split(path.delimiter);
  for (const folder of folders) {
    const file = path.join(folder, program);
    if (statSync(file, { throwIfNoEntry: false })?.isFile() === true) return file;
  }
  return null;
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/**
 * Names a client by its command, by the bytes of the program and of every file that a word of the command names, and by
 * the user's description. What the program loads by itself (potentials, libraries) is covered by the description only.
 * @param file what problems name, usually the project file.
 */
export async function readIpiModel(launch: IpiLaunch, file: string): Promise<Checked<OracleSource>> {
  const [program = '', ...words] = launch.command;
  const found = findProgram(program);
  if (found === null) {
    const message = `The program "${program}" was not found.`;
    const fix = 'Install it, or give its full path as the first word of "command".';
    return { kind: 'rejected', problems: [{ kind: 'problem', severity: 'error', file, line: null, message, fix }] };
  }
  const files: { name: string; sha256: string }[] = [{ name: path.basename(found), sha256: await sha256Of(found) }];
  for (const word of words) {
    if (!word.includes('\0') && statSync(word, { throwIfNoEntry: false })?.isFile() === true)
      files.push({ name: path.basename(word), sha256: await sha256Of(word) });
  }
  const { command, transport, description, structuresPerClient = null } = launch;
  const content = { kind: 'ipi', command, transport, description, structuresPerClient, files };
  const identity: OracleIdentity = {
    kind: 'ipi',
    sha256: createHash('sha256').update(canonicalJson(content)).digest('hex'),
    description: {
      name: description,
      command: command.join(' '),
      ...Object.fromEntries(files.map(({ name, sha256 }) => [name, sha256.slice(0, 16)])),
    },
  };
  const source: OracleSource = {
    identity,
    file,
    criteria: ['force-error', 'energy-error', 'force-magnitude'],
    logged: true,
    open: (options) => observing(openIpiPool(launch, options)),
  };
  return { kind: 'ok', value: source, warnings: [] };
}
