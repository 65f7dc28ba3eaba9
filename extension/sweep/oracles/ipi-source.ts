import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { canonicalJson } from '../../core/canonical-json.ts';
import { atomicNumberOf } from '../../core/element-symbols.ts';
import type { Checked } from '../../core/problem.ts';
import type { ModelOf } from '../../core/project-models.ts';
import type { OraclePool } from '../oracle-pool.ts';
import { openAgentPool } from './agent-pool.ts';
import { compositionOf, startIpiAgent, type IpiClient, type IpiLimits } from './ipi-agent.ts';
import type { IpiAddress } from './ipi-connection.ts';
import { OracleError, type OpenOptions, type OracleIdentity, type OracleSource } from './oracle-source.ts';
import type { OracleSetting } from './oracle-table.ts';
import { programSource, programTraits, type ProgramTraits } from './program-source.ts';

/** An i-PI client that we start, on a Unix socket or a loopback port of our choice. */
export interface IpiLaunch extends IpiClient {
  readonly transport: 'unix' | 'tcp';
  /** What the user says this is, with its version: the protocol does not tell. */
  readonly description: string;
  /** ≥ 1; see `IpiLimits`. Infinity unless given. */
  readonly structuresPerClient?: number;
  readonly connectMs?: number;
  /** What {project} stands for in the command: an absolute path. Programs named by a relative path lie there too. */
  readonly project?: string;
}

const ordinaryTraits: ProgramTraits = { elements: null, precision: 'float64' };

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
  const client: IpiClient = { ...launch, command: resolvedCommand(launch) };
  const scratch = mkdtempSync(path.join(tmpdir(), 'pcm-ipi-'));
  const pool = openAgentPool({
    workers: options.workers,
    depth: 1,
    startsForStructure: true,
    hopeless,
    ...(options.onIncident === undefined ? {} : { onIncident: options.onIncident }),
    start(crystal) {
      const address: IpiAddress =
        launch.transport === 'unix'
          ? { kind: 'unix', name: `pcm-${randomBytes(6).toString('hex')}` }
          : { kind: 'tcp', port: 0 };
      return startIpiAgent(address, client, crystal, mkdtempSync(path.join(scratch, 'client-')), limits);
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
    workers: 1,
    predict: (crystals) =>
      Promise.all(
        crystals.map(async (crystal) => {
          if (compositionOf(crystal) === composition) return (await pool.predict([crystal]))[0]!;
          return { kind: 'refused', detail: 'the connected i-PI client was started with other atoms' };
        }),
      ),
  };
}

/** The command with {project} filled in. */
function resolvedCommand({ command, project }: IpiLaunch): string[] {
  if (project === undefined) return [...command];
  return command.map((word, at) => {
    const filled = word.replaceAll('{project}', project);
    // Its working directory is another one.
    return at === 0 && filled.includes('/') ? path.resolve(project, filled) : filled;
  });
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
export async function readIpiModel(
  launch: IpiLaunch,
  file: string,
  traits: ProgramTraits = ordinaryTraits,
): Promise<Checked<OracleSource>> {
  const reject = (message: string, fix: string): Checked<never> => ({
    kind: 'rejected',
    problems: [{ kind: 'problem', severity: 'error', file, line: null, message, fix }],
  });
  const [program = '', ...words] = resolvedCommand(launch);
  const found = findProgram(program);
  if (found === null) {
    return reject(
      `The program "${program}" was not found.`,
      'Install it, or give its full path as the first word of "command".',
    );
  }
  const files: { name: string; sha256: string }[] = [];
  for (const word of [found, ...words]) {
    if (word.includes('\0') || statSync(word, { throwIfNoEntry: false })?.isFile() !== true) continue;
    try {
      files.push({ name: path.basename(word), sha256: await sha256Of(word) });
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
      return reject(`The file "${word}" cannot be read (${code}).`, 'Check its permissions; "command" names it.');
    }
  }
  const { command, transport, description, structuresPerClient = null } = launch;
  const content = { kind: 'ipi', command, transport, description, structuresPerClient, files };
  const named = {
    name: description,
    command: command.join(' '),
    ...Object.fromEntries(files.map(({ name, sha256 }) => [name, sha256.slice(0, 16)])),
  };
  return sourceOf(content, named, file, traits, (options) => openIpiPool(launch, options));
}

/**
 * Names a client that the user starts by hand, by his description of it and the atoms it was given: nothing else of it is
 * known to us.
 */
export function readIpiServer(
  { address, species, description, connectMs }: IpiServer,
  file: string,
  traits: ProgramTraits,
): Checked<OracleSource> {
  const content = { kind: 'ipi', description, species: [...species] };
  const named = { name: description, client: 'started by hand' };
  return sourceOf(content, named, file, { ...traits, workers: 1 }, (options) =>
    openIpiServer(address, species, { ...options, connectMs }),
  );
}

/** Where a client of a certain composition is waited for. */
export interface IpiServer {
  readonly address: IpiAddress;
  /** Atomic numbers, in the client's order. */
  readonly species: Uint8Array;
  readonly description: string;
  readonly connectMs: number;
}

function sourceOf(
  content: object,
  description: OracleIdentity['description'],
  file: string,
  traits: ProgramTraits,
  open: (options: OpenOptions) => OraclePool,
): Checked<OracleSource> {
  const { elements } = traits;
  const hashed = canonicalJson(elements === null ? content : { ...content, elements });
  const sha256 = createHash('sha256').update(hashed).digest('hex');
  const source = programSource({ kind: 'ipi', sha256, description }, file, traits, open);
  return { kind: 'ok', value: source, warnings: [] };
}

/** The client of an `ipi` model. */
export async function readIpiOracle(
  model: ModelOf<'ipi'>,
  { folder, config }: Pick<OracleSetting, 'folder' | 'config'>,
): Promise<Checked<OracleSource>> {
  const { command, listen, species, description, transport, structuresPerClient } = model;
  const connectMs = 1000 * model.connectSeconds;
  const traits = programTraits(model);
  if (listen !== undefined) {
    const address: IpiAddress =
      listen.transport === 'unix' ? { kind: 'unix', name: listen.name } : { kind: 'tcp', port: listen.port };
    const server = {
      address,
      species: Uint8Array.from(species ?? [], (symbol) => atomicNumberOf(symbol)!),
      description,
      connectMs,
    };
    return readIpiServer(server, config, traits);
  }
  const launch: IpiLaunch = {
    command: command ?? [],
    transport,
    description,
    connectMs,
    project: folder,
    ...(structuresPerClient === undefined ? {} : { structuresPerClient }),
  };
  return readIpiModel(launch, config, traits);
}
