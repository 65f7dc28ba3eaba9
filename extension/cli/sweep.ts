import { loadProject, unsupported } from './load-project.ts';
import type { SweepInvocation } from './sweep-arguments.ts';
import { mergeSweeps, sweepStatus } from './sweep-merge.ts';
import { runSweep } from './sweep-run.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/** `pcm sweep`: fills the observation logs, here, in shards or on a cluster; `pcm certify` then finds them filled. */
export async function sweep(invocation: SweepInvocation, around: Surroundings): Promise<ExitCode> {
  const { action, directory, folders, options } = invocation;
  const loaded = await loadProject(directory, options.config, options.model);
  const problems = loaded.kind === 'rejected' ? loaded.problems : unsupported(loaded.value);
  problems.forEach(around.reporter.emit);
  if (loaded.kind === 'rejected' || problems.length > 0) return 2;
  switch (action) {
    case 'run':
      return runSweep(loaded.value, options, around);
    case 'merge':
      return mergeSweeps(loaded.value, folders, around);
    case 'status':
      return sweepStatus(loaded.value, () => Promise.resolve(null), around);
  }
}
