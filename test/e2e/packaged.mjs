// The packaged extension, installed into a VS Code that has never seen this repository: no cache, no network, nothing but
// what the package brings.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import * as vscode from './harness.mjs';

/** One certification of the sample project on a loaded machine. */
const RUN_SECONDS = 300;
const LARGEST_PACKAGE = 120e6;

export async function runPackagedTests({ tools, chromium, tally, results }) {
  console.log('Installed from its package');
  const { name, version } = JSON.parse(readFileSync(path.join(vscode.root, 'package.json'), 'utf8'));
  const file = path.join(vscode.root, 'dist', `${name}-linux-x64-${version}.vsix`);
  await tally.test('a package is made for this platform, and is not too large', 300, () => {
    execFileSync(process.execPath, ['scripts/package.mjs', 'linux-x64'], { cwd: vscode.root, stdio: 'ignore' });
    const { size } = statSync(file);
    console.log(`       ${(size / 1e6).toFixed(1)} MB`);
    assert.ok(size <= LARGEST_PACKAGE, `${size} bytes`);
  });
  const profile = vscode.makeProfile({ fresh: true });
  vscode.installPackage(tools, profile, file);
  vscode.copySampleProject(profile.workspace);
  const server = await vscode.startServer(tools, profile);
  const browser = await vscode.launchBrowser(tools, chromium);
  try {
    const page = await vscode.openWorkbench(browser, server, profile.workspace);
    const shot = (picture) => page.screenshot({ path: path.join(results, `${picture}.png`) });
    const onFailure = async (title) => {
      console.log(vscode.extensionLog(profile).split('\n').slice(-12).join('\n'));
      await shot(`failed-${title.replaceAll(/\W+/g, '-').slice(0, 60)}`);
    };
    await tally.test(
      'it certifies the sample and proves everything, right after its installation',
      RUN_SECONDS,
      async () => {
        await page.locator('[id$="pcm.status"]').waitFor({ timeout: 90_000 });
        await vscode.runCommand(page, 'PCM: Certify');
        await vscode.pickRow(page, /^pcm\.json/);
        await page
          .locator('[id$="pcm.status"]')
          .getByText('proved')
          .waitFor({ timeout: RUN_SECONDS * 1000 });
      },
      onFailure,
    );
    await tally.test(
      'the certificate shows its claims, verdicts and hashes in every theme',
      120,
      async () => {
        await vscode.runCommand(page, 'Notifications: Clear All Notifications');
        await vscode.runCommand(page, 'View: Close All Editors');
        await vscode.openFile(page, 'moments.pcm-cert.json');
        await vscode.runCommand(page, 'View: Reopen Editor With...');
        await vscode.pickRow(page, 'PCM Certificate');
        const certificate = vscode.frontPage(page);
        await certificate.getByText('What is claimed').waitFor({ timeout: 30_000 });
        assert.equal(await certificate.locator('.verdict.proved').count(), 9);
        assert.equal(await certificate.locator('.faults').count(), 0);
        assert.match(await certificate.locator('.hash').first().innerText(), /^[0-9a-f]{64}$/);
        for (const [theme, title] of Object.entries({
          light: 'Light Modern',
          'high-contrast': 'Dark High Contrast',
          dark: 'Dark Modern',
        })) {
          await vscode.chooseTheme(page, title);
          await certificate.locator(`body.vscode-${theme}`).waitFor();
          await vscode.pause(300);
          await shot(`certificate-${theme}`);
        }
      },
      onFailure,
    );
    await page.close();
  } finally {
    await browser.close();
    await server.stop();
    vscode.removeProfile(profile);
  }
}
