import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { LARGEST_CELL, type Certificate, type CertificateContent } from '../core/certificate.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import { crystalRegistry, type CrystalRegistry } from '../core/crystals/crystal-registry.ts';
import { scaledError } from '../core/criterion.ts';
import { falsification, leavingFeature } from '../core/falsification.ts';
import { writeExtxyz } from '../core/formats/write-extxyz.ts';
import type { Checked, Problem } from '../core/problem.ts';
import type { Revocation, RevocationContent } from '../core/revocation.ts';
import type { FalsificationEvent, TrialEvent } from '../protocol/falsification-events.ts';
import type { DataFile } from '../sweep/data-files.ts';
import { writeFileAtomically } from '../sweep/atomic-file.ts';
import { buildPoolIndex, type PoolIndex } from '../sweep/pool-index.ts';
import type { ReferenceIdentity } from '../sweep/reference/reference.ts';
import type { CertificateOptions } from './certificate-commands.ts';
import { openCertificate, openDataOf } from './certificate-place.ts';
import { identityProblem } from './certified-identity.ts';
import { certifiedProject, type CertifiedProject } from './certified-project.ts';
import { openSweep } from './judged-sweep.ts';
import { stateFolder } from './open-pool.ts';
import { progressOf } from './progress.ts';
import { sha256 } from './read-certificate.ts';
import { revocationName } from './revocations.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/** Crystals of the certificate and of the new data that are kept to be recognised. */
const MOST_CRYSTALS = 100_000;
/** Counterexamples that a revocation lists. */
const MOST_LISTED = 1000;
/** Bytes of a structure that a revocation may hold. */
const LARGEST_STRUCTURE = 4_000_000;

type Rejected = Extract<Checked<never>, { kind: 'rejected' }>;

/**
 * `pcm falsify`: puts new labelled structures that lie inside a certificate's final envelope to the certified model. 0: the
 * certificate stands; 1: it is revoked, and a record of that lies beside it; 2: nothing could be decided.
 */
export async function falsify(
  file: string,
  data: readonly string[],
  options: CertificateOptions,
  around: Surroundings,
): Promise<ExitCode> {
  const outcome = await falsifyCertificate(file, data, options, around);
  if (typeof outcome === 'number') return outcome;
  outcome.problems.forEach(around.reporter.emit);
  return 2;
}

async function falsifyCertificate(
  file: string,
  data: readonly string[],
  options: CertificateOptions,
  around: Surroundings,
): Promise<ExitCode | Rejected> {
  const opened = await openCertificate(file, options.config);
  if (opened.kind === 'rejected') return opened;
  const { certificate, loaded } = opened.value;
  const certified = certifiedProject(certificate, loaded, file);
  if (certified.kind === 'rejected') return certified;
  const { content } = certificate;
  const files = await namedFiles(data);
  if (files.kind === 'rejected') return files;
  const report = progressOf(around, content.model.id, 'read', 'structures');
  const pool = await buildPoolIndex({
    files: files.value,
    features: content.features.map(({ id }) => id),
    spoolFolder: path.join(stateFolder(loaded.folder), 'spool'),
    signal: around.signal,
    onProgress: (structures) => report(structures, null),
  });
  if (pool.kind === 'rejected') return pool;
  try {
    pool.value.problems.filter(({ severity }) => severity === 'error').forEach(around.reporter.emit);
    const known = await knownCrystals(content, loaded.folder, file, pool.value, around);
    return await holdAgainst(file, certificate, certified.value, pool.value, known, options, around);
  } finally {
    await pool.value.close();
  }
}

/** Files named on the command line may lie anywhere; they are read and nothing else. */
async function namedFiles(names: readonly string[]): Promise<Checked<DataFile[]>> {
  const files: DataFile[] = [];
  for (const name of names) {
    try {
      files.push({ path: name.split(path.sep).join('/'), absolute: await realpath(name) });
    } catch {
      const problem: Problem = {
        kind: 'problem',
        severity: 'error',
        file: name,
        line: null,
        message: 'There is no such file.',
        fix: 'Name files of labelled structures: extended XYZ, POSCAR or CIF.',
      };
      return { kind: 'rejected', problems: [problem] };
    }
  }
  return { kind: 'ok', value: files, warnings: [] };
}

