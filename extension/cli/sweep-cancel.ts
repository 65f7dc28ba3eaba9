import path from 'node:path';
import { readSubmission, submissionFolder, writeSubmission } from '../sweep/engines/submission.ts';
import { engines } from '../sweep/engines/table.ts';
import type { LoadedProject } from './load-project.ts';
import { stateFolder } from './open-pool.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/** `pcm sweep cancel`: ends the jobs of a submission. What is stored stays, and a later submission goes on from there. */
export async function cancelSweeps(loaded: LoadedProject, around: Surroundings): Promise<ExitCode> {
  let code: ExitCode = 0;
  for (const { id } of loaded.models) {
    const folder = submissionFolder(stateFolder(loaded.folder), id);
    const fail = (file: string, message: string, fix: string): void => {
      around.reporter.emit({ kind: 'problem', severity: 'error', file, line: null, message, fix });
      code = 2;
    };
    const submission = await readSubmission(folder);
    if (submission === null) {
      around.reporter.note(`  ${id}: nothing was submitted`);
      continue;
    }
    if (submission === 'damaged') {
      const file = path.join(folder, 'submission.json');
      fail(
        file,
        'This file is damaged, so that its jobs are not known.',
        'End them with the means of the cluster, and delete it.',
      );
      continue;
    }
    // First the mark, so that whoever follows submits nothing again.
    const written = await writeSubmission(folder, { ...submission, cancelled: true });
    if (written.kind === 'failed') fail(folder, written.message, written.fix);
    for (const job of submission.jobs) {
      const outcome = await engines[submission.engine].cancel(job.id, around.signal);
      if (outcome.kind === 'failed') fail(loaded.config, outcome.message, outcome.fix);
    }
    around.reporter.note(`  ${id}: cancelled ${submission.jobs.map((job) => job.id).join(', ') || 'nothing'}`);
  }
  return code;
}
