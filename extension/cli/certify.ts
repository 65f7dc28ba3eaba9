import path from 'node:path';
import { contentHash } from '../core/certificate-assembly.ts';
import type { CertificateContent } from '../core/certificate.ts';
import { scaledThreshold } from '../core/criterion.ts';
import type { Problem } from '../core/problem.ts';
import { firstCrystals } from '../sweep/same-crystals.ts';
import { moduleNameOf } from '../lean/certificate-source.ts';
import { writeCertificate } from '../lean/workspace.ts';
import type { CertifyOptions } from './arguments.ts';
import { auditModel, ERROR_SCALE } from './audit-model.ts';
import { decide, exitCodeOf } from './check.ts';
import { certificateIds, certificationScopes, clashingIds, withFamilyFeatures } from './certify-families.ts';
import { resultOf } from './certificate-summary.ts';
import { generativeProblems } from './generative-search.ts';
import { repetitions } from './repetitions.ts';
import { loadProject, undecidable, type LoadedProject } from './load-project.ts';
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
  const read = await loadProject(directory, options.config, options.model);
  if (read.kind === 'rejected') return giveUp(read.problems);
  const loaded = withFamilyFeatures(read.value);
  const { project, models, folder } = loaded;
  const problems = [...undecidable(loaded), ...generativeProblems(loaded), ...clashingIds(loaded)];
  if (problems.length > 0) return giveUp(problems);
  const threshold = scaledThreshold(project.failure.threshold, ERROR_SCALE);
  if (threshold === null) return giveUp([tooFine(loaded, 'failure', 'threshold')]);
  const unbounded = Object.keys(project.envelope ?? {}).find((id) => !project.features.includes(id));
  if (unbounded !== undefined) return giveUp([notAFeature(loaded, unbounded)]);
  const errorBound = project.claim.conformal?.bound;
  if (errorBound !== undefined && scaledThreshold(errorBound, ERROR_SCALE) === null) {
    return giveUp([tooFine(loaded, 'claim', 'conformal', 'bound')]);
  }
  const pool = await openProjectPool(loaded, project.features, around);
  if (pool.kind === 'rejected') return giveUp(pool.problems);
  let worst: ExitCode = 0;
  try {
    const first = await firstCrystals(pool.value, around.signal);
    repetitions(pool.value, first).forEach(reporter.emit);
    for (const model of models) {
      for (const scope of certificationScopes(loaded, model, pool.value, reporter.emit)) {
        if (options.skip.includes(scope.model.id) || around.signal.aborted) continue;
        const content = await auditModel(loaded, scope, pool.value, first, threshold, options.workers, around);
        // A model that cannot be audited says nothing about the others.
        const code =
          content === null
            ? 2
            : await writeAndDecide(content, loaded, path.resolve(folder, options.out), options.check, around);
        worst = worseOf(worst, code);
      }
    }
  } finally {
    await pool.value.close();
  }
  return around.signal.aborted ? 2 : worst;
}

/** Writes one certificate with its Lean file, has Lean decide it if that is wanted, and reports the result. */
async function writeAndDecide(
  content: CertificateContent,
  loaded: LoadedProject,
  out: string,
  check: boolean,
  around: Surroundings,
): Promise<ExitCode> {
  const { reporter, installation } = around;
  const moduleName = moduleNameOf(content.model.id, certificateIds(loaded));
  const hash = contentHash(content, sha256);
  const written = await writeCertificate({ content, hash, moduleName, out, library: installation.leanLibrary, sha256 });
  if (written.kind === 'rejected') {
    written.problems.forEach(reporter.emit);
    return 2;
  }
  const { file, certificate } = written.value;
  const decided = check ? await decide(file, certificate, loaded.project.lean, around) : null;
  if (decided?.kind === 'rejected') decided.problems.forEach(reporter.emit);
  const final = decided?.kind === 'ok' ? decided.value : certificate;
  reporter.emit(resultOf(final, file));
  return exitCodeOf(final.verdicts);
}

/** Undecided outweighs refuted: who cannot decide cannot rely on what was decided. */
const worseOf = (a: ExitCode, b: ExitCode): ExitCode => (a > b ? a : b);

/** A number of the project file that does not lie on a step of the certificate's errors. */
function tooFine({ config, lineOf }: LoadedProject, ...path: string[]): Problem {
  return {
    kind: 'problem',
    severity: 'error',
    file: config,
    line: lineOf(...path),
    message: `"${path.join('.')}" has more than 4 decimals.`,
    fix: 'Write it with at most 4 decimals.',
  };
}

/** A limit on something that the envelope is not drawn in. */
function notAFeature({ config, lineOf, project }: LoadedProject, id: string): Problem {
  return {
    kind: 'problem',
    severity: 'error',
    file: config,
    line: lineOf('envelope', id),
    message: `"envelope" limits "${id}", which is not among the features.`,
    fix: `Choose from ${project.features.join(', ')}, or add it to "features".`,
  };
}
