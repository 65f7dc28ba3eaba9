import { execFileSync } from 'node:child_process';
import { openEmbeddedLean } from './embedded-lean.ts';

/**
 * Before any test: tests that start programs start the bundles of the sources they stand beside, and the embedded Lean
 * is made ready (once per machine, which takes a minute or two), so that no test's time limit has to allow for it.
 */
export default async function setUp(): Promise<void> {
  execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
  await openEmbeddedLean();
}
