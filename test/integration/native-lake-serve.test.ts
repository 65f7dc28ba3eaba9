import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { isAlive } from '../../extension/lean/embedded/preparation-lock.ts';
import { serveWithLake, type LakeServeLimits } from '../../extension/lean/native/lake-serve.ts';
import { placeToolchain, type Behaviour, type Toolchain } from '../fixtures/native-lean/toolchain.ts';

const document = 'file:///document.lean';
let root: string;
let toolchain: Toolchain;
let leavings: (() => Promise<void>)[];

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'pcm-workspace-'));
  toolchain = placeToolchain({ serve: { echo: {} } });
  leavings = [];
});
afterEach(async () => {
  for (const leave of leavings) await leave();
  expect(alive(toolchain)).toEqual([]);
  toolchain.remove();
  rmSync(root, { recursive: true, force: true });
});

/** A process that has ended and was not waited for yet is no process any more. */
function isZombie(pid: number): boolean {
  const status = `/proc/${pid}/status`;
  return existsSync(status) && /^State:\s+Z/m.test(readFileSync(status, 'utf8'));
}

const alive = ({ processes }: Toolchain): number[] => processes().filter((pid) => isAlive(pid) && !isZombie(pid));

/** An ordinary client, with everything that it was told. */
function connect(behaviour?: Behaviour, limits: Partial<LakeServeLimits> = {}) {
  if (behaviour !== undefined) toolchain.behave(behaviour);
  const input = new PassThrough();
  const output = new PassThrough();
  const stop = new AbortController();
  const done = serveWithLake({
    tools: { lake: toolchain.lake, lean: toolchain.lean, version: '4.28.0' },
    root,
    environment: process.env,
    input,
    output,
    log: () => undefined,
    signal: stop.signal,
    limits: { endMs: 1000, ...limits },
  });
  const connection = createMessageConnection(new StreamMessageReader(output), new StreamMessageWriter(input));
  const told: { method: string; params: unknown }[] = [];
  connection.onNotification((method, params) => void told.push({ method, params }));
  connection.onRequest((method, params) => {
    told.push({ method, params });
    return { toThe: method };
  });
  connection.listen();
  const client = {
    connection,
    input,
    output,
    stop,
    done,
    told,
    messages: () =>
      told.flatMap(({ method, params }) =>
        method === 'window/showMessage' ? [(params as { message: string }).message] : [],
      ),
    initialize: async () => {
      const result = await connection.sendRequest('initialize', { processId: process.pid, capabilities: {} });
      await connection.sendNotification('initialized', {});
      return result as { serverInfo: { version: string } };
    },
    open: (text: string, version = 1, uri = document) =>
      connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: 'lean4', version, text },
        dependencyBuildMode: 'never',
      }),
    change: (contentChanges: object[], version: number) =>
      connection.sendNotification('textDocument/didChange', {
        textDocument: { uri: document, version },
        contentChanges,
      }),
    crash: () => connection.sendRequest('test/crash').catch((error: unknown) => error as Error),
    until: async (what: () => boolean) => {
      for (let i = 0; i < 400 && !what(); i++) await sleep(25);
      expect(what()).toBe(true);
    },
  };
  leavings.push(async () => {
    input.end();
    await done;
    connection.dispose();
  });
  return client;
}

const at = (line: number, character: number) => ({ line, character });

