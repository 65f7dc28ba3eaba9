import path from 'node:path';
import { contentHash } from '../core/certificate-assembly.ts';
import { scaledThreshold } from '../core/criterion.ts';
import type { Problem } from '../core/problem.ts';
import { moduleNameOf } from '../lean/certificate-source.ts';
import { writeCertificate } from '../lean/workspace.ts';
import type { CertifyOptions } from './arguments.ts';
import { auditModel, ERROR_SCALE } from './audit-model.ts';
import { decide, exitCodeOf } from './check.ts';
import { resultOf } from './inspect.ts';
import { loadProject, unsupported, type LoadedProject } from './load-project.ts';
import { openProjectPool } from './open-pool.ts';
import { sha256 } from './read-certificate.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/** `pcm certify`: per model a campaign, a certificate, and Lean's verdicts on it. */
export async function certify(directory: string, options: CertifyOptions, around: Surroundings): Promise<ExitCode> {
  const { reporter } = around;
  const giveUp = (problems: readonly Problem[]): ExitCode => {
    problems.forEach(reporter.emit);
    return 2;
  };
  const loaded = await loadProject(directory, options.config, options.model);
  if (loaded.kind === 'rejected') return giveUp(loaded.problems);
  const { project, models, folder } = loaded.value;
  const problems = unsupported(loaded.value);
  if (problems.length > 0) return giveUp(problems);
  const threshold = scaledThreshold(project.failure.threshold, ERROR_SCALE);
  if (threshold === null) return giveUp([coarseThreshold(loaded.value)]);
  const pool = await openProjectPool(loaded.value, project.features, around);
  if (pool.kind === 'rejected') return giveUp(pool.problems);
  const out = path.resolve(folder, options.out);
  let worst: ExitCode = 0;
  try {
    for (const model of models) {
      if (model.kind !== 'onnx') continue;
      const content = await auditModel(loaded.value, model, pool.value, threshold, options.workers, around);
      if (content === null) return 2;
      const moduleName = moduleNameOf(
        model.id,
        project.models.map(({ id }) => id),
      );
      const written = await writeCertificate({
        content,
        hash: contentHash(content, sha256),
        moduleName,
        out,
        library: around.installation.leanLibrary,
        sha256,
      });
      if (written.kind === 'rejected') return giveUp(written.problems);
      let certificate = written.value.certificate;
      if (options.check) {
        const decided = await decide(written.value.file, certificate, project.lean, around);
        if (decided.kind === 'rejected') return giveUp(decided.problems);
        certificate = decided.value;
      }
      reporter.emit(resultOf(certificate, written.value.file));
      worst = worseOf(worst, exitCodeOf(certificate.verdicts));
    }
  } finally {
    await pool.value.close();
  }
  return worst;
}

/** Undecided outweighs refuted: who cannot decide cannot rely on what was decided. */
const worseOf = (a: ExitCode, b: ExitCode): ExitCode => (a > b ? a : b);

function coarseThreshold({ config, lineOf }: LoadedProject): Problem {
  const message = '"failure.threshold" has more than 4 decimals.';
  return {
    kind: 'problem',
    severity: 'error',
    file: config,
    line: lineOf('failure', 'threshold'),
    message,
    fix: 'Write it with at most 4 decimals.',
  };
}