/**
 * The crystals that the certificate has seen already. They are recognised in any cell where the certified data are at hand,
 * and by their content alone where they are not, which is said.
 */
async function knownCrystals(
  content: CertificateContent,
  folder: string,
  certificate: string,
  fresh: PoolIndex,
  around: Surroundings,
): Promise<CrystalRegistry<string>> {
  const registry = crystalRegistry<string>(MOST_CRYSTALS);
  const pool = await openDataOf(content.data, folder, certificate, around.signal);
  if (pool.kind === 'rejected') {
    around.reporter.emit({
      kind: 'problem',
      severity: 'warning',
      file: certificate,
      line: null,
      message: `The certified data are not here (${pool.problems[0]!.message}): structures that the certificate has seen are recognised only where they are equal to the last digit.`,
      fix: 'Put the certified data where the certificate expects them.',
    });
    return registry;
  }
  try {
    const seen = new Set([...content.search.id, ...content.validation.id]);
    const formulas = new Set(Array.from({ length: fresh.size }, (_, row) => fresh.formula(row)));
    for (let row = 0; row < pool.value.size; row++) {
      if (!seen.has(pool.value.id(row)) || !formulas.has(pool.value.formula(row))) continue;
      const structure = await pool.value.readStructure(row);
      if (structure !== null) registry.meet(structure, `the certified structure ${pool.value.id(row)}`);
    }
  } finally {
    await pool.value.close();
  }
  return registry;
}

/** One new structure inside the envelope that was put to the model. */
interface Failure {
  readonly row: number;
  readonly error: number;
}

async function holdAgainst(
  file: string,
  certificate: Certificate,
  { loaded, model }: CertifiedProject,
  pool: PoolIndex,
  known: CrystalRegistry<string>,
  options: CertificateOptions,
  around: Surroundings,
): Promise<ExitCode | Rejected> {
  const { content } = certificate;
  const { reporter } = around;
  const seen = new Set([...content.search.id, ...content.validation.id]);
  const counts = { passes: 0, fails: 0, outside: 0, known: 0, refused: pool.refused.length };
  const trial = (row: number, outcome: TrialEvent['outcome'], error: number | null, reason: string | null): void => {
    const { file: named, index, line } = pool.source(row);
    counts[outcome]++;
    reporter.emit({ kind: 'trial', model: content.model.id, file: named, index, line, outcome, error, reason });
  };

  const inside: number[] = [];
  for (let row = 0; row < pool.size; row++) {
    around.signal.throwIfAborted();
    const leaving = leavingFeature(
      content,
      pool.features.map((column) => column[row]!),
    );
    if (leaving !== null) {
      trial(row, 'outside', null, leaving);
      continue;
    }
    if (seen.has(pool.id(row))) {
      trial(row, 'known', null, 'the certificate has it');
      continue;
    }
    const structure = await pool.readStructure(row);
    const before =
      structure === null ? null : known.meet(structure, `${pool.source(row).file}:${pool.source(row).line}`);
    if (before === null && pool.firstOccurrence[row] === row) inside.push(row);
    else trial(row, 'known', null, before ?? 'an earlier one of these data');
  }

  const sweep = await openSweep(
    loaded,
    model,
    pool,
    options.workers,
    progressOf(around, content.model.id, 'validate', 'structures'),
    around,
  );
  if (sweep.kind === 'rejected') return sweep;
  const failures: Failure[] = [];
  try {
    const { source, reference } = sweep.value;
    const changed = identityProblem(content, source) ?? referenceProblem(content, reference, source.file);
    if (changed !== null) return { kind: 'rejected', problems: [changed] };
    for await (const item of sweep.value.evaluator.stream(inside)) {
      if (item.kind === 'stopped') return 2;
      if (item.kind === 'problem') return { kind: 'rejected', problems: [item.problem] };
      const judged = sweep.value.judge(item.observation);
      if (judged.kind === 'refused') {
        trial(item.row, 'refused', null, judged.reason);
        continue;
      }
      const error = scaledError(judged.error, content.criterion.scale);
      const failed = error > content.criterion.scaledThreshold;
      if (failed) failures.push({ row: item.row, error });
      trial(item.row, failed ? 'fails' : 'passes', Number.isFinite(judged.error) ? judged.error : null, null);
    }
  } finally {
    await sweep.value.evaluator.close();
  }
  return conclude(file, certificate, pool, failures, counts, around);
}

