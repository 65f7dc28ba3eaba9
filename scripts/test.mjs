// Sets everything up, then checks types, style and format, runs the unit and integration tests, and the tests in a
// real VS Code. The last line counts them all.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root, setUp } from './set-up.mjs';

const results = path.join(root, 'test', 'results');
const binary = (name) => path.join(root, 'node_modules', '.bin', name);
const total = { passed: 0, failed: 0, skipped: 0 };

function check(name, command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name}`);
  total[status === 0 ? 'passed' : 'failed']++;
}

function vitest() {
  const report = path.join(results, 'vitest.json');
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status } = spawnSync(binary('vitest'), args, { cwd: root, stdio: 'inherit' });
  const counts = readJson(report);
  total.passed += counts?.numPassedTests ?? 0;
  total.skipped += (counts?.numPendingTests ?? 0) + (counts?.numTodoTests ?? 0);
  // A file that cannot even be loaded fails the run without a failed test in it.
  total.failed += Math.max(counts?.numFailedTests ?? 0, status === 0 && counts?.numPassedTests > 0 ? 0 : 1);
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The real VS Code: its runner installs what it needs and ends with one JSON line of counts. */
async function editor() {
  const child = spawn(process.execPath, ['test/e2e/run.mjs'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let last = '';
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    process.stdout.write(chunk);
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    last = lines.filter((line) => line.startsWith('{"suite"')).pop() ?? last;
  });
  const status = await new Promise((resolve) => child.once('close', resolve));
  const counts = last === '' ? { passed: 0, failed: 0, skipped: 0 } : JSON.parse(last);
  total.passed += counts.passed;
  total.skipped += counts.skipped;
  total.failed += Math.max(counts.failed, status === 0 && last !== '' ? 0 : 1);
}

setUp();
mkdirSync(results, { recursive: true });
check('types', binary('tsc'), ['--noEmit', '-p', 'tsconfig.json']);
check('style', binary('eslint'), ['.', '--max-warnings', '0']);
check('format', binary('prettier'), ['--check', '--log-level', 'warn', '.']);
vitest();
await editor();
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
