import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Certificate, CertificateContent, ObservationTable } from '../core/certificate.ts';
import { criterionKinds, judge, measure, scaledError } from '../core/criterion.ts';
import { computeFeatures, featureById, scaledFeature } from '../core/features.ts';
import { compareIdentities, uncoveredBy } from '../core/model-identity.ts';
import type { Checked, Problem } from '../core/problem.ts';
import { randomStream, sampleWithoutReplacement } from '../core/random.ts';
import { splitOf } from '../core/split.ts';
import type { Structure } from '../core/structure.ts';
import { leanSource } from '../lean/certificate-source.ts';
import type { VerificationEvent } from '../protocol/falsification-events.ts';
import { certifiedStructures, type CertifiedStructures } from '../sweep/reference/certified-structures.ts';
import { labelsOnDemand } from '../sweep/reference/labels-on-demand.ts';
import type { VerifyOptions } from './certificate-commands.ts';
import { openDataOf, projectOf } from './certificate-place.ts';
import { labelKeyOf, predict } from './certified-oracle.ts';
import { certifiedProject, type CertifiedProject } from './certified-project.ts';
import { decide } from './check.ts';
import { openOracle } from './open-oracle.ts';
import { openReference } from './open-reference.ts';
import { progressOf } from './progress.ts';
import { readCertificate, sha256 } from './read-certificate.ts';
import { revocationsOf } from './revocations.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

type Check = VerificationEvent['checks'][number];
const passed = (check: Check['check'], detail: string): Check => ({ check, outcome: 'passed', detail });
const failed = (check: Check['check'], detail: string): Check => ({ check, outcome: 'failed', detail });
const skipped = (check: Check['check'], detail: string): Check => ({ check, outcome: 'skipped', detail });
const wordsOf = (problems: readonly Problem[]): string =>
  problems.map(({ file, message }) => `${file}: ${message}`).join(' ');

/** Structures that are read and put to the model at one time. */
const BATCH = 64;

/**
 * `pcm verify`: everything of somebody else's certificate that the files at hand let one check: its own hash; data and model
 * by theirs; ids, features and splits from the structures; errors by asking the model again; revocations; Lean's verdicts.
 * The certificate is not changed. 0: nothing is wrong, and nothing was left out; 1: something is wrong; 2: something could
 * not be checked.
 */
export async function verify(file: string, options: VerifyOptions, around: Surroundings): Promise<ExitCode> {
  const { reporter, signal } = around;
  const read = await readCertificate(file);
  if (read.kind === 'rejected') {
    read.problems.forEach(reporter.emit);
    return 2;
  }
  const certificate = read.value;
  const { content } = certificate;
  const checks: Check[] = [passed('content', `has the hash ${certificate.hash.slice(0, 16)}… that it states`)];
  checks.push(...(await checkFiles(file, certificate, options, around)));
  const revocations = await revocationsOf(file, certificate.hash);
  checks.push(
    revocations.length === 0
      ? passed('revocation', 'no revocation lies beside it')
      : failed(
          'revocation',
          revocations
            .map((each) => `${path.basename(each.file)}: ${each.revocation.content.reasons.join(' ')}`)
            .join(' '),
        ),
  );
  if (!signal.aborted)
    checks.push(options.check ? await checkWithLean(certificate, around) : skipped('lean', 'as told by --no-check'));
  if (signal.aborted) return 2;
  const verdict = checks.some(({ outcome }) => outcome === 'failed')
    ? 'rejected'
    : checks.some(({ outcome }) => outcome === 'skipped')
      ? 'incomplete'
      : 'verified';
  reporter.emit({ kind: 'verification', certificate: file, model: content.model.id, verdict, checks });
  return verdict === 'verified' ? 0 : verdict === 'rejected' ? 1 : 2;
}

/** Data, features, model and replay. */
async function checkFiles(
  file: string,
  certificate: Certificate,
  options: VerifyOptions,
  around: Surroundings,
): Promise<Check[]> {
  const { content } = certificate;
  const without = (reason: string, ...checks: Check['check'][]): Check[] => checks.map((each) => skipped(each, reason));
  const loaded = await projectOf(file, options.config);
  if (loaded.kind === 'rejected') return without(wordsOf(loaded.problems), 'data', 'features', 'model', 'replay');
  const { folder } = loaded.value;
  const certified = certifiedProject(certificate, loaded.value, file);
  const model = await checkModel(certificate, certified, around);
  const missing = content.data.filter((data) => !existsSync(path.join(folder, data.file)));
  if (missing.length > 0)
    return [...without(`${missing.map((each) => each.file).join(', ')} not here`, 'data', 'features', 'replay'), model];
  const features = content.features.map(({ id }) => id);
  const pool = await openDataOf(content.data, folder, file, around.signal, features);
  if (pool.kind === 'rejected')
    return [
      failed('data', wordsOf(pool.problems)),
      ...without('the data are not the certified ones', 'features', 'replay'),
      model,
    ];
  try {
    const structures = certifiedStructures(content, pool.value);
    const data = passed('data', `${content.data.length} files have the stated sha-256`);
    const checked = await checkFeatures(content, structures, around);
    const replayed =
      model.outcome !== 'passed'
        ? skipped('replay', 'without the certified model')
        : certified.kind === 'rejected'
          ? skipped('replay', wordsOf(certified.problems))
          : await replay(certificate, certified.value, structures, options, around);
    return [data, checked, model, replayed];
  } finally {
    await pool.value.close();
  }
}

