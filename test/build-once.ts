import { execFileSync } from 'node:child_process';

/** Tests that start programs start the bundles of the sources they stand beside. */
export default function setup(): void {
  execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
}
