import { execFileSync } from 'node:child_process';
import { homedir } from 'node:os';
import path from 'node:path';
import { locateInstallation } from '../extension/cli/installation.ts';
import { openSession } from '../extension/lean/open-session.ts';

/**
 * Before any test: tests that start programs start the bundles of the sources they stand beside, and the embedded Lean
 * is made ready (once per machine, which takes a minute or two), so that no test's time limit has to allow for it.
 */
export default async function setUp(): Promise<void> {
  execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
  const installation = locateInstallation(path.resolve('dist'));
  const session = await openSession({
    setting: 'embedded',
    environment: process.env,
    home: homedir(),
    leanPackage: installation.leanPackage,
    hostScript: installation.leanHost,
    library: installation.leanLibrary,
    timeLimitMs: 600_000,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  if (session.kind === 'unavailable') throw new Error(`${session.reason}. ${session.fix}`);
}
