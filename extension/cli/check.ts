import { readFile, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { canonicalJson } from '../core/canonical-json.ts';
import type { Certificate, Verdict } from '../core/certificate.ts';
import { projectEdits } from '../core/obligations/project-edit.ts';
import { evaluateObligations, remedyText } from '../core/obligations.ts';
import type { Checked, Problem } from '../core/problem.ts';
import type { Project } from '../core/project.ts';
import { auditSource } from '../lean/audit.ts';
import { leanSource, planObligations } from '../lean/certificate-source.ts';
import { openSession } from '../lean/open-session.ts';
import { statementsAudit } from '../lean/statements.ts';
import { decideVerdicts, findSourceDrift } from '../lean/verdicts.ts';
import { saveCertificate, saveLeanFile, writeTemplate } from '../lean/workspace.ts';
import type { CheckOptions } from './arguments.ts';
import { resultOf } from './certificate-summary.ts';
import { progressOf } from './progress.ts';
import { readCertificate, sha256 } from './read-certificate.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

type LeanSettings = Project['lean'];

/** `pcm check`: has Lean decide a certificate again, from its file alone, and keeps the verdicts in it. */
export async function check(file: string, options: CheckOptions, around: Surroundings): Promise<ExitCode> {
  const { reporter } = around;
  const read = await readCertificate(file);
  if (read.kind === 'rejected') {
    read.problems.forEach(reporter.emit);
    return 2;
  }
  const settings: LeanSettings = { backend: options.backend ?? 'auto', timeLimitSeconds: 600 };
  const decided = await decide(path.resolve(file), read.value, settings, around);
  if (decided.kind === 'rejected') {
    decided.problems.forEach(reporter.emit);
    return 2;
  }
  reporter.emit(resultOf(decided.value, file));
  return exitCodeOf(decided.value.verdicts);
}

/** 0 all proved, 1 something refuted and everything decided, 2 otherwise. */
export function exitCodeOf(verdicts: readonly Verdict[]): ExitCode {
  if (verdicts.some(({ verdict }) => verdict !== 'proved' && verdict !== 'refuted')) return 2;
  return verdicts.every(({ verdict }) => verdict === 'proved') ? 0 : 1;
}

/**
 * Puts a certificate's Lean file to a kernel and writes the verdicts into the certificate. The file must be, byte for
 * byte, what the certificate's content generates; one that is missing is written anew.
 */
export async function decide(
  file: string,
  certificate: Certificate,
  settings: LeanSettings,
  around: Surroundings,
): Promise<Checked<Certificate>> {
  const { reporter, installation, signal } = around;
  const model = certificate.content.model.id;
  const rejected = (message: string, fix: string): Checked<never> => ({
    kind: 'rejected',
    problems: [{ kind: 'problem', severity: 'error', file, line: null, message, fix } satisfies Problem],
  });
  const planned = planObligations(certificate.content);
  if (canonicalJson(planned) !== canonicalJson(certificate.content.obligations)) {
    return rejected('It does not state the obligations that its data call for.', 'Certify again with this version.');
  }
  const prepare = {
    bytes: progressOf(around, model, 'prepare-lean', 'MB'),
    modules: progressOf(around, model, 'prepare-lean', 'library modules'),
  };
  const session = await openSession({
    setting: settings.backend,
    environment: around.environment,
    home: homedir(),
    leanPackage: installation.leanPackage,
    leanPacked: installation.leanPacked,
    hostScript: installation.leanHost,
    library: installation.leanLibrary,
    timeLimitMs: settings.timeLimitSeconds * 1000,
    onProgress: ({ unit, done, total }) => {
      const size = unit === 'bytes' ? 1e6 : 1;
      prepare[unit](Math.round(done / size), Math.round(total / size));
    },
    signal,
  });
  if (session.kind === 'unavailable') return rejected(`Lean is not available: ${session.reason}.`, session.fix);
  const { note } = session.opened;
  if (note !== null) reporter.emit({ kind: 'problem', severity: 'information', file, line: null, ...note });

  const workspace = path.join(await realpath(path.dirname(file)), 'lean');
  const template = await writeTemplate(workspace, installation.leanLibrary);
  if (template !== null) return { kind: 'rejected', problems: [template] };
  const leanFile = path.join(workspace, 'Certificates', `${certificate.lean.module}.lean`);
  const generated = leanSource(certificate.content, certificate.lean.module);
  const onDisk = await readFile(leanFile, 'utf8').catch(() => null);
  const drift = onDisk === null ? null : findSourceDrift(onDisk, generated.text);
  if (drift !== null) return rejected(drift.reason, `Delete ${leanFile} and check again, or certify again.`);
  const written = onDisk === null ? await saveLeanFile(leanFile, generated.text) : null;
  if (written !== null) return { kind: 'rejected', problems: [written] };

  const progress = progressOf(around, model, 'check', 'obligations');
  const total = certificate.content.obligations.length;
  progress(0, total);
  const { opened } = session;
  const outcome = await opened.session.checkFile({
    file: leanFile,
    root: workspace,
    libraryPaths: opened.libraryPaths,
    timeLimitMs: settings.timeLimitSeconds * 1000,
    audit: {
      module: `Certificates.${certificate.lean.module}`,
      theorems: certificate.content.obligations.map(({ theorem }) => theorem),
    },
    signal,
  });
  if (outcome.kind === 'cancelled')
    return rejected('Stopped before Lean had decided.', `Run "pcm check ${path.basename(file)}" to go on.`);
  const evaluations = evaluateObligations(certificate.content);
  const verdicts = decideVerdicts({
    obligations: certificate.content.obligations,
    source: generated.text,
    ranges: generated.theorems,
    outcome,
    audit: [...opened.libraryFindings, ...auditSource(path.basename(leanFile), generated.text, 'certificate')],
    evaluations,
  });
  progress(total, total);
  const audits = outcome.kind === 'finished' ? (outcome.audits ?? []) : [];
  const checked: Certificate = {
    ...certificate,
    lean: { ...certificate.lean, sha256: sha256(generated.text) },
    verdicts,
    checked: {
      backend: opened.session.backend,
      version: opened.session.version,
      audit: [...opened.audit, statementsAudit(generated.text), ...audits],
    },
  };
  const problem = await saveCertificate(file, checked);
  if (problem !== null) return { kind: 'rejected', problems: [problem] };
  for (const { id, kind, theorem, verdict, reason } of verdicts) {
    const found = verdict === 'refuted' ? evaluations.find((evaluation) => evaluation.id === id) : undefined;
    const remedies = (found?.remedies ?? []).map((remedy) => ({
      text: remedyText(remedy, certificate.content),
      edits: projectEdits(remedy, certificate.content).map(({ path: keys, value }) => ({ path: [...keys], value })),
    }));
    reporter.emit({
      kind: 'verdict',
      model,
      id,
      obligation: kind,
      theorem,
      verdict,
      reason,
      ...(remedies.length > 0 && { remedies }),
    });
  }
  return { kind: 'ok', value: checked, warnings: [] };
}
