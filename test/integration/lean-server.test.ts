import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CancellationTokenSource, type Diagnostic } from 'vscode-languageserver-protocol/node';
import { randomStream } from '../../extension/core/random.ts';
import { leanSource } from '../../extension/lean/certificate-source.ts';
import type { LeanMessage } from '../../extension/lean/messages.ts';
import { benchmarkContent } from '../bench/benchmark-content.ts';
import { openEmbeddedLean } from '../embedded-lean.ts';
import { memoryOf, startLeanClient, uriOf, type LeanClient } from '../lean-client.ts';

const LIMIT = 120_000;
const scratch = realpathSync(mkdtempSync(path.join(tmpdir(), 'pcm-lean-server-')));
const certificate = leanSource(benchmarkContent({ rows: 20, features: 2, validation: 60, seed: 1 }), 'Small').text;

let client: LeanClient;

function place(name: string, text: string): string {
  const file = path.join(scratch, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return uriOf(file);
}

beforeAll(async () => {
  place('lakefile.toml', 'name = "certificates"\n');
  client = await startLeanClient({ root: scratch, settings: { workers: 2, stallSeconds: 10 } });
}, LIMIT);

afterAll(async () => {
  const workers = client.workers();
  expect(await client.stop()).toBe(0);
  expect(workers.filter((pid) => memoryOf(pid) > 0)).toEqual([]);
  rmSync(scratch, { recursive: true, force: true });
}, LIMIT);

const severities = ['', 'error', 'warning', 'information'];
const ofServer = ({ severity, range, message }: Diagnostic): string =>
  `${severities[severity ?? 0] ?? ''} ${range.start.line + 1}:${range.start.character} ${typeof message === 'string' ? message.trim() : message.value}`;
const ofBatch = ({ severity, line, column, text }: LeanMessage): string =>
  `${severity} ${line}:${column} ${text.trim()}`;

/** What a fresh run of Lean says of a text, in the order of places. */
async function freshCheck(text: string): Promise<string[]> {
  const { session, libraryPaths } = await openEmbeddedLean();
  const root = mkdtempSync(path.join(scratch, 'fresh-'));
  const file = path.join(root, 'Fresh.lean');
  writeFileSync(file, text);
  const outcome = await session.checkFile({ file, root, libraryPaths, timeLimitMs: LIMIT });
  expect(outcome.kind).toBe('finished');
  return outcome.messages.map(ofBatch).sort();
}

/** Where `word` stands in a text, the cursor in its middle. */
function at(text: string, word: string): { line: number; character: number } {
  const before = text.slice(0, text.indexOf(word) + Math.ceil(word.length / 2)).split('\n');
  return { line: before.length - 1, character: before.at(-1)!.length };
}

const ask = (method: string, uri: string, position: unknown): Promise<unknown> =>
  client.connection.sendRequest(method, { textDocument: { uri }, position });

describe('a certificate in the language server', () => {
  test(
    'has the diagnostics of a fresh check, hovers with documentation, and definitions in the library',
    async () => {
      const uri = place('Certificates/Small.lean', certificate);
      client.open(uri, certificate);
      expect((await client.finished(uri)).map(ofServer).sort()).toEqual(await freshCheck(certificate));
      expect(client.heard).toContainEqual({
        method: '$/lean/fileProgress',
        params: { textDocument: { uri, version: 1 }, processing: [] },
      });
      const safe = at(certificate, 'Safe certificate');
      const hover = await ask('textDocument/hover', uri, { ...safe, character: safe.character - 7 });
      expect(JSON.stringify(hover)).toMatch(/PCM\.Safe.*import PCM\.Safe/);
      expect(await ask('textDocument/definition', uri, { ...safe, character: safe.character - 7 })).toMatchObject([
        { targetUri: uriOf(path.resolve('lean-project/PCM/Safe.lean')) },
      ]);
      expect(await ask('textDocument/definition', uri, at(certificate, 'envelope threshold'))).toMatchObject([
        { targetUri: uri },
      ]);
      const symbols = await client.connection.sendRequest('textDocument/documentSymbol', { textDocument: { uri } });
      expect(JSON.stringify(symbols)).toContain('"safe"');
    },
    LIMIT,
  );

  test(
    'survives 200 edits at typing speed, and then has the diagnostics of a fresh check',
    async () => {
      const uri = uriOf(path.join(scratch, 'Certificates/Small.lean'));
      const random = randomStream(7, 'lean-server-edits');
      const start = certificate.indexOf('open PCM');
      let most = 0;
      for (let i = 0; i < 200; i++) {
        const text = client.text(uri);
        const offset = start + random.integer(text.length - start);
        // Breaks a word, deletes a character, or mends everything.
        if (i % 20 === 19) client.edit(uri, certificate);
        else if (random.integer(3) === 0) client.edit(uri, '', { from: offset, to: offset + 1 });
        else client.edit(uri, 'x7 )\n'.charAt(random.integer(5)), { from: offset, to: offset });
        await sleep(20 + random.integer(10));
        if (i % 20 === 0) most = Math.max(most, ...client.workers().map(memoryOf));
      }
      client.edit(uri, certificate);
      expect((await client.finished(uri)).map(ofServer).sort()).toEqual(await freshCheck(certificate));
      const broken = certificate.replace('Coverage.of_check (by decide +kernel)', 'Coverage.of_check (by decide)');
      const wrong = broken.replace(/threshold : Nat := \d+/, 'threshold : Nat := 0');
      client.edit(uri, wrong);
      expect((await client.finished(uri)).map(ofServer).sort()).toEqual(await freshCheck(wrong));
      expect(most).toBeLessThan(2.5e9);
      client.close(uri);
      expect(client.told.get(uri)?.diagnostics).toBeDefined();
    },
    LIMIT,
  );
});

const proof = `module
theorem plain (n : Nat) : n ≤ n + 1 := by
  induction n with
  | zero => omega
  | succ n ih =>
    omega
theorem wrong : 1 = 2 := by decide
`;
/** Keeps the kernel busy for a long time. */
const slow =
  'theorem slow : Nat.rec (motive := fun _ => Nat) 0 (fun _ ih => Nat.add (Nat.mul ih 0) 0) 100000000 = 0 := by decide +kernel\n';

describe('many documents', () => {
  const uris = ['untitled:One', 'untitled:Two', uriOf('/nowhere/Three.lean')];
  // Whatever became of the test: workers of documents left open would be counted by the next one.
  afterEach(() => uris.forEach((uri) => client.close(uri)));

  test(
    'are served by two workers, with goals, and RPC as the infoview uses it',
    async () => {
      for (const uri of uris) client.open(uri, proof);
      for (const uri of uris) {
        expect((await client.finished(uri)).map(({ range }) => range.start.line)).toEqual([6]);
        // One that was ended to make room takes a moment to give a gigabyte back.
        await expect.poll(() => client.workers().length, { timeout: 60_000 }).toBeLessThanOrEqual(2);
      }
      const [first] = uris as [string];
      const position = { line: 5, character: 4 };
      expect(await ask('$/lean/plainGoal', first, position)).toMatchObject({
        goals: [expect.stringContaining('⊢ n + 1 ≤ n + 1 + 1') as string],
      });
      expect(await ask('$/lean/plainTermGoal', first, { line: 1, character: 27 })).toMatchObject({
        goal: expect.any(String) as string,
      });
      const { sessionId } = await client.connection.sendRequest<{ sessionId: string }>('$/lean/rpc/connect', {
        uri: first,
      });
      const params = { textDocument: { uri: first }, position };
      const call = { sessionId, method: 'Lean.Widget.getInteractiveGoals', params, ...params };
      expect(await client.connection.sendRequest('$/lean/rpc/call', call)).toMatchObject({ goals: [{}] });
      for (const uri of uris) client.close(uri);
      await expect(ask('textDocument/hover', first, position)).rejects.toThrow('not open');
    },
    LIMIT,
  );
});

describe('a worker', () => {
  const uri = uriOf(path.join(scratch, 'Restarts.lean'));

  test(
    'gives up a request that is cancelled, and starts again when the imports change',
    async () => {
      client.open(uri, `${proof}${slow}`);
      const cancellation = new CancellationTokenSource();
      const waiting = client.connection.sendRequest(
        '$/lean/plainGoal',
        { textDocument: { uri }, position: { line: 7, character: 120 } },
        cancellation.token,
      );
      setTimeout(() => cancellation.cancel(), 2000);
      await expect(waiting).rejects.toMatchObject({ code: -32_800 });
      for (let i = 0; i < 500 && client.workers().length !== 1; i++) await sleep(20);
      const [before] = client.workers();
      client.edit(uri, 'module\nimport PCM\n#check PCM.Safe\n');
      expect((await client.finished(uri)).map(({ message }) => message)).toEqual([
        expect.stringContaining('PCM.Safe') as string,
      ]);
      for (let i = 0; i < 500 && client.workers().includes(before!); i++) await sleep(20);
      expect(client.workers()).not.toContain(before);
    },
    LIMIT,
  );

  test(
    'that is killed is started again with the same diagnostics, and not for ever',
    async () => {
      client.edit(uri, proof);
      const expected = await client.finished(uri);
      const kill = async (): Promise<void> => {
        for (let i = 0; i < 500 && client.workers().length !== 1; i++) await sleep(20);
        const [pid] = client.workers();
        process.kill(pid!, 'SIGKILL');
        for (let i = 0; i < 200 && client.workers().includes(pid!); i++) await sleep(20);
      };
      client.edit(uri, `${proof}${slow}`);
      const waiting = ask('$/lean/plainGoal', uri, { line: 7, character: 120 });
      const lost = expect(waiting).rejects.toThrow(/crashed|reloaded/);
      await sleep(1500);
      await kill();
      await lost;
      client.edit(uri, proof);
      expect((await client.finished(uri)).map(ofServer)).toEqual(expected.map(ofServer));
      const messages = (): string[] =>
        client.heard
          .filter(({ method }) => method === 'window/showMessage')
          .map(({ params }) => (params as { message: string }).message);
      expect(messages().at(-1)).toContain('started again, 1 of 3');
      for (let i = 0; i < 3; i++) await kill();
      for (let i = 0; i < 200 && !messages().at(-1)!.includes('not started again'); i++) await sleep(20);
      expect(client.told.get(uri)?.diagnostics[0]?.message).toContain('was not started again');
      await expect(ask('textDocument/hover', uri, { line: 1, character: 10 })).rejects.toThrow('not started again');
      expect(client.workers()).toEqual([]);
      client.close(uri);
    },
    LIMIT,
  );
});
