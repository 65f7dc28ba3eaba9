import { chmodSync, linkSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseBackend, discoverNative, type NativeSearch } from '../../extension/lean/native.ts';
import { placeToolchain, type Behaviour, type Toolchain } from '../fixtures/native-lean/toolchain.ts';

let home: string;
let toolchains: Toolchain[];
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'pcm-home-'));
  toolchains = [];
});
afterEach(() => {
  for (const toolchain of toolchains) toolchain.remove();
  rmSync(home, { recursive: true, force: true });
});

function place(behaviour: Behaviour = {}, names?: readonly string[]): Toolchain {
  const toolchain = placeToolchain(behaviour, names);
  toolchains.push(toolchain);
  return toolchain;
}

const discover = (search: Partial<NativeSearch>) =>
  discoverNative({ setting: null, environment: {}, home, folder: home, versionLimitMs: 5000, ...search });

/** The toolchain as elan's: stand-ins that are links to `elan`, in elan's own folder. */
function placeElan(behaviour: Behaviour = {}): Toolchain {
  const toolchain = place(behaviour);
  mkdirSync(path.join(home, '.elan'));
  renameSync(toolchain.bin, path.join(home, '.elan/bin'));
  linkSync(path.join(home, '.elan/bin/lean'), path.join(home, '.elan/bin/elan'));
  return toolchain;
}

describe('a native toolchain is found', () => {
  it('where it is set: by its folder, its bin folder, or one of its programs', async () => {
    const { folder, bin, lake, lean } = place();
    for (const setting of [folder, bin, lake, lean]) {
      expect(await discover({ setting })).toEqual({ kind: 'found', tools: { lake, lean, version: '4.28.0' } });
    }
  });

  it('on PATH, past relative entries and folders without Lean', async () => {
    const { bin, lean } = place({ lean: { version: '4.29.0-rc1' }, lake: { version: '4.29.0-rc1' } });
    const environment = { PATH: ['relative', '', home, path.join(home, 'nowhere'), bin].join(path.delimiter) };
    expect(await discover({ environment })).toMatchObject({ kind: 'found', tools: { lean, version: '4.29.0-rc1' } });
  });

  it("in elan's folder before PATH, and wherever ELAN_HOME says", async () => {
    placeElan();
    const other = place({ lean: { version: '4.30.0' }, lake: { version: '4.30.0' } });
    const environment = { PATH: other.bin };
    expect(await discover({ environment })).toMatchObject({ tools: { version: '4.28.0' } });
    expect(await discover({ environment: { ELAN_HOME: other.folder } })).toMatchObject({
      tools: { version: '4.30.0' },
    });
  });

  it('behind one that is unfit', async () => {
    const old = place({ lean: { version: '4.9.0' }, lake: { version: '4.9.0' } });
    const fit = place();
    const environment = { PATH: [old.bin, fit.bin].join(path.delimiter) };
    expect(await discover({ environment })).toMatchObject({ kind: 'found', tools: { lean: fit.lean } });
  });
});

