// What a person does in the window, and how long it may take until something is seen of it.
import { workbenchAddress } from './harness.mjs';

/** How a page of ours is told of a theme, and how the editor calls it. */
export const THEMES = { light: 'Light Modern', 'high-contrast': 'Dark High Contrast', dark: 'Dark Modern' };

/** A page with `folder` open, or nothing. */
export async function openWorkbench(browser, server, folder) {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  await openFolder(page, server, folder);
  return page;
}

/** Opens `folder`, or nothing, in a page that may show something else. */
export async function openFolder(page, server, folder) {
  await page.goto(workbenchAddress(server, folder), { waitUntil: 'domcontentloaded', timeout: 90_000 });
  await page.locator('.monaco-workbench .statusbar').waitFor({ timeout: 60_000 });
}

/** Until the extension has come to life in the window. */
export function extensionReady(page) {
  return page.locator('[id$="pcm.status"]').waitFor({ timeout: 90_000 });
}

/** Answers the editor's question whether the folder that was opened is trusted. */
export async function answerTrust(page, isTrusted) {
  const name = isTrusted ? /^Yes, I trust the authors/ : /^No, I don't trust the authors/;
  await page.locator('.monaco-dialog-box').getByRole('button', { name }).click({ timeout: 60_000 });
}

/**
 * Opens a quick pick with `key`, types `text`, takes the row with `pick`. Another part of the workbench can steal the
 * focus and close the picker under us; then we look again, at most five times.
 */
async function quickPick(page, key, text, pick) {
  const widget = page.locator('.quick-input-widget');
  const input = widget.locator('input[type=text]');
  const row = widget.locator('.quick-input-list .monaco-list-row').filter({ hasText: pick }).first();
  let last;
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      if (!(await widget.isVisible())) await page.keyboard.press(key);
      await input.fill(text, { timeout: 3000 });
      await row.click({ timeout: 3000 });
      await pickerLeft(page, text);
      return;
    } catch (error) {
      last = error;
      // A list that was made before an extension had told of its commands stays as it is until it is opened anew.
      await page.keyboard.press('Escape');
    }
  }
  throw last;
}

/** Until the picker is closed, or the command has opened the next one. */
async function pickerLeft(page, text) {
  const left = (typed) => {
    const widget = globalThis.document.querySelector('.quick-input-widget');
    return !widget || widget.style.display === 'none' || widget.querySelector('input[type=text]')?.value !== typed;
  };
  await page.waitForFunction(left, text, { timeout: 3000 }).catch(() => {});
}

export function runCommand(page, title) {
  return quickPick(page, 'F1', `>${title}`, title);
}

export async function openFile(page, name) {
  await quickPick(page, 'Control+P', name, name);
  await page.locator('.tab.active').filter({ hasText: name }).waitFor({ timeout: 15_000 });
}

/** Takes a row of the picker that a command has just opened. */
export function pickRow(page, text) {
  return page
    .locator('.quick-input-widget .quick-input-list .monaco-list-row')
    .filter({ hasText: text })
    .first()
    .click({ timeout: 15_000 });
}

/** Switches the colours of the whole workbench, as a person would; `theme` is a key of `THEMES`. */
export async function chooseTheme(page, theme) {
  await runCommand(page, 'Preferences: Color Theme');
  await page.locator('.quick-input-widget input[type=text]').fill(THEMES[theme], { timeout: 15_000 });
  await pickRow(page, THEMES[theme]);
}

/** The file in the editor that shows what a certificate says. */
export async function openCertificate(page, name) {
  await openFile(page, name);
  await runCommand(page, 'View: Reopen Editor With...');
  await pickRow(page, 'PCM Certificate');
  await ourPage(page).getByText('What is claimed').waitFor({ timeout: 30_000 });
}

/** The document of the panel or editor of ours that is seen, inside its two nested frames. */
export function ourPage(page) {
  return page
    .frameLocator('iframe.webview.ready[src*="proof-carrying-materials"]:visible')
    .frameLocator('iframe#active-frame');
}

export function openTab(dashboard, name) {
  return dashboard.getByRole('tab', { name }).click();
}

/** A command above a line of the file that is in front. */
export function lens(page, title) {
  return page.locator('.codelens-decoration a').filter({ hasText: title }).first();
}

/** The problems of one file, in their view; `words` tells which of them. */
export async function showProblems(page, file) {
  await runCommand(page, 'Problems: Focus on Problems View');
  await page.locator('.panel .monaco-inputbox input').fill(`**/${file}`);
}

export function problems(page, words) {
  return page.locator('.markers-panel .monaco-list-row').filter({ hasText: words });
}

/** Leaves the window to its editors. The command toggles, so that one that seemed not to have been heard is not given twice. */
export async function hideSideBar(page) {
  const bar = page.locator('.part.sidebar');
  await settled(
    async () => {
      if (await bar.isVisible()) await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
    },
    () => bar.waitFor({ state: 'hidden', timeout: 5000 }),
  );
}

export function clearNotifications(page) {
  return runCommand(page, 'Notifications: Clear All Notifications');
}

/** Does it again until it has had its effect: what is typed while a widget still fills itself is overwritten. */
export async function settled(act, effect) {
  for (let attempt = 0; ; attempt++) {
    try {
      await act();
      await effect();
      return;
    } catch (error) {
      if (attempt === 4) throw error;
    }
  }
}

export async function until(what, seconds, isSo) {
  const deadline = Date.now() + seconds * 1000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
