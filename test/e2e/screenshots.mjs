// Takes the pictures of the README in a real window, in every theme: `npm run screenshots`. All of them go to
// test/results/screenshots; those that the README shows also replace the ones in media/screenshots.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import * as gestures from './gestures.mjs';
import * as vscode from './harness.mjs';
import { prepareTools } from './tools/setup.mjs';

/** The pictures of the README, each in the theme it is shown in. */
const SHOWN = { discovery: 'light', view: 'dark', certificate: 'light', claim: 'dark', goal: 'dark' };

const LARGEST_PICTURE = 200_000;
/** As wide as a side bar, and as half of a small window. */
const NARROW = [300, 500];

/** Colours fade in and charts are drawn anew; nothing tells when they are done. */
const SETTLED_MILLISECONDS = 1200;

const SIZE = { width: 1200, height: 760 };

const results = path.join(vscode.root, 'test/results/screenshots');
const media = path.join(vscode.root, 'media/screenshots');

execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: vscode.root, stdio: 'inherit' });
const prepared = prepareTools((words) => console.log(`screenshots: ${words} ...`));
if (prepared.kind === 'unavailable') {
  console.error(prepared.reason);
  process.exit(2);
}
mkdirSync(results, { recursive: true });
mkdirSync(media, { recursive: true });

const { tools, chromium } = prepared;
const profile = vscode.makeProfile();
vscode.installExtension(profile);
const workspace = path.join(profile.folder, 'pcm-sample');
vscode.copySampleProject(workspace);
vscode.certifySample(workspace, 'pcm.json');
const server = await vscode.startServer(tools, profile);
const browser = await vscode.launchBrowser(tools, chromium);
try {
  const page = await gestures.openWorkbench(browser, server, workspace);
  await page.setViewportSize(SIZE);
  await gestures.extensionReady(page);
  await gestures.hideSideBar(page);
  await takeDashboard(page);
  await takeView(page);
  await takeCertificate(page);
  vscode.certifySample(workspace, 'pcm.strict.json');
  // A new window, which knows nothing of the run that was proved.
  await page.reload({ waitUntil: 'domcontentloaded' });
  await gestures.extensionReady(page);
  await takeFailure(page);
  for (const [name, theme] of Object.entries(SHOWN)) keep(name, theme);
} finally {
  await browser.close();
  await server.stop();
  vscode.removeProfile(profile);
}

async function takeDashboard(page) {
  const dashboard = gestures.ourPage(page);
  await gestures.runCommand(page, 'PCM: Show Dashboard');
  await dashboard.locator('body[data-drawn=ended]').waitFor({ timeout: 60_000 });
  const tabs = await dashboard.locator('[role=tab]').evaluateAll((all) => all.map(({ id }) => id));
  const open = async (tab, name) => {
    await dashboard.locator(`#${tab}`).click();
    await dashboard.locator('h1').scrollIntoViewIfNeeded();
    if (tab === 'tab-counterexamples') {
      await dashboard.locator('.list-space .list-row').first().click();
      await dashboard.locator('.structure .toggle').waitFor({ timeout: 150_000 });
    }
    await take(page, `${tab.slice('tab-'.length)}-${name}`);
  };
  await inEveryTheme(page, async (theme) => {
    await dashboard.locator(`body.vscode-${theme}`).waitFor();
    for (const tab of tabs) await open(tab, theme);
  });
  for (const width of NARROW) {
    // The panel is all of the window but for the activity bar; as high as nobody's window, to show all of a page.
    await page.setViewportSize({ width: width + 48, height: 2400 });
    for (const tab of tabs) await open(tab, width);
  }
  await page.setViewportSize(SIZE);
}

/** The tree of everything that is certified, beside the dashboard. */
async function takeView(page) {
  await page.getByRole('tab', { name: 'Proof-Carrying Materials' }).click();
  const row = (text) => page.locator('.part.sidebar .monaco-list-row').filter({ hasText: text }).first();
  await row('moments').waitFor({ timeout: 60_000 });
  await gestures.ourPage(page).locator('#tab-overview').click();
  await page.locator('.part.sidebar .monaco-list').first().focus();
  // Opens everything below what is chosen.
  await page.keyboard.press('Home');
  await page.keyboard.press('*');
  await inEveryTheme(page, (theme) => take(page, `view-${theme}`));
}

async function takeCertificate(page) {
  await gestures.hideSideBar(page);
  await gestures.runCommand(page, 'View: Close All Editors');
  await gestures.openCertificate(page, 'moments.pcm-cert.json');
  const certificate = gestures.ourPage(page);
  await inEveryTheme(page, async (theme) => {
    await certificate.locator(`body.vscode-${theme}`).waitFor();
    await take(page, `certificate-${theme}`);
  });
  await gestures.runCommand(page, 'View: Close All Editors');
}

/** What Lean refuted: at the claim, and at the theorem with its goal. */
async function takeFailure(page) {
  await gestures.openFile(page, 'pcm.strict.json');
  await page.locator('.squiggly-error').first().waitFor({ timeout: 60_000 });
  await gestures.showProblems(page, 'pcm.strict.json');
  const problem = gestures.problems(page, 'confidence is refuted').first();
  await problem.waitFor({ timeout: 30_000 });
  await inEveryTheme(page, async (theme) => {
    await problem.click();
    await page.keyboard.press('Enter');
    await take(page, `claim-${theme}`);
  });
  await gestures.runCommand(page, 'View: Toggle Panel Visibility');
  await gestures.runCommand(page, 'PCM: Go to Next Failing Obligation');
  await page.locator('.view-line').filter({ hasText: '⊢' }).first().waitFor({ timeout: 180_000 });
  await gestures.lens(page, 'Fix').waitFor({ timeout: 30_000 });
  await inEveryTheme(page, (theme) => take(page, `goal-${theme}`));
}

async function inEveryTheme(page, look) {
  for (const theme of Object.keys(gestures.THEMES)) {
    await gestures.chooseTheme(page, theme);
    await gestures.clearNotifications(page);
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await look(theme);
  }
}

async function take(page, name) {
  await page.mouse.move(SIZE.width - 1, SIZE.height / 2);
  await vscode.pause(SETTLED_MILLISECONDS);
  await page.screenshot({ path: path.join(results, `${name}.png`) });
}

function picture(name, theme) {
  return path.join(results, `${name}-${theme}.png`);
}

function keep(name, theme) {
  const { size } = statSync(picture(name, theme));
  assert.ok(size <= LARGEST_PICTURE, `${name} weighs ${size} bytes`);
  copyFileSync(picture(name, theme), path.join(media, `${name}.png`));
  console.log(`media/screenshots/${name}.png: ${Math.round(size / 1000)} kB`);
}
