// The package that users install, and how it gets into a VS Code that has never seen this repository.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from './harness.mjs';

const LARGEST_PACKAGE = 120e6;

/** The packaged extension for this platform; undefined where it could not be made. */
export async function makePackage(tally) {
  const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const file = path.join(root, 'dist', `${name}-linux-x64-${version}.vsix`);
  const made = await tally.test('a package is made for this platform, and is not too large', 300, () => {
    execFileSync(process.execPath, ['scripts/package.mjs', 'linux-x64'], { cwd: root, stdio: 'ignore' });
    const { size } = statSync(file);
    console.log(`       ${(size / 1e6).toFixed(1)} MB`);
    assert.ok(size <= LARGEST_PACKAGE, `${size} bytes`);
  });
  return made ? file : undefined;
}
