// What a person sees: the workbench in a real browser, the sample project, the dashboard in three themes.
import assert from 'node:assert/strict';
import { copyFileSync, cpSync, existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import * as vscode from './harness.mjs';

/** One certification of the sample project, the preparation of Lean included. */
const RUN_SECONDS = 600;

/** The picture in the README may weigh this much. */
const LARGEST_PICTURE = 300_000;

/** How the page is told of a theme, and how the editor calls it. */
const TABS = ['Overview', 'Refinement', 'Discovery', 'Elements', 'Models', 'Risk', 'Counterexamples'];

const THEMES = { dark: 'Dark Modern', light: 'Light Modern', 'high-contrast': 'Dark High Contrast' };

export async function runBrowserTests(context) {
  console.log('In front of the window');
  const browser = await vscode.launchBrowser(context.tools, context.chromium);
  try {
    await certifyInTheWindow(context, browser);
    await lookWithoutTrust(context, browser);
  } finally {
    await browser.close();
  }
}

/** One window through the whole flow; every test goes on where the one before left off. */
async function certifyInTheWindow({ tools, tally, results, updateScreenshots }, browser) {
  const profile = vscode.makeProfile();
  vscode.installExtension(profile);
  vscode.copySampleProject(profile.workspace);
  const server = await vscode.startServer(tools, profile);
  let page;
  const shot = (name) => page.screenshot({ path: path.join(results, `${name}.png`) });
  const onFailure = async (name) => {
    console.log(vscode.extensionLog(profile).split('\n').slice(-12).join('\n'));
    // They say why something was not decided.
    const certificates = path.join(profile.workspace, 'certificates');
    if (existsSync(certificates)) cpSync(certificates, path.join(results, 'failed-certificates'), { recursive: true });
    await shot(`failed-${name.replaceAll(/\W+/g, '-').slice(0, 60)}`);
  };
  const test = (name, seconds, body) => tally.test(name, seconds, body, onFailure);
  try {
    page = await vscode.openWorkbench(browser, server, profile.workspace);
    const dashboard = vscode.dashboardPage(page);

    await test('the empty dashboard says what to do', 120, async () => {
      await page.locator('[id$="pcm.status"]').waitFor({ timeout: 90_000 });
      await vscode.runCommand(page, 'PCM: Show Dashboard');
      await dashboard.getByText('Nothing has been certified yet').waitFor();
      await dashboard.getByRole('button', { name: 'Certify' }).waitFor();
      await shot('dashboard-empty');
    });

    await test('structures are coloured by their grammar', 60, async () => {
      await vscode.openFile(page, 'screen.xyz');
      await page.locator('.statusbar').getByText('Extended XYZ').waitFor();
      const word = (text) => page.locator('.view-line span span').filter({ hasText: text }).first();
      await word('Lattice').waitFor();
      const colour = (locator) => locator.evaluate((node) => globalThis.getComputedStyle(node).color);
      assert.notEqual(await colour(word('Lattice')), await colour(word('Properties')));
    });

    await test('the over-confident claim is certified while the dashboard shows rounds', RUN_SECONDS, async () => {
      await vscode.runCommand(page, 'PCM: Certify');
      await vscode.pickRow(page, 'pcm.strict.json');
      await dashboard.getByRole('button', { name: 'Cancel' }).waitFor({ timeout: 60_000 });
      await openTab(dashboard, 'Discovery');
      await dashboard.locator('[data-chart=cumulative] canvas').waitFor({ timeout: 300_000 });
      await shot('dashboard-running');
      await openTab(dashboard, 'Refinement');
      await dashboard.locator('.envelope .card').first().waitFor({ timeout: 300_000 });
      await dashboard.locator('body[data-drawn=ended]').waitFor({ timeout: RUN_SECONDS * 1000 });
      await dashboard.getByText('claim refuted').waitFor();
      // One chart per feature, one of compression, one of rates.
      assert.equal(await dashboard.locator('.envelope .card').count(), 6);
      assert.equal(await dashboard.locator('.rounds tbody tr').count(), 4);
      await openTab(dashboard, 'Overview');
      await dashboard.getByText('What to do next').waitFor();
      assert.ok((await dashboard.locator('.theorem.refuted .reason').allInnerTexts()).every((reason) => reason !== ''));
    });

    await test('the result is announced, and the claim is marked in its file', 60, async () => {
      await page.locator('.notification-toast').filter({ hasText: 'obligations refuted' }).waitFor();
      await shot('dashboard-refuted');
      await vscode.runCommand(page, 'Notifications: Clear All Notifications');
      await vscode.openFile(page, 'pcm.strict.json');
      await page.locator('.squiggly-error').first().waitFor();
      await vscode.runCommand(page, 'Problems: Focus on Problems View');
      await page
        .locator('.markers-panel .monaco-list-row')
        .filter({ hasText: /is refuted|the claim behind/ })
        .first()
        .waitFor();
      await shot('claim-in-editor');
      await vscode.runCommand(page, 'View: Toggle Panel Visibility');
    });

    await test('the honest claim is proved, each model to itself', RUN_SECONDS, async () => {
      await vscode.runCommand(page, 'PCM: Certify');
      await vscode.pickRow(page, /^pcm\.json/);
      await dashboard.getByText('all obligations proved').waitFor({ timeout: RUN_SECONDS * 1000 });
      await vscode.runCommand(page, 'Notifications: Clear All Notifications');
      for (const model of ['messages', 'moments']) {
        await openTab(dashboard, 'Overview');
        await dashboard.locator('.models').getByRole('button', { name: model }).click();
        await dashboard.getByRole('heading', { name: `Model ${model}` }).waitFor();
        assert.equal(await dashboard.locator('.group').count(), await dashboard.locator('.group.proved').count());
      }
    });

    await test('a dashboard that was hidden comes back with everything', 60, async () => {
      const before = await dashboard.locator('#dashboard').innerText();
      await vscode.openFile(page, 'pcm.json');
      await page.locator('.tab').filter({ hasText: 'PCM Dashboard' }).click();
      await dashboard.locator('body[data-drawn=ended]').waitFor();
      assert.equal(await dashboard.locator('#dashboard').innerText(), before);
    });

    await test('everything on it can be reached by keyboard', 60, async () => {
      await openTab(dashboard, 'Overview');
      await dashboard.locator('h1').click();
      const focused = () =>
        dashboard.locator('body').evaluate((body) => body.ownerDocument.activeElement?.getAttribute('data-focus'));
      const reached = new Set();
      for (let press = 0; press < 30 && !reached.has('group safe'); press++) {
        await page.keyboard.press('Tab');
        reached.add(await focused());
      }
      for (const name of ['certify', 'open-certificate', 'model moments', 'group nested', 'group safe']) {
        assert.ok(reached.has(name), `${name} is not among ${[...reached].join(', ')}`);
      }
      const group = dashboard.locator('details.group').last();
      const wasOpen = await group.evaluate((details) => details.open);
      await page.keyboard.press('Enter');
      assert.equal(await group.evaluate((details) => details.open), !wasOpen);
    });

    await test('tabs are chosen by keyboard, and a filter holds in all of them', 90, async () => {
      await openTab(dashboard, 'Overview');
      await page.keyboard.press('End');
      assert.equal(await dashboard.locator('[role=tab][aria-selected=true]').innerText(), 'Counterexamples');
      await page.keyboard.press('Home');
      await openTab(dashboard, 'Elements');
      await dashboard.locator('.cell.known').first().waitFor({ timeout: 60_000 });
      const element = await dashboard.locator('.cell.known .symbol').first().innerText();
      await dashboard.locator(`[data-focus="element ${element}"]`).click();
      await dashboard.getByText(`contains ${element}`).waitFor();
      await openTab(dashboard, 'Counterexamples');
      await dashboard.getByText(`contains ${element}`).waitFor();
      const formulas = await dashboard.locator('.list-space .cell-formula').allInnerTexts();
      assert.ok(
        formulas.every((formula) => formula.includes(element)),
        formulas.join(' '),
      );
      await dashboard.getByRole('button', { name: 'Clear filter' }).click();
    });

    await test('a counterexample is shown with the forces of the data and of the model', 180, async () => {
      await openTab(dashboard, 'Counterexamples');
      await dashboard.locator('.list-space .list-row').first().click();
      await dashboard.locator('.structure .toggle').waitFor({ timeout: 150_000 });
      await vscode.pause(1500);
      await shot('structure');
      await dashboard.locator('.structure .toggle').click();
      await dashboard.locator('.structure').getByText('force of the model, eV/Å').waitFor();
    });

    await test('the page comes back after a reload with what the certificates hold', 120, async () => {
      await page.reload({ waitUntil: 'domcontentloaded' });
      await page.locator('.tab').filter({ hasText: 'PCM Dashboard' }).click({ timeout: 60_000 });
      // A browser stores which tab was chosen a few seconds later only, so that this says nothing of it.
      await dashboard.locator('body[data-drawn=ended]').waitFor({ timeout: 90_000 });
      await openTab(dashboard, 'Elements');
      await dashboard.locator('.cell.known').first().waitFor({ timeout: 90_000 });
    });

    await test('charts are drawn, and drawn anew in every theme', 120, async () => {
      await vscode.runCommand(page, 'View: Toggle Primary Side Bar Visibility');
      await openTab(dashboard, 'Refinement');
      const chart = dashboard.locator('.envelope .card canvas').first();
      const seen = new Set();
      for (const [theme, title] of Object.entries(THEMES)) {
        await vscode.chooseTheme(page, title);
        await dashboard.locator(`body.vscode-${theme}`).waitFor();
        await vscode.pause(500);
        assert.ok((await drawnPixels(chart)) > 2000, `${theme}: the chart is all but empty`);
        seen.add(await chart.evaluate((canvas) => canvas.toDataURL()));
        for (const name of TABS) {
          await openTab(dashboard, name);
          await vscode.pause(400);
          await shot(`tab-${name.toLowerCase()}-${theme}`);
        }
        await openTab(dashboard, 'Refinement');
        await dashboard.locator('h1').scrollIntoViewIfNeeded();
        await shot(`dashboard-${theme}`);
        if (theme === 'dark' && updateScreenshots) updatePicture(path.join(results, 'tab-discovery-dark.png'));
      }
      assert.equal(seen.size, 3, 'two themes gave the same picture');
      await vscode.chooseTheme(page, THEMES.dark);
    });

    await test('a narrow panel shows all of it, without a scroll bar to the side', 60, async () => {
      await page.setViewportSize({ width: 460, height: 900 });
      await vscode.pause(500);
      await shot('dashboard-narrow');
      const overflow = await dashboard
        .locator('html')
        .evaluate((document) => document.scrollWidth - document.clientWidth);
      assert.ok(overflow <= 0, `${overflow} pixels too wide`);
    });

    await test('the page broke no rule of its own and no script', 30, async () => {
      const log = vscode.extensionLog(profile);
      assert.match(log, /pcm stopped/, 'the log is not where it is looked for');
      assert.doesNotMatch(log, /Fault in the dashboard|Message of the dashboard refused|Unexpected output of pcm/);
    });
  } finally {
    await page?.close();
    await server.stop();
    vscode.removeProfile(profile);
  }
}

function openTab(dashboard, name) {
  return dashboard.getByRole('tab', { name }).click();
}

async function lookWithoutTrust({ tools, tally, results }, browser) {
  const profile = vscode.makeProfile({ trust: true });
  vscode.installExtension(profile);
  vscode.copySampleProject(profile.workspace);
  const server = await vscode.startServer(tools, profile);
  try {
    await tally.test('a workspace that is not trusted can be looked at, but nothing runs', 150, async () => {
      const page = await vscode.openWorkbench(browser, server, profile.workspace);
      await page.locator('[id$="pcm.status"]').waitFor({ timeout: 90_000 });
      await vscode.runCommand(page, 'PCM: Certify');
      await page.locator('.notification-toast').filter({ hasText: 'Trust the workspace first' }).waitFor();
      await vscode.runCommand(page, 'PCM: Show Dashboard');
      const button = vscode.dashboardPage(page).locator('vscode-button', { hasText: 'Certify' });
      await button.and(vscode.dashboardPage(page).locator('[disabled]')).waitFor();
      await page.screenshot({ path: path.join(results, 'untrusted.png') });
      assert.doesNotMatch(vscode.extensionLog(profile), /pcm\.cjs/);
      await page.close();
    });
  } finally {
    await server.stop();
    vscode.removeProfile(profile);
  }
}

function drawnPixels(canvas) {
  return canvas.evaluate((node) => {
    const { data } = node.getContext('2d').getImageData(0, 0, node.width, node.height);
    let drawn = 0;
    for (let at = 3; at < data.length; at += 4) if (data[at] > 0) drawn++;
    return drawn;
  });
}

function updatePicture(source) {
  const target = path.join(vscode.root, 'media/screenshots/dashboard.png');
  const { size } = statSync(source);
  assert.ok(size <= LARGEST_PICTURE, `the picture for the README weighs ${size} bytes`);
  mkdirSync(path.dirname(target), { recursive: true });
  copyFileSync(source, target);
}