async function checkModel(
  { content }: Certificate,
  certified: Checked<CertifiedProject>,
  around: Surroundings,
): Promise<Check> {
  if (certified.kind === 'rejected') return skipped('model', wordsOf(certified.problems));
  const { loaded, model } = certified.value;
  const source = await openOracle(loaded, model, around);
  if (source.kind === 'rejected') return skipped('model', wordsOf(source.problems));
  const { file, identity } = source.value;
  const compared = compareIdentities(content.model, identity);
  // A calculator or client is no file: what the hash was made of is said, and what it cannot cover.
  const uncovered = uncoveredBy(identity.kind);
  const subject = uncovered === null ? file : `${identity.kind} model ${identity.description['name'] ?? ''}`;
  switch (compared.kind) {
    case 'same': {
      const made = Object.entries(identity.description).map(([name, value]) => `${name} ${value}`);
      const covered = uncovered === null ? '' : ` over ${made.join(', ')}; ${uncovered}`;
      const notes = compared.notes.length === 0 ? '' : `; not part of it: ${compared.notes.join(', ')}`;
      return passed('model', `${subject} has the stated sha-256${covered}${notes}`);
    }
    case 'other-versions':
      return skipped(
        'model',
        `${subject} runs here in other versions than the certified ones, so that nothing can be said of its answers: ${compared.differences.join('; ')}`,
      );
    case 'other-model':
      return failed(
        'model',
        `${subject} has another sha-256${compared.differences.length === 0 ? '' : `: ${compared.differences.join('; ')}`}`,
      );
  }
}

/** Ids, features, and that no structure is in the wrong split: all follow from structures and configuration. */
async function checkFeatures(
  content: CertificateContent,
  structures: CertifiedStructures,
  { signal }: Surroundings,
): Promise<Check> {
  const ids = content.features.map(({ id }) => id);
  const unknown = ids.filter((id) => featureById(id) === undefined);
  if (unknown.length > 0) return skipped('features', `this version does not know ${unknown.join(', ')}`);
  const generated = new Set((content.generated ?? []).map(({ row }) => row));
  const settings = splitSettings(content);
  let rows = 0;
  for (const [split, table] of [['search', content.search] as const, ['validation', content.validation] as const]) {
    for (const [row, id] of table.id.entries()) {
      signal.throwIfAborted();
      const place = `${content.data[table.file[row]!]!.file}:${table.line[row]!}`;
      const structure = await structures.read(id);
      if (structure === null) return failed('features', `${place} (${split}) is not the structure ${id}`);
      const made = split === 'search' && generated.has(row);
      if (!made && settings !== null && splitOf(id, settings.share, settings.seed) !== split)
        return failed('features', `${place} is in ${split}, where its id does not put it`);
      const computed = computeFeatures(structure, ids);
      const values =
        computed.kind === 'ok'
          ? Array.from(computed.values, (value, f) => scaledFeature(value, content.features[f]!.scale))
          : null;
      if (values === null || values.some((value, f) => value !== table.features[f]![row]!))
        return failed('features', `${place} has other features than the certificate states`);
      rows++;
    }
  }
  return passed('features', `${rows} structures have the stated ids, features and splits`);
}

function splitSettings({ config: { resolved } }: CertificateContent): { share: number; seed: number } | null {
  const at = (value: unknown, key: string): unknown =>
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  const share = at(at(resolved, 'refinement'), 'validationShare');
  const seed = at(at(resolved, 'search'), 'seed');
  return typeof share === 'number' && typeof seed === 'number' ? { share, seed } : null;
}

