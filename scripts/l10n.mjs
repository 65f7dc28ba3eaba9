// Gathers the strings that users see in the editor and its pages (`t('…')`) into l10n/bundle.l10n.json, from which translations are
// made; with `--check` says whether that file is what the sources give. Titles of the manifest are in package.nls.json.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './set-up.mjs';

/** Where sentences for the editor and its pages are written. */
const FOLDERS = ['extension/vscode', 'extension/protocol', 'webview'];
const target = path.join(root, 'l10n/bundle.l10n.json');

/** A call of `t` with a literal as its first argument, in any quotes. */
const CALL = /\bt\(\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`([^`$]*)`)/g;

const strings = new Set();
const files = FOLDERS.flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true }).map((name) => path.join(root, folder, name)),
).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
for (const file of files) {
  const source = readFileSync(file, 'utf8');
  for (const [, single, double, plain] of source.matchAll(CALL)) {
    strings.add((single ?? double ?? plain).replaceAll(/\\(['"`\\])/g, '$1').replaceAll('\\n', '\n'));
  }
}
const text = `${JSON.stringify(Object.fromEntries([...strings].sort().map((each) => [each, each])), null, 2)}\n`;
if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) {
  console.error('l10n/bundle.l10n.json is not what the sources give: run "node scripts/l10n.mjs".');
  process.exit(1);
}
