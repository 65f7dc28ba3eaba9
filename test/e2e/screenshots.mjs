// Takes the pictures of the README in a real window, in every theme: `npm run screenshots`. All of them go to
// test/results/screenshots; those that the README shows also replace the ones in media/screenshots.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import * as vscode from './harness.mjs';
import { prepareTools } from './tools/setup.mjs';

/** How the page is told of a theme, and how the editor calls it. */
const THEMES = { dark: 'Dark Modern', light: 'Light Modern', 'high-contrast': 'Dark High Contrast' };

/** The pictures of the README, each in the theme it is shown in. */
const SHOWN = { overview: 'dark', discovery: 'light', view: 'dark', certificate: 'light', claim: 'dark', goal: 'dark' };

const LARGEST_PICTURE = 200_000;
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
certify('pcm.json');
const server = await vscode.startServer(tools, profile);
const browser = await vscode.launchBrowser(tools, chromium);
try {
  const page = await vscode.openWorkbench(browser, server, workspace);
  await page.setViewportSize(SIZE);
  await page.locator('[id$="pcm.status"]').waitFor({ timeout: 90_000 });
  await vscode.runCommand(page, 'View: Toggle Primary Side Bar Visibility');
  await takeDashboard(page);
  await takeView(page);
  await takeCertificate(page);
  certify('pcm.strict.json');
  // A new window, which knows nothing of the run that was proved.
  await page.reload({ waitUntil: 'domcontentloaded' });
  await page.locator('[id$="pcm.status"]').waitFor({ timeout: 90_000 });
  await takeFailure(page);
  for (const [name, theme] of Object.entries(SHOWN)) keep(name, theme);
} finally {
  await browser.close();
  await server.stop();
  vscode.removeProfile(profile);
}

/** Certifies the sample beforehand, by the command line; what is refuted is what the pictures show. */
function certify(config) {
  const words = ['certify', workspace, '--config', config];
  const { status } = spawnSync(process.execPath, [path.join(vscode.root, 'dist/pcm.cjs'), ...words], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  assert.ok(status === 0 || status === 1, `the sample could not be certified by ${config}`);
}

async function takeDashboard(page) {
  const dashboard = vscode.dashboardPage(page);
  await vscode.runCommand(page, 'PCM: Show Dashboard');
  await dashboard.locator('body[data-drawn=ended]').waitFor({ timeout: 60_000 });
  for (const name of ['overview', 'discovery']) {
    await dashboard.locator(`#tab-${name}`).click();
    await inEveryTheme(page, name, async (theme) => {
      await dashboard.locator(`body.vscode-${theme}`).waitFor();
      await dashboard.locator('h1').scrollIntoViewIfNeeded();
    });
  }
}

/** The tree of everything that is certified, beside the dashboard. */
async function takeView(page) {
  await page.getByRole('tab', { name: 'Proof-Carrying Materials' }).click();
  const row = (text) => page.locator('.part.sidebar .monaco-list-row').filter({ hasText: text }).first();
  await row('moments').waitFor({ timeout: 60_000 });
  await vscode.dashboardPage(page).locator('#tab-overview').click();
  await page.locator('.part.sidebar .monaco-list').first().focus();
  // Opens everything below what is chosen.
  await page.keyboard.press('Home');
  await page.keyboard.press('*');
  await inEveryTheme(page, 'view');
}

async function takeCertificate(page) {
  await vscode.runCommand(page, 'View: Toggle Primary Side Bar Visibility');
  await vscode.runCommand(page, 'View: Close All Editors');
  await vscode.openFile(page, 'moments.pcm-cert.json');
  await vscode.runCommand(page, 'View: Reopen Editor With...');
  await vscode.pickRow(page, 'PCM Certificate');
  const certificate = vscode.frontPage(page);
  await certificate.getByText('What is claimed').waitFor({ timeout: 30_000 });
  await inEveryTheme(page, 'certificate', (theme) => certificate.locator(`body.vscode-${theme}`).waitFor());
  await vscode.runCommand(page, 'View: Close All Editors');
}

/** What Lean refuted: at the claim, and at the theorem with its goal. */
async function takeFailure(page) {
  await vscode.openFile(page, 'pcm.strict.json');
  await page.locator('.squiggly-error').first().waitFor({ timeout: 60_000 });
  await vscode.runCommand(page, 'Problems: Focus on Problems View');
  await page.locator('.panel .monaco-inputbox input').fill('**/pcm.strict.json');
  const problem = page.locator('.markers-panel .monaco-list-row').filter({ hasText: 'confidence is refuted' }).first();
  await problem.waitFor({ timeout: 30_000 });
  await inEveryTheme(page, 'claim', async () => {
    await problem.click();
    await page.keyboard.press('Enter');
  });
  await vscode.runCommand(page, 'View: Toggle Panel Visibility');
  await page.keyboard.press('Alt+F9');
  await page.locator('.view-line').filter({ hasText: '⊢' }).first().waitFor({ timeout: 180_000 });
  await page.locator('.codelens-decoration a').filter({ hasText: 'Fix' }).first().waitFor({ timeout: 30_000 });
  await inEveryTheme(page, 'goal');
}

async function inEveryTheme(page, name, ready = async () => {}) {
  for (const [theme, title] of Object.entries(THEMES)) {
    await vscode.chooseTheme(page, title);
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await vscode.runCommand(page, 'Notifications: Clear All Notifications');
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await ready(theme);
    await page.mouse.move(SIZE.width - 1, SIZE.height / 2);
    // Colours fade in and charts are drawn anew; nothing tells when they are done.
    await vscode.pause(1200);
    await page.screenshot({ path: picture(name, theme) });
  }
  await vscode.chooseTheme(page, THEMES.dark);
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