describe('the relay to lake serve', () => {
  it('passes everything on as it is, in both directions, and ends in an orderly way', async () => {
    const { connection, initialize, done } = connect();
    expect(await initialize()).toMatchObject({ serverInfo: { name: 'echo' } });
    const params = { text: '∀ x ∈ 𝔽, "quoted"\r\n', nested: [1, null, { a: -0.5 }] };
    expect(await connection.sendRequest('$/lean/plainGoal', params)).toEqual({ method: '$/lean/plainGoal', params });
    expect(await connection.sendRequest('test/ask')).toEqual({
      answer: { toThe: 'workspace/configuration' },
      unexpected: false,
    });
    expect(toolchain.calls()).toEqual(['lake serve']);
    await connection.sendRequest('shutdown');
    await connection.sendNotification('exit');
    expect(await done).toBe(0);
  });

  it('ends with 1 and leaves nothing when the client goes without a word, or is to stop', async () => {
    const gone = connect();
    await gone.initialize();
    gone.input.end();
    expect(await gone.done).toBe(1);
    const stopped = connect();
    await stopped.initialize();
    stopped.stop.abort();
    expect(await stopped.done).toBe(1);
  });

  it('kills a server that does not end, with all that it has started', async () => {
    const { input, done, until } = connect({ serve: { mode: 'hang-with-child' } }, { endMs: 300 });
    const pidFile = path.join(toolchain.bin, 'grandchild.pid');
    await until(() => {
      try {
        return readFileSync(pidFile, 'utf8') !== '';
      } catch {
        return false;
      }
    });
    input.end();
    expect(await done).toBe(1);
    const grandchild = { ...toolchain, processes: () => [Number(readFileSync(pidFile, 'utf8'))] };
    await until(() => alive(grandchild).length === 0);
  });

  it('fails what was asked of a server that crashes, starts another, and gives it the texts as they are', async () => {
    const { connection, initialize, open, change, crash, told, messages, until } = connect();
    const first = await initialize();
    await open('one\ntwo\r\nthree 𝔽x\n');
    await open('closed soon', 1, 'file:///closed.lean');
    await connection.sendNotification('textDocument/didClose', { textDocument: { uri: 'file:///closed.lean' } });
    await change(
      [
        { range: { start: at(1, 0), end: at(1, 3) }, text: 'zwei' },
        { range: { start: at(2, 8), end: at(2, 99) }, text: 'y' },
      ],
      2,
    );
    const never = connection.sendRequest('test/never').catch((error: unknown) => error as Error);
    expect(await crash()).toMatchObject({ code: -32803, message: expect.stringContaining('exit code 9') as string });
    expect(await never).toMatchObject({ code: -32803 });
    await change([{ range: { start: at(0, 0), end: at(0, 0) }, text: 'while down: ' }], 3);
    expect(await connection.sendRequest('test/texts')).toEqual([
      {
        textDocument: { uri: document, languageId: 'lean4', version: 3, text: 'while down: one\nzwei\r\nthree 𝔽y\n' },
        dependencyBuildMode: 'never',
      },
    ]);
    expect(messages()).toEqual([expect.stringMatching(/told to crash.*It is started again \(1 of 3\)\./s)]);
    expect(told).toContainEqual({
      method: '$/lean/fileProgress',
      params: {
        textDocument: { uri: document, version: 2 },
        processing: [{ range: { start: at(0, 0), end: at(4, 0) }, kind: 2 }],
      },
    });
    expect(toolchain.calls()).toEqual(['lake serve', 'lake serve']);
    expect(toolchain.processes()[0]).toBe(Number(first.serverInfo.version));
    await until(() => alive(toolchain).length === 1);
  });

  it("keeps a new server's questions apart from its predecessor's, and takes back what that had registered", async () => {
    const { connection, initialize, crash, told, until } = connect({ serve: { echo: { registers: true } } });
    await initialize();
    await until(() => told.some(({ method }) => method === 'client/registerCapability'));
    await crash();
    expect(await connection.sendRequest('test/ask')).toEqual({
      answer: { toThe: 'workspace/configuration' },
      unexpected: false,
    });
    expect(told.map(({ method }) => method).filter((method) => method.startsWith('client/'))).toEqual([
      'client/registerCapability',
      'client/unregisterCapability',
      'client/registerCapability',
    ]);
  });

  it('gives up after three restarts, says so, and still can be left', async () => {
    const { connection, initialize, open, messages, done } = connect();
    await initialize();
    toolchain.behave({ serve: { echo: { crashOnOpen: true } } });
    await open('text');
    toolchain.behave({ serve: { mode: 'error: no such workspace' } });
    await connection.sendRequest('test/crash').catch(() => undefined);
    const refused: unknown = await connection.sendRequest('test/texts').catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: -32803,
      message: expect.stringMatching(
        /It ended 4 times within 3 minutes and stays down\. Run "lake build" in/,
      ) as string,
    });
    expect(messages().map((text) => /\(\d of 3\)/.exec(text)?.[0] ?? 'down')).toEqual([
      '(1 of 3)',
      '(2 of 3)',
      '(3 of 3)',
      'down',
    ]);
    expect(messages().at(-1)).toContain('no such workspace');
    expect(toolchain.calls()).toHaveLength(4);
    expect(await connection.sendRequest('shutdown')).toBeNull();
    await connection.sendNotification('exit');
    expect(await done).toBe(0);
  });

  it.each<[string, Behaviour, RegExp]>([
    [
      'ends at once',
      { serve: { mode: 'error: the workspace is broken' } },
      /exit code 1: error: the workspace is broken/,
    ],
    [
      'prints something else',
      { serve: { mode: 'garbage' } },
      /what is no message of the protocol|ended with exit code 0/,
    ],
    ['never answers', { serve: { mode: 'hang' } }, /did not answer "initialize" within 0\.3 s/],
    ['crashes', { serve: { mode: 'killed' } }, /was ended by SIGSEGV/],
  ])('answers initialize with the reason when the server %s', async (_, behaviour, reason) => {
    const { initialize, messages } = connect(behaviour, behaviour.serve?.mode === 'hang' ? { handshakeMs: 300 } : {});
    const refused: unknown = await initialize().catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: -32603, message: expect.stringMatching(reason) as string });
    expect(messages()).toHaveLength(4);
  });

  it('reports a lake that cannot be started', async () => {
    rmSync(toolchain.lake);
    const { initialize } = connect();
    expect(await initialize().catch((error: unknown) => error)).toMatchObject({
      message: expect.stringContaining('could not be started') as string,
    });
  });

  it('recovers from a crash before initialize is answered, as if nothing had been', async () => {
    const { initialize, messages, until } = connect({ serve: { echo: { crashAfter: 1 } } });
    const answered = initialize();
    await until(() => messages().length > 0);
    toolchain.behave({ serve: { echo: {} } });
    expect(await answered).toMatchObject({ serverInfo: { name: 'echo' } });
  });
});
