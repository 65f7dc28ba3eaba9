// In front of the window: one VS Code, one page, and one project from its first minute on. Each part goes on where the one
// before left off; a part that is run alone starts from a project that was certified beforehand.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { runCertificateTests } from './certificates.mjs';
import { runDashboardTests } from './dashboard.mjs';
import * as gestures from './gestures.mjs';
import * as vscode from './harness.mjs';
import { runJourney } from './journey.mjs';
import { runStrangerTests } from './stranger.mjs';

/** In this order; every part but the first needs certificates. */
export const windowParts = {
  journey: runJourney,
  dashboard: runDashboardTests,
  certificates: runCertificateTests,
  stranger: runStrangerTests,
};

/** `only` names some of the parts. `install` puts the extension into a profile. */
export async function runWindowTests({ tools, browser, tally, results, only, install }) {
  console.log(`In front of the window${only === undefined ? '' : `: ${only.join(', ')}`}`);
  // What is installed from its package has to manage with what it brings.
  const profile = vscode.makeProfile({ trust: true, fresh: only === undefined });
  install(profile);
  const workspace = path.join(profile.folder, 'projects', 'pcm-sample');
  const fromNothing = only === undefined || only.includes('journey');
  if (!fromNothing) {
    mkdirSync(path.dirname(workspace));
    vscode.copySampleProject(workspace);
    vscode.certifySample(workspace, 'pcm.json');
  }
  const server = await vscode.startServer(tools, profile);
  let page;
  const shot = (name) => page.screenshot({ path: path.join(results, `${name}.png`) });
  const onFailure = async (name) => {
    console.log(vscode.extensionLog(profile).split('\n').slice(-12).join('\n'));
    // They say why something was not decided.
    const certificates = path.join(workspace, 'certificates');
    if (existsSync(certificates)) cpSync(certificates, path.join(results, 'failed-certificates'), { recursive: true });
    await shot(`failed-${name.replaceAll(/\W+/g, '-').slice(0, 60)}`);
  };
  const test = async (name, seconds, body) => {
    if (!(await tally.test(name, seconds, body, onFailure))) throw new LostWay(name);
  };
  try {
    page = await gestures.openWorkbench(browser, server, fromNothing ? undefined : workspace);
    if (!fromNothing) {
      await gestures.answerTrust(page, true);
      await gestures.extensionReady(page);
    }
    const stranger = path.join(profile.folder, 'stranger');
    const context = { page, server, profile, workspace, stranger, test, shot };
    for (const [name, runPart] of Object.entries(windowParts)) {
      if (only !== undefined && !only.includes(name)) continue;
      if (name === 'stranger') cpSync(workspace, stranger, { recursive: true });
      await runPart(context);
    }
    await test('no page broke a rule of its own or of the messages', 30, () => {
      const log = vscode.extensionLog(profile);
      assert.match(log, /\bpcm\b/, 'the log is not where it is looked for');
      assert.doesNotMatch(log, /Fault in the|Message of the .* refused|Unexpected output of pcm/);
    });
  } catch (error) {
    if (!(error instanceof LostWay)) throw error;
  } finally {
    await page?.close();
    await server.stop();
    vscode.removeProfile(profile);
  }
}

/** A step has failed, and every later one would start from where it leads. */
class LostWay extends Error {}
