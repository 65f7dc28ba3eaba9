import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { firstLine } from './lean-version.ts';

/**
 * `elan` puts stand-ins of `lean` and `lake` on the path, which fetch the toolchain that a folder asks for (some hundred
 * megabytes) when they are first called there. A question for the version must not start that, so what is installed is
 * looked up in elan's folder instead.
 */

/** Where elan lives, by its own variable or in the user's home. */
export function elanHome(environment: Readonly<Record<string, string | undefined>>, home: string): string {
  const set = environment['ELAN_HOME'];
  return set !== undefined && isAbsolute(set) ? set : join(home, '.elan');
}

/** Whether a program is one of elan's stand-ins: a link to, or a copy of, the `elan` beside it. */
export async function isElanProxy(program: string): Promise<boolean> {
  const target = await realpath(program).catch(() => program);
  if (/^elan(\.exe)?$/.test(basename(target))) return true;
  const elan = join(dirname(program), process.platform === 'win32' ? 'elan.exe' : 'elan');
  const [one, other] = await Promise.all([stat(program).catch(() => null), stat(elan).catch(() => null)]);
  return one !== null && other !== null && (one.ino === other.ino ? one.dev === other.dev : one.size === other.size);
}

export type ElanChoice =
  /** Installed, or for elan itself to find out: `stable` and its like, a folder's override, the default. */
  | { readonly kind: 'usable' }
  | { readonly kind: 'not-installed'; readonly toolchain: string; readonly because: string };

/**
 * The toolchain that elan would choose in a folder, as far as that can be read: from `ELAN_TOOLCHAIN`, else from the
 * nearest `lean-toolchain` upwards.
 *
 * @param folder absolute
 */
export async function elanChoice(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
): Promise<ElanChoice> {
  const asked = await askedToolchain(folder, environment);
  if (asked === null || !/^[A-Za-z0-9._-]+\/[A-Za-z0-9._-]+:v\d[A-Za-z0-9._-]*$/.test(asked.toolchain))
    return { kind: 'usable' };
  const folderName = asked.toolchain.replace('/', '--').replace(':', '---');
  const installed = await stat(join(elanHome(environment, home), 'toolchains', folderName)).catch(() => null);
  return installed?.isDirectory() === true ? { kind: 'usable' } : { kind: 'not-installed', ...asked };
}

async function askedToolchain(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ toolchain: string; because: string } | null> {
  const set = environment['ELAN_TOOLCHAIN'];
  if (set !== undefined && set !== '') return { toolchain: set.trim(), because: 'ELAN_TOOLCHAIN' };
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, 'lean-toolchain');
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text !== null) return { toolchain: firstLine(text), because: file };
    if (dirname(at) === at) return null;
  }
}
