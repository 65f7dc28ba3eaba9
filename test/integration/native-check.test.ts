import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { locateInstallation } from '../../extension/cli/installation.ts';
import { chooseCacheFolder } from '../../extension/lean/embedded/cache-folder.ts';
import { isAlive } from '../../extension/lean/embedded/preparation-lock.ts';
import { prepareRuntime } from '../../extension/lean/embedded/prepare.ts';
import { openSession, type SessionOutcome } from '../../extension/lean/open-session.ts';
import type { CheckOutcome, CheckRequest, LeanSession } from '../../extension/lean/session.ts';
import { openEmbeddedLean } from '../embedded-lean.ts';
import { placeToolchain, type Behaviour, type Toolchain } from '../fixtures/native-lean/toolchain.ts';

const LIMIT = 200_000;
const installation = locateInstallation(path.resolve('dist'));
const scratch = realpathSync(mkdtempSync(path.join(tmpdir(), 'pcm-native-')));
let embedded: NonNullable<Behaviour['embedded']>;
let toolchain: Toolchain;

beforeAll(async () => {
  const { libraryPaths } = await openEmbeddedLean();
  const cacheFolder = chooseCacheFolder(process.env, homedir());
  const prepared = await prepareRuntime({ packageFolder: installation.leanPackage!, cacheFolder });
  if (prepared.kind === 'failed') throw new Error(prepared.reason);
  embedded = { host: installation.leanHost, runtime: prepared.runtime.folder, libraries: libraryPaths };
}, LIMIT);
beforeEach(() => {
  toolchain = placeToolchain({ embedded });
});
afterEach(() => toolchain.remove());
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const behave = (behaviour: Behaviour): void => toolchain.behave({ embedded, ...behaviour });

const open = (
  setting: 'auto' | 'native',
  environment: Readonly<Record<string, string | undefined>> = { PCM_CACHE: path.join(scratch, 'cache') },
  leanPackage: string | null = null,
): Promise<SessionOutcome> =>
  openSession({
    setting,
    environment: { ...process.env, PCM_LEAN_PATH: toolchain.bin, ...environment },
    home: homedir(),
    leanPackage,
    hostScript: installation.leanHost,
    library: installation.leanLibrary,
    timeLimitMs: LIMIT,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });

async function openNative(): Promise<LeanSession> {
  const outcome = await open('native');
  if (outcome.kind !== 'open') throw new Error(outcome.reason);
  return outcome.opened.session;
}

const proof = 'module\nimport PCM\ntheorem yes : 2 + 2 = 4 := by decide +kernel\n';

/** Checks a file of a certificate's workspace. */
function check(session: LeanSession, source: string, request: Partial<CheckRequest> = {}): Promise<CheckOutcome> {
  const root = mkdtempSync(path.join(scratch, 'workspace-'));
  mkdirSync(path.join(root, 'Certificates'));
  const file = path.join(root, 'Certificates/Model.lean');
  writeFileSync(file, source);
  return session.checkFile({ file, root, libraryPaths: [], timeLimitMs: LIMIT, ...request });
}

const audit = { module: 'Certificates.Model', theorems: ['yes'] };