describe('a toolchain that will not do is told with the way out', () => {
  it.each<[what: string, behaviour: Behaviour, names: string[] | undefined, reason: RegExp, fix: RegExp]>([
    [
      'too old',
      { lean: { version: '4.9.0' }, lake: { version: '4.9.0' } },
      undefined,
      /lean is version 4\.9\.0, and the library needs 4\.28 or later/,
      /elan toolchain install leanprover\/lean4:v4\.28\.0/,
    ],
    ['another Lean', { lean: { version: '5.1.0' } }, undefined, /is version 5\.1\.0/, /elan toolchain install/],
    [
      'mixed from two',
      { lake: { version: '4.29.0' } },
      undefined,
      /lake belongs to Lean 4\.29\.0, and .*lean is version 4\.28\.0/,
      /one toolchain/,
    ],
    ['without lean', {}, ['lake'], /lake has no lean beside it/, /elan/],
    ['without lake', {}, ['lean'], /lean has no lake beside it/, /elan/],
    [
      'not answering',
      { lean: { mode: 'hang' } },
      undefined,
      /lean --version did not answer within 1\.5 s/,
      /Run ".*lean --version" in .* to see why/,
    ],
    [
      'with a lake that does not answer',
      { lake: { mode: 'hang' } },
      undefined,
      /lake --version did not/,
      /Run ".*lake/,
    ],
    ['another program', { lean: { mode: 'garbage' } }, undefined, /does not seem to be Lean's.*Hello!/, /Install elan/],
    ['another program that talks', { lean: { mode: 'flood' } }, undefined, /answers --version with a flood/, /elan/],
    ['another lake', { lake: { mode: 'garbage' } }, undefined, /lake does not seem to be Lean's/, /elan/],
    ['crashing', { lean: { mode: 'killed' } }, undefined, /was ended by SIGSEGV/, /to see why/],
    [
      "elan's without a toolchain",
      { lean: { mode: 'error: no default toolchain configured.' } },
      undefined,
      /exit code 1 \(error: no default toolchain configured\.\)/,
      /elan toolchain install leanprover\/lean4:v4\.28\.0/,
    ],
  ])('%s', async (_, behaviour, names, reason, fix) => {
    const { bin } = place(behaviour, names);
    const found = await discover({ setting: bin, versionLimitMs: 1500 });
    expect(found).toMatchObject({
      kind: 'unfit',
      reason: expect.stringMatching(reason) as string,
      fix: expect.stringMatching(fix) as string,
    });
    const chosen = chooseBackend('auto', found);
    expect(chosen).toMatchObject({
      kind: 'embedded',
      note: { message: expect.stringMatching(reason) as string, fix: expect.stringMatching(fix) as string },
    });
    expect(chooseBackend('native', found)).toMatchObject({
      kind: 'impossible',
      fix: expect.stringMatching(fix) as string,
    });
  });

  it('not executable', async () => {
    const { bin, lean } = place();
    chmodSync(lean, 0o644);
    expect(await discover({ setting: bin })).toMatchObject({
      kind: 'unfit',
      reason: `${lean} may not be executed`,
      fix: expect.stringContaining('chmod +x') as string,
    });
  });

  it('set to what is no toolchain', async () => {
    const { bin } = place({}, []);
    for (const [setting, reason] of [
      ['elsewhere/bin', /is not absolute/],
      [path.join(home, 'nowhere'), /does not exist/],
      [path.join(bin, 'behaviour.json'), /neither a folder nor lake nor lean/],
      [bin, /there is no lake and lean in/],
    ] as const) {
      expect(await discover({ setting })).toMatchObject({
        kind: 'unfit',
        reason: expect.stringMatching(reason) as string,
      });
    }
  });

  it('of elan, without the toolchain that the folder asks for: and nothing is downloaded', async () => {
    placeElan();
    writeFileSync(path.join(home, 'lean-toolchain'), 'leanprover/lean4:v4.28.0\n');
    const folder = path.join(home, 'below');
    mkdirSync(folder);
    expect(await discover({ folder })).toMatchObject({
      kind: 'unfit',
      reason: expect.stringMatching(
        /elan has not installed the toolchain leanprover\/lean4:v4\.28\.0 that .*lean-toolchain asks/,
      ) as string,
      fix: expect.stringContaining('elan toolchain install leanprover/lean4:v4.28.0') as string,
    });
    expect(await discover({ folder, environment: { ELAN_TOOLCHAIN: 'leanprover/lean4:v4.30.0' } })).toMatchObject({
      reason: expect.stringContaining('v4.30.0 that ELAN_TOOLCHAIN asks') as string,
    });
    mkdirSync(path.join(home, '.elan/toolchains/leanprover--lean4---v4.28.0'), { recursive: true });
    expect(await discover({ folder })).toMatchObject({ kind: 'found' });
  });
});

describe('without any toolchain', () => {
  it('the embedded Lean is used without a word, unless a native one was demanded', async () => {
    const none = await discover({ environment: { PATH: home } });
    expect(none.kind).toBe('missing');
    expect(chooseBackend('auto', none)).toMatchObject({ kind: 'embedded', note: null });
    expect(chooseBackend('embedded', none)).toMatchObject({ kind: 'embedded', note: null });
    expect(chooseBackend('native', none)).toMatchObject({
      kind: 'impossible',
      why: expect.stringContaining('no lake and lean are in ~/.elan/bin or on PATH') as string,
      fix: expect.stringContaining('elan toolchain install') as string,
    });
  });
});
