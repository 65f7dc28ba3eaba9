import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { peekInitialize } from '../../extension/lean/native/peek-initialize.ts';
import { serveNative, type NativeServerRequest } from '../../extension/lean/native/serve.ts';
import { placeToolchain, type Toolchain } from '../fixtures/native-lean/toolchain.ts';

const LIMIT = 200_000;
let scratch: string;
let toolchain: Toolchain;
let leavings: (() => Promise<unknown>)[];
beforeEach(() => {
  scratch = realpathSync(mkdtempSync(path.join(tmpdir(), 'pcm-server-')));
  toolchain = placeToolchain({ serve: { echo: {} } });
  leavings = [];
});
afterEach(async () => {
  for (const leave of leavings) await leave();
  toolchain.remove();
  rmSync(scratch, { recursive: true, force: true });
});

/** A client of the front door; its server is chosen when it says `initialize`. */
function connect(request: Partial<NativeServerRequest> = {}) {
  const input = new PassThrough();
  const output = new PassThrough();
  const logged: string[] = [];
  const done = serveNative({
    setting: 'native',
    input,
    output,
    root: null,
    log: (line) => void logged.push(line),
    signal: new AbortController().signal,
    environment: { ...process.env, PCM_LEAN_PATH: toolchain.bin, PCM_CACHE: scratch },
    home: scratch,
    library: path.resolve('lean-project'),
    ...request,
  });
  const connection = createMessageConnection(new StreamMessageReader(output), new StreamMessageWriter(input));
  const told: { method: string; params: unknown }[] = [];
  connection.onNotification((method, params) => void told.push({ method, params }));
  connection.onRequest(() => null);
  connection.listen();
  leavings.push(async () => {
    input.end();
    await done;
    connection.dispose();
  });
  return {
    connection,
    input,
    done,
    logged,
    told,
    initialize: (folder: string | null = null) =>
      connection.sendRequest('initialize', {
        processId: process.pid,
        rootUri: folder === null ? null : pathToFileURL(folder).href,
        capabilities: {},
      }),
  };
}

/** The folder in which `lake serve` was started. */
async function servedRoot({ connection }: ReturnType<typeof connect>): Promise<unknown> {
  const { result } = await connection.sendRequest<{ result: unknown }>('test/where');
  return result;
}

