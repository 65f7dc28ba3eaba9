import { certifyTests } from './certify-tests.ts';
import { crashTests } from './crash-tests.ts';
import { editingTests } from './editing-tests.ts';
import { proofsTests } from './proofs-tests.ts';
import { manifestTests } from './manifest-tests.ts';
import type { HostTest } from './host-test.ts';

/** In the order in which they run. `proofs` needs what `certify` leaves behind; the others stand by themselves. */
const parts: Readonly<Record<string, readonly HostTest[]>> = {
  manifest: manifestTests,
  certify: certifyTests,
  editing: editingTests,
  proofs: proofsTests,
  crash: crashTests,
};

/**
 * Called by the editor inside its extension host. One line per test, which the driver reads; rejects if one failed. The
 * editor does not let `console.log` be replaced, so the lines carry a mark of their own. `PCM_TEST_PARTS` names the parts
 * to run, with commas between them; without it, all are.
 */
export async function run(): Promise<void> {
  const chosen = process.env['PCM_TEST_PARTS']?.split(',') ?? Object.keys(parts);
  const tests = chosen.flatMap((name) => {
    const part = parts[name];
    if (part === undefined) throw new Error(`no part is called ${name}; there are ${Object.keys(parts).join(', ')}`);
    return part;
  });
  let failed = 0;
  for (const { name, body } of tests) {
    const started = performance.now();
    let error: string | null = null;
    try {
      await body();
    } catch (thrown) {
      failed += 1;
      error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    }
    const milliseconds = Math.round(performance.now() - started);
    console.log(`[pcm] ${JSON.stringify({ name, milliseconds, error })}`);
  }
  if (failed > 0) throw new Error(`${failed} failed`);
}
