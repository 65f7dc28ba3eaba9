import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { locateInstallation } from '../../extension/cli/installation.ts';
import { chooseCacheFolder } from '../../extension/lean/embedded/cache-folder.ts';
import { isAlive } from '../../extension/lean/embedded/preparation-lock.ts';
import { prepareRuntime } from '../../extension/lean/embedded/prepare.ts';
import { openEmbeddedLean } from '../embedded-lean.ts';
import { placeToolchain, type Behaviour, type Toolchain } from '../fixtures/native-lean/toolchain.ts';
import { pcm, problemsOf, resultOf, startPcm, temporaryProject, type TemporaryProject } from './pcm-project.ts';

const LIMIT = 300_000;
const cli = path.resolve('dist/pcm.cjs');
let toolchain: Toolchain;
beforeEach(() => {
  toolchain = placeToolchain({ serve: { echo: {} } });
});
afterEach(() => toolchain.remove());

describe('pcm check with a native Lean', () => {
  let project: TemporaryProject;
  let certificate: string;
  let embedded: NonNullable<Behaviour['embedded']>;
  beforeAll(async () => {
    const installation = locateInstallation(path.resolve('dist'));
    const cacheFolder = chooseCacheFolder(process.env, homedir());
    const prepared = await prepareRuntime({ packageFolder: installation.leanPackage!, cacheFolder });
    if (prepared.kind === 'failed') throw new Error(prepared.reason);
    const { libraryPaths } = await openEmbeddedLean();
    embedded = { host: installation.leanHost, runtime: prepared.runtime.folder, libraries: libraryPaths };
    project = temporaryProject();
    certificate = resultOf(await pcm('certify', project.folder, '--no-check')).certificate!;
  }, LIMIT);
  afterAll(() => project.remove());

  it(
    'decides as the embedded one does, and records which Lean it was and what was audited',
    async () => {
      toolchain.behave({ embedded });
      const native = await pcm('check', certificate, '--backend', 'native', '--lean-path', toolchain.bin);
      const { lean, obligations } = resultOf(native);
      expect(lean).toMatchObject({
        backend: 'native',
        version: '4.28.0',
        audit: expect.arrayContaining(['#print axioms: propext, Quot.sound']) as string[],
      });
      const byEmbedded = resultOf(await pcm('check', certificate, '--backend', 'embedded'));
      expect(obligations).toEqual(byEmbedded.obligations);
      expect(native.code).toBe(0);
      expect(byEmbedded.lean?.audit.some((audit) => audit.includes('axioms'))).toBe(false);
    },
    LIMIT,
  );

  it(
    'says what is wrong with one that will not do: as an error where it was demanded, else as a note',
    async () => {
      toolchain.behave({ lean: { version: '4.9.0' }, lake: { version: '4.9.0' } });
      const environment = { PCM_LEAN_PATH: toolchain.bin };
      const demanded = await startPcm(['check', certificate, '--backend', 'native'], environment).done;
      expect(demanded.code).toBe(2);
      expect(problemsOf(demanded)).toMatchObject([
        {
          severity: 'error',
          message: expect.stringContaining('is version 4.9.0, and the library needs 4.28') as string,
          fix: expect.stringContaining('elan toolchain install') as string,
        },
      ]);
      const replaced = await startPcm(['check', certificate], environment).done;
      expect(resultOf(replaced).lean?.backend).toBe('embedded');
      expect(problemsOf(replaced)).toMatchObject([
        { severity: 'information', message: expect.stringContaining('The embedded Lean is used, because') as string },
      ]);
    },
    LIMIT,
  );
});

describe('pcm lean-server with a native Lean', () => {
  function start() {
    const child = spawn(
      process.execPath,
      [cli, 'lean-server', '--stdio', '--backend', 'native', '--lean-path', toolchain.bin],
      { stdio: ['pipe', 'pipe', 'ignore'] },
    );
    const connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    connection.listen();
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const initialize = (): Promise<unknown> =>
      connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
    return { child, connection, ended, initialize };
  }

  const allGone = async (): Promise<boolean> => {
    for (let i = 0; i < 200 && toolchain.processes().some(isAlive); i++) await sleep(25);
    return !toolchain.processes().some(isAlive);
  };

  it('is what lake serve is, from initialize to exit', async () => {
    const { connection, initialize, ended } = start();
    expect(await initialize()).toMatchObject({ serverInfo: { name: 'echo' } });
    expect(await connection.sendRequest('shutdown')).toBeNull();
    await connection.sendNotification('exit');
    expect(await ended).toBe(0);
    expect(await allGone()).toBe(true);
  });

  it('leaves no process behind when it is killed', async () => {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const { child, connection, initialize, ended } = start();
      await initialize();
      child.kill(signal);
      await ended;
      expect(await allGone()).toBe(true);
      connection.dispose();
    }
  });

  it('answers initialize with the reason where there is no fit toolchain', async () => {
    toolchain.behave({ lean: { mode: 'error: no default toolchain configured' } });
    const { child, initialize, ended } = start();
    expect(await initialize().catch((error: unknown) => error)).toMatchObject({
      code: -32603,
      message: expect.stringMatching(/no default toolchain configured.*elan toolchain install/) as string,
    });
    child.stdin.end();
    expect(await ended).toBe(1);
  });
});
