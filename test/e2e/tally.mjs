// Runs tests one after the other, each with a limit of its own, and counts them.

/** `{ passed, failed, test(name, seconds, body, onFailure) }`; `onFailure` may add evidence, such as a screenshot. */
export function createTally(log = console.log) {
  const tally = {
    passed: 0,
    failed: 0,
    /** Resolves to whether the test passed; never rejects. */
    async test(name, seconds, body, onFailure = async () => {}) {
      const started = performance.now();
      try {
        await within(seconds, body());
        tally.passed++;
        log(`  ok   ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
        return true;
      } catch (error) {
        tally.failed++;
        log(`  FAIL ${name}\n${indented(error.stack ?? String(error))}`);
        await onFailure(name).catch((second) => log(indented(`no evidence: ${second.message}`)));
        return false;
      }
    },
  };
  return tally;
}

/** The promise, or an error once `seconds` have passed. */
export async function within(seconds, promise) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${seconds} s`)), seconds * 1000);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function indented(text) {
  return text.replace(/^/gm, '       ');
}
