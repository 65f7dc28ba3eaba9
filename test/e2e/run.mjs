// The tests in a real VS Code: inside its extension host, and in front of its window. Sets up what they need, and ends
// with one JSON line of counts. `--only NAME` runs one of the groups below, `--parts certify,proofs` parts of the group
// in the extension host.
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runBrowserTests } from './browser.mjs';
import { runExtensionHostTests } from './extension-host.mjs';
import { root } from './harness.mjs';
import { runJourneyTests } from './journey.mjs';
import { runPackagedTests } from './packaged.mjs';
import { createTally } from './tally.mjs';
import { prepareTools } from './tools/setup.mjs';

const results = path.join(root, 'test/results');
const { values } = parseArgs({ options: { only: { type: 'string' }, parts: { type: 'string' } } });

const groups = {
  host: runExtensionHostTests,
  window: runBrowserTests,
  journey: runJourneyTests,
  package: runPackagedTests,
};
if (values.only !== undefined && !(values.only in groups)) {
  console.error(`No group of tests is called ${values.only}; there are ${Object.keys(groups).join(', ')}.`);
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
for (const [name, runGroup] of Object.entries(groups)) {
  if (values.only !== undefined && values.only !== name) continue;
  await runGroup({ ...prepared, tally, results, parts: values.parts });
}
finish({ ...tally, skipped: 0 });
