import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { Checked } from '../../core/problem.ts';
import type { ModelOf } from '../../core/project-models.ts';
import type { OraclePool } from '../oracle-pool.ts';
import { AgentLost, openAgentPool, type AgentPoolOptions } from './agent-pool.ts';
import { startAseAgent, type AseLaunch } from './ase-agent.ts';
import type { AseReady } from './ase-messages.ts';
import { OracleError, type OpenOptions, type OracleIdentity, type OracleSource } from './oracle-source.ts';
import type { OracleSetting } from './oracle-table.ts';
import { programSource, programTraits, type ProgramTraits } from './program-source.ts';

/** Structures in a child's pipe: enough that it never waits for us. */
const DEPTH = 4;
const defaultTimeLimit = { baseMs: 60_000, perStructureMs: 60_000 };

const hashOf = (content: unknown): string => createHash('sha256').update(canonicalJson(content)).digest('hex');

/**
 * Hashes the factory, its arguments, the environment variables that it is given, the versions of Python, ASE, NumPy and
 * the packages of factory and calculator, and the contents of their modules' files and of every file that an argument
 * names. Weights that a package fetches by itself are covered by its version only.
 */
function identityOf(launch: AseLaunch, { versions, calculator, files }: AseReady): OracleIdentity {
  const { factory, environment = {} } = launch;
  const content = { kind: 'ase', factory, arguments: launch.arguments, environment, versions, calculator, files };
  return {
    kind: 'ase',
    sha256: hashOf(content),
    description: {
      name: launch.factory,
      calculator,
      ...versions,
      ...Object.fromEntries(files.map(({ path: name, sha256 }) => [name, sha256.slice(0, 16)])),
    },
  };
}

const hopeless: AgentPoolOptions['hopeless'] = (detail, losses) =>
  new OracleError(
    `The calculator cannot be run: ${detail}, ${losses} times in a row.`,
    'Try it alone in Python on one of these structures; with little memory, use fewer workers.',
  );

/**
 * Children that run one ASE calculator each; see `openAgentPool` for what happens when they die.
 * @param identity what every child must turn out to be, so that what is audited is what runs; null: not checked.
 */
export function openAsePool(
  launch: AseLaunch,
  identity: OracleIdentity | null,
  options: Omit<OpenOptions, 'settings'>,
): OraclePool {
  const { baseMs, perStructureMs } = options.timeLimit ?? defaultTimeLimit;
  const scratch = mkdtempSync(path.join(tmpdir(), 'pcm-ase-'));
  const pool = openAgentPool({
    workers: options.workers,
    depth: DEPTH,
    hopeless,
    ...(options.onIncident === undefined ? {} : { onIncident: options.onIncident }),
    start() {
      const agent = startAseAgent(launch, mkdtempSync(path.join(scratch, 'worker-')), baseMs + perStructureMs);
      if (identity === null) return agent;
      const ready = agent.introduced.then((who) => {
        if (identityOf(launch, who).sha256 !== identity.sha256) {
          throw new OracleError(
            `The calculator ${launch.factory} changed while it was being tested.`,
            'Run the command again, and leave its files and packages alone meanwhile.',
          );
        }
      });
      return { ...agent, ready };
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

const ordinaryTraits: ProgramTraits = { elements: null, precision: 'float32' };

/**
 * Starts a calculator once to learn who it is, and ends it again.
 * @param file what problems name, usually the project file.
 */
export async function readAseModel(
  launch: AseLaunch,
  file: string,
  traits: ProgramTraits = ordinaryTraits,
  signal?: AbortSignal,
): Promise<Checked<OracleSource>> {
  const introduced = await introduceAse(launch, file, signal);
  if (introduced.kind === 'rejected') return introduced;
  const { elements } = traits;
  const { sha256, ...named } = introduced.value;
  const identity: OracleIdentity =
    elements === null ? introduced.value : { ...named, sha256: hashOf({ sha256, elements }) };
  const open = (options: OpenOptions): OraclePool => openAsePool(launch, introduced.value, options);
  return { kind: 'ok', value: programSource(identity, file, traits, open), warnings: [] };
}

/** Starts a calculator, hears who it is, and ends it. Rejected without a problem when aborted. */
export async function introduceAse(
  launch: AseLaunch,
  file: string,
  signal?: AbortSignal,
): Promise<Checked<OracleIdentity>> {
  const aborted = (): boolean => signal?.aborted === true;
  if (aborted()) return { kind: 'rejected', problems: [] };
  const scratch = mkdtempSync(path.join(tmpdir(), 'pcm-ase-'));
  const agent = startAseAgent(launch, scratch, defaultTimeLimit.baseMs);
  const stop = (): void => void agent.end();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return { kind: 'ok', value: identityOf(launch, await agent.introduced), warnings: [] };
  } catch (error) {
    const known = error instanceof OracleError ? error : error instanceof AgentLost ? hopeless(error.detail, 1) : null;
    if (known === null) throw error;
    if (aborted()) return { kind: 'rejected', problems: [] };
    const { message } = known;
    const fix = known instanceof OracleError ? known.fix : 'Try it alone in Python.';
    return {
      kind: 'rejected',
      problems: [{ kind: 'problem', severity: 'error', file, line: null, message, fix }],
    };
  } finally {
    signal?.removeEventListener('abort', stop);
    await agent.end();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The calculator of an `ase` model. */
export function readAseOracle(model: ModelOf<'ase'>, setting: OracleSetting): Promise<Checked<OracleSource>> {
  const { python, factory, arguments: keywords, environment } = model;
  const { folder, aseScript: script, config, signal } = setting;
  const launch: AseLaunch = { python, script, folder, factory, arguments: keywords, environment };
  return readAseModel(launch, config, programTraits(model), signal);
}
