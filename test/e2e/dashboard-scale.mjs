// How the dashboard's page behaves with as many observations as a large audit has: the page itself in a real browser,
// under its own content security policy, fed with messages as the host sends them. Prints one JSON line of figures.
//   node test/e2e/dashboard-scale.mjs [--rows 25000] [--shots FOLDER] [--replay FILE]
// --replay takes what `pcm replay CERT --json` printed instead of made-up observations.
import { build } from 'esbuild';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { launchBrowser, root } from './harness.mjs';
import { prepareTools } from './tools/setup.mjs';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '25000' }, shots: { type: 'string' }, replay: { type: 'string' } },
});

const prepared = prepareTools((words) => console.error(`dashboard-scale: ${words} ...`));
if (prepared.kind === 'unavailable') {
  console.warn(`skipped: ${prepared.reason}`);
  process.exit(0);
}

const host = await hostModules();
const events =
  values.replay === undefined
    ? host.syntheticRun(Number(values.rows))
    : readFileSync(values.replay, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
const messages = host.messagesOf(events);
const rows = events.filter(({ kind }) => kind === 'rows').reduce((sum, { formula }) => sum + formula.length, 0);

const server = createServer((request, response) => serve(request, response)).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const address = `http://127.0.0.1:${server.address().port}`;
const browser = await launchBrowser(prepared.tools, prepared.chromium);
try {
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  const faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  await page.addInitScript(stubEditor, { kept: { tab: 'elements' } });
  await page.goto(`${address}/`);
  await page.waitForFunction(() => globalThis.pcmSent?.some(({ kind }) => kind === 'ready'));
  const figures = { rows, ...(await measure(page, messages, rows)) };
  figures.faults = [
    ...faults,
    ...(await page.evaluate(() => globalThis.pcmSent.filter(({ kind }) => kind === 'fault'))),
  ];
  if (values.shots !== undefined) await takeShots(page, values.shots);
  console.log(JSON.stringify(figures));
} finally {
  await browser.close();
  server.close();
}

/** Posts everything at once, which is the worst a host can do, and times what a person would wait for. */
async function measure(page, all, expected) {
  await page.evaluate((encoded) => (globalThis.pcmMessages = encoded.map(globalThis.pcmDecode)), all.map(encode));
  const firstPaint = await page.evaluate(async (count) => {
    const started = performance.now();
    for (const message of globalThis.pcmMessages) globalThis.postMessage(message, '*');
    await globalThis.pcmUntil(() => globalThis.document.body.dataset.rows === String(count));
    await globalThis.pcmPainted();
    return performance.now() - started;
  }, expected);
  const timed = (selector) =>
    page.evaluate(async (wanted) => {
      const started = performance.now();
      globalThis.document.querySelector(wanted).click();
      await globalThis.pcmPainted();
      return performance.now() - started;
    }, selector);
  const filterOn = await timed('.cell.known:not([aria-pressed=true])');
  const filterOff = await timed('.cell[aria-pressed=true]');
  const discovery = await timed('#tab-discovery');
  const table = await timed('#tab-counterexamples');
  const scrolling = await page.evaluate(async () => {
    const list = globalThis.document.querySelector('.list');
    const frames = [];
    let last = performance.now();
    for (let step = 0; step < 60; step++) {
      list.scrollTop += 400;
      await new Promise((resolve) => globalThis.requestAnimationFrame(resolve));
      frames.push(performance.now() - last);
      last = performance.now();
    }
    const sorted = frames.sort((a, b) => a - b);
    return { median: sorted[30], longest: sorted[59], elements: list.querySelectorAll('*').length };
  });
  await timed('#tab-overview');
  return { firstPaint, filterOn, filterOff, discovery, table, scrolling };
}

async function takeShots(page, folder) {
  mkdirSync(folder, { recursive: true });
  for (const theme of ['dark', 'light', 'high-contrast']) {
    await page.evaluate((name) => globalThis.pcmTheme(name), theme);
    for (const tab of await page.locator('[role=tab]').evaluateAll((all) => all.map(({ id }) => id))) {
      await page.locator(`#${tab}`).click();
      await page.waitForTimeout(400);
      await page.screenshot({ path: path.join(folder, `${theme}-${tab.slice(4)}.png`), fullPage: true });
    }
  }
}

/** Typed arrays do not pass into the browser as they are. */
function encode(message) {
  return JSON.stringify(message, (_, value) =>
    ArrayBuffer.isView(value) ? { typed: value.constructor.name, values: [...value].map(String) } : value,
  );
}

/** Runs in the page before it: what the editor gives a webview, and what the measurement needs. */
function stubEditor({ kept }) {
  globalThis.pcmSent = [];
  let state = kept;
  globalThis.acquireVsCodeApi = () => ({
    postMessage: (message) => globalThis.pcmSent.push(message),
    getState: () => state,
    setState: (next) => (state = next),
  });
  globalThis.pcmDecode = (text) =>
    JSON.parse(text, (_, value) =>
      value !== null && typeof value === 'object' && 'typed' in value
        ? globalThis[value.typed].from(value.values.map(Number))
        : value,
    );
  globalThis.pcmUntil = async (isSo) => {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  globalThis.pcmPainted = () =>
    new Promise((resolve) => globalThis.requestAnimationFrame(() => globalThis.requestAnimationFrame(() => resolve())));
  const themes = {
    dark: ['#cccccc', '#1f1f1f', '#3794ff', '#d18616', '#b180d7', '#89d185', '#cca700', '#2b2b2b', '#9d9d9d'],
    light: ['#3b3b3b', '#ffffff', '#1a85ff', '#d18616', '#652d90', '#388a34', '#bf8803', '#e5e5e5', '#717171'],
    'high-contrast': [
      '#ffffff',
      '#000000',
      '#3794ff',
      '#d18616',
      '#b180d7',
      '#89d185',
      '#cca700',
      '#6fc3df',
      '#ffffff',
    ],
  };
  globalThis.pcmTheme = (name) => {
    const names = ['foreground', 'editor-background', 'charts-blue', 'charts-orange', 'charts-purple', 'charts-green'];
    const all = [...names, 'charts-yellow', 'panel-border', 'descriptionForeground'];
    all.forEach((key, at) =>
      globalThis.document.documentElement.style.setProperty(`--vscode-${key}`, themes[name][at]),
    );
    if (name === 'high-contrast')
      globalThis.document.documentElement.style.setProperty('--vscode-contrastBorder', '#6fc3df');
    const set = (key, value) => globalThis.document.documentElement.style.setProperty(`--vscode-${key}`, value);
    set('font-family', 'sans-serif');
    set('font-size', '13px');
    set('focusBorder', '#0078d4');
    set('textLink-foreground', '#4daafc');
    set('badge-background', '#616161');
    set('badge-foreground', '#f8f8f8');
    set('list-activeSelectionBackground', '#04395e');
    globalThis.document.body.className = `vscode-${name}`;
  };
  globalThis.addEventListener('DOMContentLoaded', () => globalThis.pcmTheme('dark'));
}

function serve(request, response) {
  const { pathname } = new URL(request.url, 'http://127.0.0.1');
  const file = pathname.slice(1);
  if (pathname === '/') {
    response.setHeader('content-type', 'text/html');
    response.end(
      host.webviewPage({
        cspSource: "'self'",
        nonce: 'measured',
        script: '/webview.js',
        style: '/webview.css',
        title: 'Proof-Carrying Materials',
        attributes: { id: 'dashboard', 'data-structure-view': '/structure-view.js' },
      }),
    );
  } else if (['webview.js', 'webview.css', 'structure-view.js'].includes(file)) {
    response.setHeader('content-type', file.endsWith('.css') ? 'text/css' : 'text/javascript');
    response.end(readFileSync(path.join(root, 'dist', file)));
  } else {
    response.statusCode = 404;
    response.end();
  }
}

/** The host's own code, so that the page gets exactly what it would get. */
async function hostModules() {
  const outfile = path.join(root, 'dist/test/dashboard-scale.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['test/e2e/dashboard-messages.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
  return import(outfile);
}
