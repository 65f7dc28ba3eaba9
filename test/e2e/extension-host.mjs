// Runs test/vscode inside the real extension host, with the real `vscode` API. The workbench reports through two
// functions that its page calls.
import { build } from 'esbuild';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  copySampleProject,
  makeProfile,
  remoteAddress,
  removeProfile,
  root,
  startServer,
  workbenchAddress,
} from './harness.mjs';
import { within } from './tally.mjs';

/** The whole run, start of VS Code and preparation of Lean included. */
const LIMIT_SECONDS = 900;

/** A line of the tests, among everything else that an extension host prints. */
const OURS = '[pcm] ';

export async function runExtensionHostTests({ tools, browser, tally, parts }) {
  console.log('Inside the extension host');
  const bundle = await bundleTests();
  const profile = makeProfile();
  writeSmallProjects(profile.workspace);
  const server = await startServer(tools, profile, { development: true });
  let heard = 0;
  let page;
  try {
    page = await browser.newPage();
    const exited = new Promise((resolve) => {
      void page.exposeFunction('codeAutomationExit', (code) => resolve(code));
    });
    await page.exposeFunction('codeAutomationLog', (_level, words) => {
      const line = words.join(' ');
      if (!line.startsWith(OURS)) return;
      const report = JSON.parse(line.slice(OURS.length));
      if ('figure' in report) {
        console.log(`       ${report.milliseconds} ms: ${report.figure}`);
        return;
      }
      heard++;
      tally[report.error === null ? 'passed' : 'failed']++;
      const verdict = report.error === null ? 'ok  ' : 'FAIL';
      console.log(`  ${verdict} ${report.name} (${(report.milliseconds / 1000).toFixed(1)} s)`);
      if (report.error !== null) console.log(report.error.replace(/^/gm, '       '));
    });
    await page.goto(
      workbenchAddress(server, profile.workspace, {
        extensionDevelopmentPath: remoteAddress(server, root),
        extensionTestsPath: remoteAddress(server, bundle),
        ...(parts !== undefined && { extensionEnvironment: JSON.stringify({ PCM_TEST_PARTS: parts }) }),
      }),
    );
    const code = await within(LIMIT_SECONDS, exited);
    // A run that ended badly without naming a failed test, or that ran nothing at all, is a failure too.
    if (heard === 0 || (code !== 0 && tally.failed === 0)) throw new Error(`the extension host ended with ${code}`);
  } catch (error) {
    tally.failed++;
    console.log(`  FAIL extension host: ${error.message}`);
  } finally {
    await page?.close();
    await server.stop();
    removeProfile(profile);
  }
}

async function bundleTests() {
  const outfile = path.join(root, 'dist/test/vscode.cjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['test/vscode/index.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
  return outfile;
}

/**
 * A project that is certified in seconds and claims one thing too much, the same for tests that kill what runs on it, and
 * one whose data end too early.
 */
function writeSmallProjects(workspace) {
  copySampleProject(workspace);
  const small = {
    name: 'small',
    models: [{ id: 'moments', kind: 'onnx', path: 'models/moments.onnx' }],
    data: ['data/screen.xyz'],
    failure: { kind: 'force-error', threshold: 0.5 },
    features: ['volume_per_atom', 'electronegativity_mean'],
    search: { strategies: ['random'], budget: 60, seed: 7 },
    refinement: { rounds: 2, replicates: 100 },
    // No sample of this size can show a failure rate this small: whatever the model does, `confidence` is refuted.
    claim: { violations: 1000, failureRate: 0.01, minimumInside: 0, minimumPerSlab: 0 },
  };
  copySampleProject(path.join(workspace, 'crash'));
  // All structures, so that there is some time to kill a process in the middle of them.
  const crash = { ...small, name: 'crash', search: { ...small.search, budget: 1000 } };
  writeFileSync(path.join(workspace, 'crash/pcm.json'), JSON.stringify(crash, null, 2));
  const truncated =
    '3\nLattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3:forces:R:3 energy=-1\nNa 0 0 0 0 0 0\n';
  mkdirSync(path.join(workspace, 'truncated/data'), { recursive: true });
  writeFileSync(path.join(workspace, 'pcm.json'), JSON.stringify(small, null, 2));
  copySampleProject(path.join(workspace, 'truncated'));
  writeFileSync(path.join(workspace, 'truncated/data/broken.xyz'), truncated);
  writeFileSync(
    path.join(workspace, 'truncated/pcm.json'),
    JSON.stringify({ ...small, name: 'truncated', data: ['data/broken.xyz'] }, null, 2),
  );
}
