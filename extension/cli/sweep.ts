import { loadProject, undecidable } from './load-project.ts';
import type { SweepInvocation } from './sweep-arguments.ts';
import { cancelSweeps } from './sweep-cancel.ts';
import { followSweeps } from './sweep-follow.ts';
import { mergeSweeps } from './sweep-merge.ts';
import { runSweep } from './sweep-run.ts';
import { sweepStatus } from './sweep-status.ts';
import { submitSweep } from './sweep-submit.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/** `pcm sweep`: fills the observation logs, here, in shards or on a cluster; `pcm certify` then finds them filled. */
export async function sweep(invocation: SweepInvocation, around: Surroundings): Promise<ExitCode> {
  const { action, directory, folders, options } = invocation;
  const loaded = await loadProject(directory, options.config, options.model);
  const problems = loaded.kind === 'rejected' ? loaded.problems : undecidable(loaded.value);
  problems.forEach(around.reporter.emit);
  if (loaded.kind === 'rejected' || problems.length > 0) return 2;
  switch (action) {
    case 'run':
      return runSweep(loaded.value, options, around);
    case 'submit':
      return submitSweep(loaded.value, options, around);
    case 'follow':
      return followSweeps(loaded.value, around);
    case 'cancel':
      return cancelSweeps(loaded.value, around);
    case 'merge':
      return mergeSweeps(loaded.value, folders, around);
    case 'status':
      return sweepStatus(loaded.value, around);
  }
}
