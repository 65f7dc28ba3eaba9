// A folder that somebody else has certified, and that the user does not trust: it can be looked at, and nothing runs.
import assert from 'node:assert/strict';
import { extensionLog } from './harness.mjs';
import * as gestures from './gestures.mjs';

/** `stranger` is a folder with a project and its certificates. */
export async function runStrangerTests({ page, server, test, shot, profile, stranger }) {
  await test('a workspace that is not trusted can be looked at, but nothing runs', 150, async () => {
    await gestures.openFolder(page, server, stranger);
    await gestures.answerTrust(page, false);
    await gestures.extensionReady(page);
    await gestures.runCommand(page, 'PCM: Certify');
    await page.locator('.notification-toast').filter({ hasText: 'Trust the workspace first' }).waitFor();
    await gestures.runCommand(page, 'PCM: Show Dashboard');
    const dashboard = gestures.ourPage(page);
    await dashboard.locator('vscode-button[disabled]', { hasText: 'Certify' }).waitFor();
    await shot('untrusted');
    await gestures.openCertificate(page, 'moments.pcm-cert.json');
    assert.ok((await gestures.ourPage(page).locator('.verdict').count()) > 0);
    await shot('untrusted-certificate');
    // All of them only read.
    const lines = extensionLog(profile)
      .split('\n')
      .filter((line) => line.includes(stranger));
    assert.deepEqual(
      lines.filter((line) => !/ pcm "(replay|report|status)" /.test(line)),
      [],
    );
  });
}
