// Brings a bare clone to the point where everything runs: dependencies installed, bundles built. Uses nothing but Node
// and npm, does nothing that is already done, and needs no network the second time.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const OLDEST_NODE = [20, 19];

/** Ends the process with a message when Node is too old to run the rest. */
function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  console.error(`Node ${OLDEST_NODE.join('.')} or newer is needed; this is ${process.versions.node}.`);
  process.exit(2);
}

/** Runs a program in the repository, its output going to the terminal. Ends this process when it fails. */
export function run(command, args, environment = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...environment } });
  if (result.status === 0) return;
  console.error(`\n${command} ${args.join(' ')} failed (${result.error?.message ?? result.signal ?? result.status}).`);
  process.exit(2);
}

function installDependencies() {
  const stamp = path.join(root, 'node_modules', '.installed-from');
  const wanted = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Installing dependencies (about 230 MB, once) ...');
  // No install scripts run: onnxruntime-node's would fetch GPU libraries, and nothing else needs one.
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(stamp, wanted);
}

/** Dependencies and bundles. Safe to call any number of times. */
export function setUp() {
  requireNode();
  installDependencies();
  run(process.execPath, ['scripts/build.mjs']);
}
