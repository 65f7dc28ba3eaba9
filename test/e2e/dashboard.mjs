// The dashboard of a project that is proved: every tab by mouse and by keyboard, hidden, loaded anew, in every theme, and
// narrow.
import assert from 'node:assert/strict';
import * as gestures from './gestures.mjs';

const { openTab, ourPage } = gestures;

const TABS = ['Overview', 'Refinement', 'Discovery', 'Elements', 'Models', 'Risk', 'Counterexamples'];

/** As wide as a side bar is. */
const NARROW = 340;

/** Needs a window of a sample project that is certified. */
export async function runDashboardTests({ page, test, shot }) {
  const dashboard = ourPage(page);
  /** The one that all tabs are filtered by. */
  let element;

  await test('a dashboard that was hidden comes back with everything', 60, async () => {
    // One group of editors, so that the panel is as wide as it is looked at.
    await gestures.runCommand(page, 'View: Close All Editors');
    await gestures.runCommand(page, 'PCM: Show Dashboard');
    await dashboard.locator('body[data-drawn=ended]').waitFor();
    await dashboard.getByText('all obligations proved').waitFor();
    const before = await dashboard.locator('#dashboard').innerText();
    await gestures.openFile(page, 'pcm.json');
    await dashboard.locator('body').waitFor({ state: 'detached' });
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
    // An element that the worst counterexample holds.
    [element] = /^[A-Z][a-z]?/.exec(await dashboard.locator('.list-space .cell-formula').first().innerText());
    await page.keyboard.press('Home');
    await openTab(dashboard, 'Elements');
    await dashboard.locator(`[data-focus="element ${element}"]`).click();
    await dashboard.getByText(`contains ${element}`).waitFor();
    await openTab(dashboard, 'Counterexamples');
    await dashboard.getByText(`contains ${element}`).waitFor();
    const formulas = await dashboard.locator('.list-space .cell-formula').allInnerTexts();
    const holding = new RegExp(`${element}(?![a-z])`);
    assert.ok(formulas.length > 0 && formulas.every((formula) => holding.test(formula)), formulas.join(' '));
  });

  await test('a counterexample is shown with the forces of the data and of the model', 180, async () => {
    await openTab(dashboard, 'Counterexamples');
    await dashboard.locator('.list-space .list-row').first().click();
    await dashboard.locator('.structure .toggle').waitFor({ timeout: 150_000 });
    await shot('structure');
    await dashboard.locator('.structure .toggle').click();
    await dashboard.locator('.structure').getByText('force of the model, eV/Å').waitFor();
  });

  await test('a narrow panel shows all of it, without a scroll bar to the side', 60, async () => {
    const { width, height } = page.viewportSize();
    // The panel is all of the window but for the activity bar.
    await gestures.hideSideBar(page);
    await page.setViewportSize({ width: NARROW + 48, height });
    for (const name of TABS) {
      await openTab(dashboard, name);
      const overflow = () =>
        dashboard.locator('html').evaluate((document) => document.scrollWidth - document.clientWidth);
      await gestures.until(`${name} fits`, 10, async () => (await overflow()) <= 0);
    }
    await shot('dashboard-narrow');
    await page.setViewportSize({ width, height });
  });

  await test('charts are drawn, and drawn anew in every theme', 120, async () => {
    await openTab(dashboard, 'Refinement');
    const chart = dashboard.locator('.envelope .card canvas').first();
    const seen = new Set();
    for (const theme of Object.keys(gestures.THEMES)) {
      await gestures.chooseTheme(page, theme);
      await dashboard.locator(`body.vscode-${theme}`).waitFor();
      await gestures.until(`${theme}: a chart of its own`, 30, async () => {
        const picture = await chart.evaluate((canvas) => canvas.toDataURL());
        return !seen.has(picture) && (await drawnPixels(chart)) > 2000 && seen.add(picture) !== undefined;
      });
      await shot(`dashboard-${theme}`);
    }
  });

  await test(
    'a window that is loaded anew shows what it showed: tab, filter, and what the certificates hold',
    240,
    async () => {
      await openTab(dashboard, 'Elements');
      await dashboard.getByText(`contains ${element}`).waitFor();
      await gestures.until('the editor has stored what was chosen', 60, () =>
        hasStored(page, String.raw`\"tab\":\"elements\"`),
      );
      await page.reload({ waitUntil: 'domcontentloaded' });
      await page.locator('.tab').filter({ hasText: 'PCM Dashboard' }).click({ timeout: 60_000 });
      await dashboard.locator('body[data-drawn=ended]').waitFor({ timeout: 90_000 });
      assert.equal(await dashboard.locator('[role=tab][aria-selected=true]').innerText(), 'Elements');
      await dashboard.locator('.cell.known').first().waitFor({ timeout: 90_000 });
      await dashboard.getByText(`contains ${element}`).waitFor();
    },
  );
}

/** Whether the editor's own memory in the browser, which it writes every few seconds, holds `words`. */
function hasStored(page, words) {
  return page.evaluate(async (wanted) => {
    const { indexedDB } = globalThis;
    const settled = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    for (const { name } of await indexedDB.databases()) {
      if (!name.startsWith('vscode-web-state-db')) continue;
      const database = await settled(indexedDB.open(name));
      const values = await settled(database.transaction('ItemTable').objectStore('ItemTable').getAll());
      database.close();
      if (values.some((value) => typeof value === 'string' && value.includes(wanted))) return true;
    }
    return false;
  }, words);
}

function drawnPixels(canvas) {
  return canvas.evaluate((node) => {
    const { data } = node.getContext('2d').getImageData(0, 0, node.width, node.height);
    let drawn = 0;
    for (let at = 3; at < data.length; at += 4) if (data[at] > 0) drawn++;
    return drawn;
  });
}
