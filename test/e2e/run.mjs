// The tests in a real VS Code: inside its extension host, and in front of its window, where the extension is installed from
// its package. Sets up what they need, and ends with one JSON line of counts. `--only journey,dashboard` runs those parts,
// with the extension as it lies in the working tree; `--parts certify,proofs` some of those in the extension host.
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runExtensionHostTests } from './extension-host.mjs';
import { installExtension, installPackage, launchBrowser, root } from './harness.mjs';
import { makePackage } from './package.mjs';
import { createTally } from './tally.mjs';
import { prepareTools } from './tools/setup.mjs';
import { runWindowTests, windowParts } from './window.mjs';

const results = path.join(root, 'test/results');
const { values } = parseArgs({ options: { only: { type: 'string' }, parts: { type: 'string' } } });

const known = ['host', ...Object.keys(windowParts)];
const only = values.only?.split(',');
const unknown = (only ?? []).filter((part) => !known.includes(part));
if (unknown.length > 0) {
  console.error(`No part of the tests is called ${unknown.join(', ')}; there are ${known.join(', ')}.`);
  process.exit(2);
}

/** Ends the process with the counts that the caller adds up. */
function finish({ passed, failed, skipped }) {
  console.log(JSON.stringify({ suite: 'e2e', passed, failed, skipped }));
  process.exit(failed === 0 ? 0 : 1);
}

const missing = ['extension.cjs', 'pcm.cjs', 'webview.js', 'webview.css'].filter(
  (file) => !existsSync(path.join(root, 'dist', file)),
);
if (missing.length > 0) {
  console.error(`Missing in dist/: ${missing.join(', ')}. Run "npm run build" first.`);
  finish({ passed: 0, failed: 1, skipped: 0 });
}

const prepared = prepareTools((words) => console.log(`e2e: ${words} ...`));
if (prepared.kind === 'unavailable') {
  // Where tests decide whether something lands, tests that did not run must not look like tests that passed.
  const required = process.env.CI === 'true';
  console.warn(`${required ? 'FAIL' : 'skipped'}: tests in a real VS Code: ${prepared.reason}`);
  finish({ passed: 0, failed: required ? 1 : 0, skipped: required ? 0 : 1 });
}

mkdirSync(results, { recursive: true });
const tally = createTally();
const browser = await launchBrowser(prepared.tools, prepared.chromium);
const context = { tools: prepared.tools, browser, tally, results, parts: values.parts };
try {
  if (only === undefined || only.includes('host')) await runExtensionHostTests(context);
  if (only === undefined) {
    const file = await makePackage(tally);
    if (file !== undefined) {
      await runWindowTests({ ...context, install: (profile) => installPackage(prepared.tools, profile, file) });
    }
  } else if (only.some((part) => part !== 'host')) {
    await runWindowTests({ ...context, only, install: installExtension });
  }
} finally {
  await browser.close();
}
finish({ ...tally, skipped: 0 });