describe('the front door to a native server', () => {
  it('serves the Lake workspace of the folder that the editor opens', async () => {
    const workspace = path.join(scratch, 'project/certificates/lean');
    mkdirSync(workspace, { recursive: true });
    writeFileSync(path.join(workspace, 'lakefile.toml'), 'name = "certificates"\n');
    for (const folder of [path.join(scratch, 'project'), workspace]) {
      const client = connect();
      expect(await client.initialize(folder)).toMatchObject({ serverInfo: { name: 'echo' } });
      expect(await servedRoot(client)).toBe(workspace);
      expect(client.logged[0]).toMatch(/^Lean 4\.28\.0 serves \(/);
    }
  });

  it('serves a workspace of our own where the editor opens none, and the one that is set where one is', async () => {
    const client = connect();
    await client.initialize(scratch);
    expect(await servedRoot(client)).toMatch(/proof-carrying-materials\/native-[0-9a-f]{24}$/);
    const set = connect({ root: scratch });
    await set.initialize();
    expect(await servedRoot(set)).toBe(scratch);
  });

  it('answers initialize with what is wrong and the fix', async () => {
    toolchain.behave({ lean: { version: '4.9.0' }, lake: { version: '4.9.0' } });
    const old = connect();
    expect(await old.initialize().catch((error: unknown) => error)).toMatchObject({
      code: -32603,
      message: expect.stringMatching(/needs 4\.28 or later\. .*elan toolchain install/) as string,
      data: { retry: false },
    });
    expect(await old.connection.sendRequest('textDocument/hover', {}).catch((error: unknown) => error)).toMatchObject({
      code: -32002,
    });
    expect(await old.connection.sendRequest('shutdown')).toBeNull();
    await old.connection.sendNotification('exit');
    expect(await old.done).toEqual({ kind: 'ended', code: 0 });

    const environment = { PATH: scratch, PCM_CACHE: scratch };
    const missing = connect({ environment });
    expect(await missing.initialize().catch((error: unknown) => error)).toMatchObject({
      message: expect.stringMatching(/no lake and lean are in .*Install elan/) as string,
    });
    missing.input.end();
    expect(await missing.done).toEqual({ kind: 'ended', code: 1 });
  });

  it('hands the client over to the embedded Lean, word for word, with a note if there is something to tell', async () => {
    for (const [environment, note] of [
      [{ PATH: scratch }, null],
      [{ PCM_LEAN_PATH: scratch }, expect.stringContaining('there is no lake and lean in') as string],
    ] as const) {
      const { connection, initialize, input, done } = connect({ setting: 'auto', environment });
      void initialize(scratch).catch(() => undefined);
      expect(await done).toEqual({ kind: 'embedded', note });
      const opening = await peekInitialize(input, new AbortController().signal);
      expect(opening).toMatchObject({ kind: 'initialize', params: { processId: process.pid } });
      connection.dispose();
    }
  });

  it('ends with a client that leaves before it has said anything', async () => {
    const silent = connect();
    silent.input.end();
    expect(await silent.done).toEqual({ kind: 'ended', code: 1 });
    const cut = connect();
    cut.input.write('Content-Length: 1000\r\n\r\n{"jsonrpc"');
    cut.input.end();
    expect(await cut.done).toEqual({ kind: 'ended', code: 1 });
  });
});

describe('the relay in front of a real Lean', () => {
  it(
    'shows diagnostics, survives a crash, and shows them for the text as it is then',
    async () => {
      toolchain.behave({ serve: { pcm: path.resolve('dist/pcm.cjs') } });
      writeFileSync(path.join(scratch, 'lakefile.toml'), 'name = "certificates"\n');
      const client = connect();
      await client.initialize(scratch);
      await client.connection.sendNotification('initialized', {});
      const uri = pathToFileURL(path.join(scratch, 'Test.lean')).href;
      const text = 'module\ntheorem no : 2 + 2 = 5 := by decide\n';
      await client.connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: 'lean4', version: 1, text },
      });
      await showsErrors(client, uri, 1, [1]);
      const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } };
      await client.connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version: 2 },
        contentChanges: [{ range, text: '-- moved\n' }],
      });
      await showsErrors(client, uri, 2, [2]);
      client.told.length = 0;
      process.kill(toolchain.processes().at(-1)!, 'SIGKILL');
      await showsErrors(client, uri, 2, [2]);
      expect(client.told).toContainEqual({
        method: 'window/showMessage',
        params: { type: 2, message: "Lean's server was ended by SIGKILL. It is started again (1 of 3)." },
      });
    },
    LIMIT,
  );
});

/**
 * Waits until Lean has gone through a version of a document and has errors in these lines. The last diagnostics may come
 * after the progress that says that all is done.
 */
async function showsErrors(
  { told }: ReturnType<typeof connect>,
  uri: string,
  version: number,
  lines: readonly number[],
): Promise<void> {
  interface Progress {
    textDocument: { uri: string; version: number };
    processing: { kind?: number }[];
  }
  interface Diagnostics {
    uri: string;
    version: number;
    diagnostics: { severity: number; range: { start: { line: number } } }[];
  }
  await expect
    .poll(
      () => {
        const isFinished = told.some(({ method, params }) => {
          if (method !== '$/lean/fileProgress') return false;
          const { textDocument, processing } = params as Progress;
          return textDocument.uri === uri && textDocument.version === version && processing.length === 0;
        });
        const last = told
          .flatMap(({ method, params }) =>
            method === 'textDocument/publishDiagnostics' ? [params as Diagnostics] : [],
          )
          .findLast((diagnostics) => diagnostics.uri === uri && diagnostics.version === version);
        if (!isFinished || last === undefined) return null;
        return last.diagnostics.filter(({ severity }) => severity === 1).map(({ range }) => range.start.line);
      },
      { timeout: LIMIT, interval: 50 },
    )
    .toEqual(lines);
}
