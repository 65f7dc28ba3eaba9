import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { locateInstallation } from '../../extension/cli/installation.ts';
import { chooseCacheFolder } from '../../extension/lean/embedded/cache-folder.ts';
import { prepareRuntime } from '../../extension/lean/embedded/prepare.ts';
import { openInWorker } from '../../extension/lean/server/worker-messages.ts';
import { startWorker } from '../../extension/lean/server/worker-process.ts';
import { memoryOf, startLeanClient, uriOf } from '../lean-client.ts';

const LIMIT = 120_000;
const scratch = realpathSync(mkdtempSync(path.join(tmpdir(), 'pcm-lean-limits-')));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function place(name: string, text: string): string {
  const file = path.join(scratch, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return uriOf(file);
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 3000 && !condition(); i++) await sleep(20);
  expect(condition()).toBe(true);
}

const theorem = 'module\n/-- Zero. -/\ntheorem zero : 0 = 0 := rfl\n#check @zero\n';
/** Statements that are quickly proved, with about seven threads each. */
const proofs = (count: number): string =>
  Array.from({ length: count }, (_, i) => `theorem t${i} : ${i} ≤ ${i + 1} := by exact Nat.le_succ _\n`).join('');

describe('the language server', () => {
  test(
    'says on the importing document that the library does not compile, and goes on when it does',
    async () => {
      place('lakefile.toml', 'name = "own"\n');
      place('PCM.lean', 'module\n\npublic import PCM.Part\n');
      const part = place('PCM/Part.lean', 'module\n\npublic theorem part : 1 = 2 := by decide\n');
      const client = await startLeanClient({ root: scratch });
      const uri = uriOf(path.join(scratch, 'Uses.lean'));
      client.open(uri, 'module\nimport PCM\n#check part\n');
      await until(() => (client.told.get(uri)?.diagnostics.length ?? 0) > 0);
      expect(client.told.get(uri)?.diagnostics[0]).toMatchObject({
        severity: 1,
        range: { start: { line: 1 } },
        message: expect.stringMatching(/PCM\.Part does not compile: PCM\/Part\.lean, line 3/) as string,
      });
      await until(() => client.workers().length === 0);
      place('PCM/Part.lean', 'module\n\npublic theorem part : 1 = 1 := by decide\n');
      void client.connection.sendNotification('textDocument/didSave', { textDocument: { uri: part } });
      await until(() => JSON.stringify(client.told.get(uri)?.diagnostics).includes('part : 1 = 1'));
      expect(await client.stop()).toBe(0);
    },
    LIMIT,
  );

  test(
    'ends idle workers, revives them for a question, and leaves nothing behind when its client dies',
    async () => {
      const client = await startLeanClient({ root: scratch, settings: { workers: 1, idleSeconds: 1 } });
      const uri = uriOf(path.join(scratch, 'Idle.lean'));
      client.open(uri, theorem);
      expect((await client.finished(uri)).length).toBe(1);
      await until(() => client.workers().length === 0);
      const hover = await client.connection.sendRequest('textDocument/hover', {
        textDocument: { uri },
        position: { line: 2, character: 10 },
      });
      expect(JSON.stringify(hover)).toContain('zero : 0 = 0');
      expect(client.told.get(uri)?.diagnostics.length).toBe(1);
      await until(() => client.workers().length === 0);
      client.edit(uri, `${theorem}theorem wrong : 1 = 2 := by decide\n`);
      expect((await client.finished(uri)).map(({ severity }) => severity).sort()).toEqual([1, 3]);
      client.edit(uri, theorem);
      await client.finished(uri);
      const workers = client.workers();
      expect(workers.length).toBe(1);
      const ended = new Promise((resolve) => client.server.once('exit', resolve));
      client.connection.dispose();
      client.server.stdin!.end();
      expect(await ended).toBe(1);
      await until(() => workers.every((pid) => memoryOf(pid) === 0));
    },
    LIMIT,
  );

  test(
    'gives the memory of every thread back: hundreds of proofs, each with threads of its own, in one worker',
    async () => {
      const client = await startLeanClient({ root: scratch, settings: { stallSeconds: 10 } });
      const uri = uriOf(path.join(scratch, 'Threads.lean'));
      client.open(uri, `module\n${proofs(160)}`);
      expect(await client.finished(uri)).toEqual([]);
      expect(client.heard.filter(({ method }) => method === 'window/showMessage')).toEqual([]);
      expect(await client.stop()).toBe(0);
    },
    LIMIT,
  );

  test(
    'notices that Lean crashed, though a thread of it waits for input',
    async () => {
      const { leanPackage, leanHost } = locateInstallation(path.resolve('dist'));
      const cacheFolder = chooseCacheFolder(process.env, homedir());
      const prepared = await prepareRuntime({ packageFolder: leanPackage!, cacheFolder });
      if (prepared.kind === 'failed') throw new Error(prepared.reason);
      const lean = { runtime: prepared.runtime, hostScript: leanHost };
      // No more than what every run begins with, and far too little for this import.
      const worker = startWorker({ lean, libraryPaths: [], sourcePaths: [], memoryBytes: 0 });
      worker.mount([]);
      worker.connection.listen();
      const text = 'module\nimport Lean\n';
      const opened = { uri: 'file:///document/Large.lean', languageId: 'lean4', version: 1, text };
      openInWorker(worker.connection, { capabilities: {} }, opened);
      expect(await worker.ended).toMatch(/out of memory|crashed/);
    },
    LIMIT,
  );

  test(
    'starts a worker again that stands still',
    async () => {
      const client = await startLeanClient({ root: scratch, settings: { stallSeconds: 2 } });
      const uri = uriOf(path.join(scratch, 'Still.lean'));
      client.open(uri, theorem);
      await client.finished(uri);
      const [before] = client.workers();
      process.kill(before!, 'SIGSTOP');
      client.edit(uri, `${theorem}theorem wrong : 1 = 2 := by decide\n`);
      await until(() => client.workers().length > 0 && !client.workers().includes(before!));
      expect((await client.finished(uri)).map(({ severity }) => severity).sort()).toEqual([1, 3]);
      expect(JSON.stringify(client.heard)).toMatch(/did nothing for \d+ s\) and was started again, 1 of 3/);
      expect(await client.stop()).toBe(0);
    },
    LIMIT,
  );

  test(
    'takes its workers with it when it is killed',
    async () => {
      const client = await startLeanClient({ root: scratch });
      client.open(uriOf(path.join(scratch, 'Killed.lean')), theorem);
      await until(() => client.workers().length === 1);
      const workers = client.workers();
      client.server.kill('SIGKILL');
      await until(() => workers.every((pid) => memoryOf(pid) === 0));
    },
    LIMIT,
  );
});