describe('a check with a native Lean', () => {
  it(
    'builds the library once in a workspace of its own, and tells true from false',
    async () => {
      const session = await openNative();
      expect(session).toMatchObject({ backend: 'native', version: '4.28.0' });
      expect(await check(session, proof)).toMatchObject({ kind: 'finished', exitCode: 0, messages: [] });
      const refuted = await check(session, 'module\ntheorem no : 2 + 2 = 5 := by decide\n');
      expect(refuted).toMatchObject({ kind: 'finished', exitCode: 1 });
      expect(refuted.messages[0]).toMatchObject({ line: 2, severity: 'error' });
      const calls = toolchain.calls().map((call) => call.replace(/ \/\S+/g, ' FILE'));
      expect(calls.slice(2)).toEqual(['lake build PCM', 'lake env lean --json FILE', 'lake env lean --json FILE']);
    },
    LIMIT,
  );

  it(
    'audits the axioms of the module that was checked, and believes nothing where that fails',
    async () => {
      const session = await openNative();
      const passed = await check(session, proof, { audit });
      expect(passed).toMatchObject({ kind: 'finished', audits: ['#print axioms: propext, Quot.sound'] });
      expect(toolchain.calls().some((call) => call.includes('leanchecker'))).toBe(false);
      behave({ axioms: ['propext', 'sorryAx'] });
      expect(await check(session, proof, { audit })).toMatchObject({
        kind: 'crashed',
        reason: 'The audit of the proofs failed: Certificates.Model.yes rests on the axiom sorryAx',
      });
      behave({});
      writeFileSync(path.join(toolchain.bin, 'leanchecker'), '', { mode: 0o755 });
      expect(await check(session, proof, { audit })).toMatchObject({
        audits: ['#print axioms: propext, Quot.sound', 'leanchecker: every declaration replayed'],
      });
      behave({ leanchecker: 'leanchecker found a problem in Certificates.Model' });
      expect(await check(session, proof, { audit })).toMatchObject({
        kind: 'crashed',
        reason: expect.stringContaining('leanchecker objects') as string,
      });
    },
    LIMIT,
  );

  it.each<[string, Behaviour, object]>([
    [
      'a build that fails',
      { build: 'error: build failed' },
      { kind: 'unavailable', reason: 'lake build failed: error: build failed' },
    ],
    ['a build that crashes', { build: 'killed' }, { kind: 'crashed', reason: 'Lean was ended by SIGSEGV' }],
    ['a Lean that crashes', { exitCode: 139 }, { kind: 'crashed', reason: 'Lean was ended by SIGSEGV' }],
    ['a Lean that ends oddly', { exitCode: 1 }, { kind: 'crashed' }],
    [
      'a Lake that fails',
      { check: 'error: unknown executable' },
      { kind: 'crashed', reason: expect.stringContaining('unknown executable') as string },
    ],
    [
      'other output',
      { check: 'garbage' },
      { kind: 'crashed', reason: expect.stringContaining('not a message: Hello!') as string },
    ],
  ])('takes %s for no check', async (_, behaviour, outcome) => {
    const session = await openNative();
    behave(behaviour);
    expect(await check(session, proof)).toMatchObject(outcome);
  });

  it('kills everything on timeout and on cancellation', async () => {
    const session = await openNative();
    const pidFile = path.join(toolchain.bin, 'grandchild.pid');
    const grandchildEnds = async (): Promise<void> => {
      const pid = Number(readFileSync(pidFile, 'utf8'));
      expect(pid).toBeGreaterThan(0);
      await expect.poll(() => isAlive(pid), { timeout: 60_000 }).toBe(false);
      rmSync(pidFile);
    };
    behave({ check: 'hang-with-child' });
    // Long enough for a busy machine to start both processes.
    const late = await check(session, proof, { timeLimitMs: 10_000 });
    expect(late).toMatchObject({ kind: 'timed-out', reason: 'Lean did not finish within 10 s' });
    await grandchildEnds();
    const stop = new AbortController();
    const cancelled = check(session, proof, { signal: stop.signal });
    await expect
      .poll(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '', { timeout: 60_000 })
      .toBe(true);
    stop.abort();
    expect((await cancelled).kind).toBe('cancelled');
    await grandchildEnds();
    expect((await check(session, proof, { signal: AbortSignal.abort() })).kind).toBe('cancelled');
  });

  it(
    'is refused with the fix where it was demanded, and replaced with a note where it was not',
    { timeout: LIMIT },
    async () => {
      behave({ lean: { version: '4.9.0' }, lake: { version: '4.9.0' } });
      expect(await open('native')).toMatchObject({
        kind: 'unavailable',
        reason: expect.stringContaining('is version 4.9.0, and the library needs 4.28 or later') as string,
        fix: expect.stringContaining('elan toolchain install') as string,
      });
      const replaced = await open('auto', { PCM_CACHE: undefined }, installation.leanPackage);
      if (replaced.kind !== 'open') throw new Error(replaced.reason);
      expect(replaced.opened).toMatchObject({
        session: { backend: 'embedded' },
        note: { message: expect.stringMatching(/^The embedded Lean is used, because .* version 4\.9\.0/) as string },
      });
      expect(await open('auto')).toMatchObject({
        kind: 'unavailable',
        reason: expect.stringContaining('and the embedded Lean is not installed') as string,
      });
    },
  );
});
