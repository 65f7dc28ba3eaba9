// What can be done with certificates once they are there: read, put beside each other, held against new data. And the
// next project, whose data and models are those that lie in the folder.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { remoteAddress } from './harness.mjs';
import * as gestures from './gestures.mjs';

/** Needs a window of a sample project that is proved. */
export async function runCertificateTests({ page, server, test, shot, workspace }) {
  const certificate = gestures.ourPage(page);

  await test('a certificate shows its claims, verdicts and hashes in every theme', 120, async () => {
    await gestures.runCommand(page, 'View: Close All Editors');
    await gestures.openCertificate(page, 'moments.pcm-cert.json');
    const theorems = await certificate.locator('.verdict').count();
    assert.ok(theorems >= 8, `${theorems} theorems`);
    assert.equal(await certificate.locator('.verdict.proved').count(), theorems);
    assert.equal(await certificate.locator('.faults').count(), 0);
    assert.match(await certificate.locator('.hash').first().innerText(), /^[0-9a-f]{64}$/);
    for (const theme of Object.keys(gestures.THEMES)) {
      await gestures.chooseTheme(page, theme);
      await certificate.locator(`body.vscode-${theme}`).waitFor();
      await shot(`certificate-${theme}`);
    }
  });

  await test('data dropped onto a certificate are held against it, and it says what came of that', 180, async () => {
    // No script can make the browser's own gesture; this is what the page gets to see of it.
    await certificate.locator('body').evaluate(
      (body, dropped) => {
        const dataTransfer = new globalThis.DataTransfer();
        dataTransfer.setData('text/uri-list', dropped);
        body.dispatchEvent(new globalThis.DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      },
      remoteAddress(server, path.join(workspace, 'data/train.xyz')),
    );
    const news = certificate.locator('.falsification');
    await news.getByText('Of the new structures').waitFor({ timeout: 150_000 });
    const [, ...counts] =
      /(\d+) pass inside the envelope, (\d+) fail there, (\d+) lie outside, (\d+) were known and (\d+)/
        .exec(`-${await news.innerText()}`)
        .map(Number);
    // As many as the file has.
    assert.equal(
      counts.reduce((sum, each) => sum + each),
      102,
    );
    await shot('certificate-falsified');
  });

  await test('two certificates stand side by side, what differs first', 90, async () => {
    await gestures.clearNotifications(page);
    await gestures.runCommand(page, 'PCM: Compare Certificates');
    await gestures.pickRow(page, 'moments.pcm-cert.json');
    await gestures.pickRow(page, 'messages.pcm-cert.json');
    const comparison = gestures.ourPage(page);
    await comparison.getByRole('heading', { name: /^\d+ differences$/ }).waitFor({ timeout: 60_000 });
    const models = comparison.getByRole('row').filter({ hasText: /^model/ });
    assert.match(await models.innerText(), /moments\s+messages/);
    assert.ok(
      (await comparison.locator('html').evaluate((document) => document.scrollWidth - document.clientWidth)) <= 0,
      'too wide',
    );
    await shot('certificates-compared');
  });

  await test('a new project is asked for step by step, and written beside the one that is there', 120, async () => {
    const picker = page.locator('.quick-input-widget');
    const asked = (words) => picker.getByPlaceholder(words).waitFor({ timeout: 30_000 });
    await gestures.runCommand(page, 'PCM: New Project');
    await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Write pcm.new.json' }).click();
    await asked('Which potentials are to be audited?');
    await picker.getByRole('button', { name: 'OK' }).click();
    await asked('Which structures are the potentials tested with?');
    await picker.getByRole('button', { name: 'OK' }).click();
    await asked('When does a potential fail on a structure?');
    await gestures.pickRow(page, 'Force error');
    await picker.getByText(/Threshold in eV\/Å/).waitFor({ timeout: 30_000 });
    await picker.locator('input[type=text]').fill('0.4');
    await page.keyboard.press('Enter');
    await asked('What is to be claimed inside the envelope?');
    await gestures.pickRow(page, 'At most 10 % fail');
    await page.locator('.tab.active').filter({ hasText: 'pcm.new.json' }).waitFor({ timeout: 30_000 });
    await page.locator('.notification-toast').filter({ hasText: 'pcm.new.json is ready' }).waitFor();
    await shot('new-project');
    const written = readFileSync(path.join(workspace, 'pcm.new.json'), 'utf8');
    for (const part of ['models/moments.onnx', 'models/messages.onnx', 'data/screen.xyz', '"threshold": 0.4']) {
      assert.ok(written.includes(part), `${part} is not in ${written}`);
    }
  });
}
