// The way a person takes from nothing to a proof: the sample project, a claim that says too much, what Lean refutes of it,
// the claim that is to blame, the fix that is offered there, and the run that proves everything. Clicks and keys only.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import * as gestures from './gestures.mjs';

const { openTab, ourPage, until } = gestures;

/** One certification of the sample project on a loaded machine. */
const RUN_SECONDS = 600;

/** More fixes than this in a row mean that they do not mend anything. */
const MOST_FIXES = 8;

/** Needs a window with nothing open in it; `workspace` is where the sample is to end up. */
export async function runJourney({ page, test, shot, workspace }) {
  const dashboard = ourPage(page);

  await test('the sample project is put where the user says, and opens', 120, async () => {
    const parent = path.dirname(workspace);
    // By what lies in it, it is seen that a dialog shows this folder.
    const neighbour = 'other-project';
    mkdirSync(path.join(parent, neighbour), { recursive: true });
    await page.getByRole('tab', { name: 'Proof-Carrying Materials' }).click({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Open Sample Project' }).click({ timeout: 60_000 });
    const dialog = page.locator('.quick-input-widget');
    await dialog.getByText('Folder to put the sample project into').waitFor({ timeout: 30_000 });
    await gestures.settled(
      async () => {
        await dialog.locator('.monaco-list-row').first().waitFor();
        await dialog.locator('input[type=text]').fill(`${parent}/`);
        await dialog.locator('.monaco-list-row').filter({ hasText: neighbour }).waitFor({ timeout: 5000 });
        await dialog.getByRole('button', { name: 'Put Sample Here' }).click();
      },
      () => dialog.waitFor({ state: 'hidden', timeout: 10_000 }),
    );
    await gestures.answerTrust(page, true);
    await page.locator('.explorer-folders-view').getByText('pcm.strict.json').waitFor({ timeout: 60_000 });
    await gestures.extensionReady(page);
    await gestures.runCommand(page, 'Developer: Show Running Extensions');
    const ours = page.locator('.monaco-list-row').filter({ hasText: 'Proof-Carrying Materials' });
    console.log(`       ${await ours.getByText(/Activation: /).innerText()}`);
    await page.keyboard.press('Escape');
  });

  await test('structures are coloured by their grammar', 60, async () => {
    await gestures.openFile(page, 'screen.xyz');
    await page.locator('.statusbar').getByText('Extended XYZ').waitFor();
    const word = (text) => page.locator('.view-line span span').filter({ hasText: text }).first();
    await word('Lattice').waitFor();
    const colour = (locator) => locator.evaluate((node) => globalThis.getComputedStyle(node).color);
    assert.notEqual(await colour(word('Lattice')), await colour(word('Properties')));
  });

  await test('the empty dashboard says what to do', 60, async () => {
    await gestures.openFile(page, 'pcm.strict.json');
    await gestures.runCommand(page, 'PCM: Show Dashboard');
    await dashboard.getByText('Nothing has been certified yet').waitFor();
    await dashboard.getByRole('button', { name: 'Certify' }).waitFor();
    await shot('dashboard-empty');
  });

  await test(
    'Certify above the project file starts a run, and the dashboard follows it live',
    RUN_SECONDS,
    async () => {
      await gestures.lens(page, 'Certify').click({ timeout: 30_000 });
      const clicked = performance.now();
      await dashboard.getByRole('button', { name: 'Cancel' }).waitFor({ timeout: 60_000 });
      await openTab(dashboard, 'Discovery');
      await dashboard.locator('[data-chart=cumulative] canvas').waitFor({ timeout: 300_000 });
      console.log(`       ${Math.round(performance.now() - clicked)} ms: from the click to the first points`);
      await dashboard.locator('body[data-drawn=running]').waitFor();
      await shot('dashboard-running');
      await openTab(dashboard, 'Refinement');
      await dashboard.locator('.envelope .card').first().waitFor({ timeout: 300_000 });
      await dashboard.locator('body[data-drawn=ended]').waitFor({ timeout: RUN_SECONDS * 1000 });
      // One chart per feature, one of compression, one of rates.
      assert.equal(await dashboard.locator('.envelope .card').count(), 6);
      assert.equal(await dashboard.locator('.rounds tbody tr').count(), 4);
    },
  );

  await test('the dashboard names the obligation that Lean refuted, and says what to do', 60, async () => {
    await openTab(dashboard, 'Overview');
    await dashboard.getByText('claim refuted').waitFor();
    await dashboard.getByText('What to do next').waitFor();
    await dashboard.locator('.theorem.refuted code').getByText('confidence').waitFor();
    assert.ok((await dashboard.locator('.theorem.refuted .reason').allInnerTexts()).every((reason) => reason !== ''));
    await shot('dashboard-refuted');
  });

  await test('a key opens the failing theorem, with the goal beside it', 200, async () => {
    await page.locator('.notification-toast').filter({ hasText: 'obligations refuted' }).waitFor();
    await gestures.clearNotifications(page);
    await page.locator('.tab').filter({ hasText: 'pcm.strict.json' }).click();
    await page.keyboard.press('Alt+F9');
    await page
      .locator('.tab')
      .filter({ hasText: /(Moments|Messages)\.lean/ })
      .waitFor({ timeout: 30_000 });
    await page.locator('.view-line').filter({ hasText: '⊢' }).first().waitFor({ timeout: 180_000 });
    await shot('goal');
  });

  await test('from the theorem to its claim, which is marked as the problem', 60, async () => {
    await gestures.lens(page, 'Claim').click({ timeout: 30_000 });
    await page.locator('.tab.active').filter({ hasText: 'pcm.strict.json' }).waitFor();
    await page.locator('.squiggly-error').first().waitFor({ timeout: 30_000 });
    await gestures.showProblems(page, 'pcm.strict.json');
    await problems(page).filter({ hasText: 'confidence is refuted' }).first().waitFor({ timeout: 30_000 });
    await shot('problem');
  });

  await test('quick fixes with a preview mend what is claimed, and the problems follow', 240, async () => {
    let fixes = 0;
    while ((await failing(page).count()) > 0) {
      assert.ok(fixes < MOST_FIXES, `${fixes} fixes have not mended the claim`);
      const before = await failing(page).allInnerTexts();
      const offered = page.locator('.action-widget .monaco-list-row').filter({ hasText: 'Claim "' }).first();
      await gestures.settled(
        async () => {
          await failing(page).first().click();
          await page.keyboard.press('Enter');
          await page.locator('.monaco-editor.focused').waitFor({ timeout: 10_000 });
          await page.keyboard.press('Control+.');
        },
        () => offered.waitFor({ timeout: 5000 }),
      );
      await shot(`fix-${fixes}`);
      await offered.click();
      await page.locator('.bulk-edit-panel .monaco-list-row').first().waitFor({ timeout: 30_000 });
      await shot(`preview-${fixes}`);
      await page.getByRole('button', { name: 'Apply' }).click();
      const applied = performance.now();
      await until('the problems follow', 60, async () => {
        const now = await failing(page).allInnerTexts();
        return now.join() !== before.join();
      });
      console.log(`       ${Math.round(performance.now() - applied)} ms: from the edit to the problems`);
      fixes++;
    }
    assert.ok(fixes > 0);
  });

  await test('certified again, a window that is loaded anew in the middle finds the run interrupted', 180, async () => {
    // A question that is not answered at once waits among the notifications.
    await gestures.runCommand(page, 'Notifications: Show Notifications');
    const notifications = page.locator('.notifications-center');
    assert.equal(await notifications.locator('.codicon-error').count(), 0, await notifications.innerText());
    await notifications.getByRole('button', { name: 'Certify Again' }).first().click();
    await dashboard.locator('body[data-drawn=running]').waitFor({ timeout: 60_000 });
    await page.reload({ waitUntil: 'domcontentloaded' });
    await page.locator('.notification-toast').filter({ hasText: 'was interrupted' }).waitFor({ timeout: 90_000 });
    await page.locator('.tab').filter({ hasText: 'PCM Dashboard' }).click({ timeout: 60_000 });
    await dashboard.getByText('interrupted', { exact: true }).waitFor({ timeout: 90_000 });
    await shot('interrupted');
  });

  await test('resumed, it ends with everything proved, each model to itself', RUN_SECONDS, async () => {
    // The notification offers it, too, for as long as it is seen.
    await dashboard.getByRole('button', { name: 'Resume' }).click();
    await dashboard.getByText('all obligations proved').waitFor({ timeout: RUN_SECONDS * 1000 });
    await shot('proved');
    for (const model of ['messages', 'moments']) {
      await dashboard.locator('.models').getByRole('button', { name: model }).click();
      await dashboard.getByRole('heading', { name: `Model ${model}` }).waitFor();
      assert.equal(await dashboard.locator('.group').count(), await dashboard.locator('.group.proved').count());
    }
    await gestures.runCommand(page, 'Problems: Focus on Problems View');
    await until('no problem is left', 60, async () => (await problems(page).count()) === 0);
    await gestures.runCommand(page, 'View: Toggle Panel Visibility');
    await gestures.clearNotifications(page);
  });
}

/** Problems of what Lean has decided. */
function problems(page) {
  return gestures.problems(page, /^(moments|messages): /);
}

/** The problems that a quick fix may mend: what Lean refuted, and what would fail as the claim is now. */
function failing(page) {
  return problems(page).filter({ hasText: /(coverage|confidence) (is refuted|would fail)/ });
}