/** The reference must be the one that was certified. */
function referenceProblem(
  content: CertificateContent,
  reference: ReferenceIdentity | null,
  file: string,
): Problem | null {
  if ((reference?.sha256 ?? null) === (content.reference?.sha256 ?? null)) return null;
  return {
    kind: 'problem',
    severity: 'error',
    file,
    line: null,
    message: 'The reference is not the one that was certified: its version or settings are others.',
    fix: 'Install the certified reference, or certify again.',
  };
}

async function conclude(
  file: string,
  certificate: Certificate,
  pool: PoolIndex,
  failures: readonly Failure[],
  outcomes: FalsificationEvent['outcomes'],
  around: Surroundings,
): Promise<ExitCode | Rejected> {
  const { content } = certificate;
  const inside = outcomes.passes + outcomes.fails;
  const found = falsification(content, inside, outcomes.fails);
  const simplest = await simplestFirst(failures, pool);
  let revocation: string | null = null;
  if (found.verdict === 'revoked') {
    const record = await revocationOf(certificate, pool, simplest, inside, found.reasons);
    revocation = path.join(path.dirname(file), revocationName(path.basename(file), record.hash));
    const written = await writeFileAtomically(revocation, `${canonicalJson(record)}\n`);
    if (written.kind === 'failed') {
      const { message, fix } = written;
      return {
        kind: 'rejected',
        problems: [{ kind: 'problem', severity: 'error', file: revocation, line: null, message, fix }],
      };
    }
  }
  const worst = simplest[0];
  around.reporter.emit({
    kind: 'falsification',
    certificate: file,
    model: content.model.id,
    verdict: found.verdict,
    reasons: [...found.reasons],
    outcomes,
    counterexample:
      worst === undefined
        ? null
        : {
            id: pool.id(worst.row),
            ...pool.source(worst.row),
            formula: pool.formula(worst.row),
            atoms: pool.atoms(worst.row),
            error: worst.error === LARGEST_CELL ? null : worst.error / content.criterion.scale,
          },
    revocation,
    rate: {
      claimed: found.claimed,
      significance: found.significance,
      certified: found.certified,
      fresh: found.fresh,
      pooled: found.pooled,
      homogeneity: found.homogeneity,
    },
  });
  return found.verdict === 'stands' ? 0 : found.verdict === 'revoked' ? 1 : 2;
}

/** Fewest atoms, then fewest elements, then the largest error, then the order of the data. */
async function simplestFirst(failures: readonly Failure[], pool: PoolIndex): Promise<Failure[]> {
  const elements = new Map<number, number>();
  for (const { row } of failures) elements.set(row, new Set((await pool.readStructure(row))?.species ?? []).size);
  return [...failures].sort(
    (a, b) =>
      pool.atoms(a.row) - pool.atoms(b.row) ||
      elements.get(a.row)! - elements.get(b.row)! ||
      b.error - a.error ||
      a.row - b.row,
  );
}

async function revocationOf(
  certificate: Certificate,
  pool: PoolIndex,
  failures: readonly Failure[],
  inside: number,
  reasons: readonly string[],
): Promise<Revocation> {
  const listed = failures.slice(0, MOST_LISTED);
  const first = listed[0] === undefined ? null : await pool.readStructure(listed[0].row);
  const text = first === null ? '' : writeExtxyz(first);
  const content: RevocationContent = {
    format: 'pcm-revocation',
    version: 1,
    certificate: certificate.hash,
    model: certificate.content.model.sha256,
    data: pool.files.map(({ path: name, sha256: hash, structures }) => ({ file: name, sha256: hash, structures })),
    reasons: [...reasons],
    inside,
    failures: failures.length,
    counterexamples: listed.map(({ row, error }, at) => ({
      id: pool.id(row),
      file: pool.fileOf(row),
      index: pool.source(row).index,
      line: pool.source(row).line,
      features: pool.features.map((column) => column[row]!),
      error,
      structure: at === 0 && text.length > 0 && text.length <= LARGEST_STRUCTURE ? text : null,
    })),
  };
  return { hash: sha256(canonicalJson(content)), content };
}