/** Puts structures to the model again, all or a seeded sample, and compares errors and verdicts. */
async function replay(
  certificate: Certificate,
  { loaded, model }: CertifiedProject,
  structures: CertifiedStructures,
  options: VerifyOptions,
  around: Surroundings,
): Promise<Check> {
  const { content } = certificate;
  const all: { id: string; error: number; table: ObservationTable }[] = [content.search, content.validation].flatMap(
    (table) => table.id.map((id, row) => ({ id, error: table.error[row]!, table })),
  );
  const wanted = options.replay ?? all.length;
  if (wanted === 0) return skipped('replay', 'as told by --replay 0');
  const chosen = sampleWithoutReplacement(
    Int32Array.from(all.keys()),
    wanted,
    randomStream(options.seed, 'verify', certificate.hash),
  ).sort();
  const kind = criterionKinds.find((known) => known === content.criterion.kind);
  if (kind === undefined)
    return skipped('replay', `this version does not know the criterion ${content.criterion.kind}`);
  const reference = await openReference(loaded, around);
  if (reference.kind === 'rejected') return skipped('replay', wordsOf(reference.problems));
  try {
    if (reference.value !== null && reference.value.identity.sha256 !== content.reference?.sha256)
      return skipped('replay', 'the reference here is not the certified one');
    const label = reference.value === null ? null : labelsOnDemand(reference.value, around.signal);
    const report = progressOf(around, content.model.id, 'validate', 'structures');
    const { scale, scaledThreshold, threshold } = content.criterion;
    const relaxed = loaded.project.reference.kind === 'relaxed' ? 'relaxed' : 'data';
    let close = 0;
    for (let from = 0; from < chosen.length; from += BATCH) {
      report(from, chosen.length);
      const batch = Array.from(chosen.subarray(from, from + BATCH), (at) => all[at]!);
      const labelled: Structure[] = [];
      for (const { id } of batch) {
        const structure = await structures.read(id, labelKeyOf(model));
        if (structure === null) return failed('replay', `the structure ${id} is not in the data`);
        labelled.push(label === null ? structure : await label(structure));
      }
      const predictions = await predict(certificate, loaded, labelled, 'judgement', around);
      if (predictions.kind === 'rejected') return skipped('replay', wordsOf(predictions.problems));
      for (const [k, prediction] of predictions.value.entries()) {
        const { id, error } = batch[k]!;
        if (prediction.kind === 'refused') return failed('replay', `the model refuses the structure ${id}`);
        const measured = prediction.kind === 'stored' ? prediction.measurement : measure(labelled[k]!, prediction);
        const judged = judge({ kind, threshold }, relaxed, measured);
        const again = judged.kind === 'judged' ? scaledError(judged.error, scale) : null;
        // Processors may round the model's own arithmetic otherwise in the last digit, but not so that a verdict turns. What
        // is left of a law that holds is nothing but such roundings.
        const near = again !== null && (kind === 'physics' || Math.abs(again - error) <= 1);
        if (again === null || again > scaledThreshold !== error > scaledThreshold || !near)
          return failed(
            'replay',
            `the structure ${id} has an error of ${again === null ? 'nothing' : again / scale}, not ${error / scale}`,
          );
        if (again !== error) close++;
      }
    }
    report(chosen.length, chosen.length);
    const but = kind === 'physics' ? 'but for roundings, on the same side of the threshold' : 'but for the last digit';
    const detail = `${chosen.length} of ${all.length} structures give the stated errors${close === 0 ? '' : `, ${close} of them ${but}`}`;
    return chosen.length === all.length
      ? passed('replay', detail)
      : passed('replay', `${detail} (a sample; --replay all asks every one)`);
  } finally {
    await reference.value?.close();
  }
}

/** Has Lean decide a copy, so that nothing of the certificate's folder is trusted or changed. */
async function checkWithLean(certificate: Certificate, around: Surroundings): Promise<Check> {
  const source = leanSource(certificate.content, certificate.lean.module);
  if (certificate.checked !== null && sha256(source.text) !== certificate.lean.sha256)
    return failed('lean', 'the Lean file that was checked is not the one that its content generates');
  const folder = await mkdtemp(path.join(tmpdir(), 'pcm-verify-'));
  try {
    const copy = path.join(folder, 'copy.pcm-cert.json');
    await writeFile(copy, JSON.stringify(certificate));
    const decided = await decide(copy, certificate, { backend: 'auto', timeLimitSeconds: 600 }, around);
    if (decided.kind === 'rejected') return skipped('lean', wordsOf(decided.problems));
    const { verdicts, checked } = decided.value;
    const count = (kind: string): number => verdicts.filter(({ verdict }) => verdict === kind).length;
    const open = verdicts.length - count('proved') - count('refuted');
    const detail = `${count('proved')} proved, ${count('refuted')} refuted, ${open} stuck (${checked === null ? 'Lean' : `Lean ${checked.version}, ${checked.backend}`})`;
    const stated = new Map(certificate.verdicts.map(({ theorem, verdict }) => [theorem, verdict]));
    const other = verdicts.filter(({ theorem, verdict }) => {
      const before = stated.get(theorem);
      return (before === 'proved' || before === 'refuted') && before !== verdict;
    });
    if (other.length > 0)
      return failed('lean', `${detail}; otherwise than stated: ${other.map(({ theorem }) => theorem).join(', ')}`);
    return open > 0 ? skipped('lean', detail) : passed('lean', detail);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
