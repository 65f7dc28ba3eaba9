import path from 'node:path';
import type { Certificate } from '../core/certificate.ts';
import { criterionKinds, judge, measure, scaledError, type CriterionKind } from '../core/criterion.ts';
import { worstCounterexamples, type Counterexample } from '../core/dft/validation.ts';
import { writeComparison } from '../core/formats/write-comparison.ts';
import { hasRoomForAtoms } from '../core/generators/contact-limit.ts';
import type { Answer, Minimised } from '../core/minimisation/minimise.ts';
import type { Checked } from '../core/problem.ts';
import type { Structure } from '../core/structure.ts';
import type { MinimizedEvent } from '../protocol/counterexample-events.ts';
import { writeFileAtomically } from '../sweep/atomic-file.ts';
import { labelsOnDemand } from '../sweep/reference/labels-on-demand.ts';
import { structureId } from '../sweep/structure-id.ts';
import type { MinimizeOptions } from './certificate-commands.ts';
import { openCertificate, openDataOf } from './certificate-place.ts';
import { openCertifiedOracle, type CertifiedOracle, type Said } from './certified-oracle.ts';
import { certifiedProject } from './certified-project.ts';
import { openCertifiedReference } from './certified-reference.ts';
import { basesOf, type Change, type FoundBase, type Step } from './minimize-base.ts';
import { progressOf } from './progress.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

type Rejected = Extract<Checked<never>, { kind: 'rejected' }>;

const rejected = (file: string, message: string, fix: string): Rejected => ({
  kind: 'rejected',
  problems: [{ kind: 'problem', severity: 'error', file, line: null, message, fix }],
});

/**
 * `pcm minimize`: takes back what the search did to make counterexamples, as far as they still fail. 0: all of them were
 * minimised; 1: some do not fail here; 2: some could not be minimised.
 */
export async function minimize(file: string, options: MinimizeOptions, around: Surroundings): Promise<ExitCode> {
  try {
    const outcome = await minimizeAll(file, options, around);
    if (typeof outcome === 'number') return outcome;
    outcome.problems.forEach(around.reporter.emit);
    return 2;
  } catch (error) {
    if (around.signal.aborted) return 2;
    throw error;
  }
}

async function minimizeAll(file: string, options: MinimizeOptions, around: Surroundings): Promise<ExitCode | Rejected> {
  const found = await openCertificate(file, options.config);
  if (found.kind === 'rejected') return found;
  const { certificate } = found.value;
  const { content } = certificate;
  const certified = certifiedProject(certificate, found.value.loaded, file);
  if (certified.kind === 'rejected') return certified;
  const { loaded } = certified.value;
  const kind = criterionKinds.find((known) => known === content.criterion.kind);
  if (kind === undefined)
    return rejected(
      file,
      `This version does not know the criterion ${content.criterion.kind}.`,
      'Certify again with this version.',
    );
  const chosen = worstCounterexamples(content, options.top);
  if (chosen.length === 0) return 0;
  const { kind: truth } = loaded.project.reference;
  const computes = truth !== 'data' && truth !== 'relaxed' && kind !== 'force-magnitude';
  if (kind !== 'physics' && !computes) {
    const reason =
      'Nobody can tell whether a changed structure fails: name a reference that computes labels on demand, or let physical laws decide (docs/SEARCH.md), and certify again.';
    for (const each of chosen) around.reporter.emit(leftAlone(certificate, each, reason));
    return 2;
  }
  const opened = await openCertifiedReference(content, loaded, file, around);
  if (opened.kind === 'rejected') return opened;
  const reference = opened.value;
  try {
    const pool = await openDataOf(content.data, loaded.folder, file, around.signal);
    if (pool.kind === 'rejected') return pool;
    try {
      const oracle = await openCertifiedOracle(certificate, loaded, 'judgement', around);
      if (oracle.kind === 'rejected') return oracle;
      const label =
        reference === null
          ? (structure: Structure) => Promise.resolve(structure)
          : labelsOnDemand(reference, around.signal);
      const baseOf = basesOf(content, pool.value);
      try {
        const work = { file, certificate, kind, chosen, baseOf, label, oracle: oracle.value };
        return await minimizeEach(work, options, around);
      } finally {
        await oracle.value.close();
      }
    } finally {
      await pool.value.close();
    }
  } finally {
    await reference?.close();
  }
}

interface Work {
  readonly file: string;
  readonly certificate: Certificate;
  readonly kind: CriterionKind;
  readonly chosen: readonly Counterexample[];
  readonly baseOf: (counterexample: Counterexample) => Promise<FoundBase>;
  readonly label: (structure: Structure) => Promise<Structure>;
  readonly oracle: CertifiedOracle;
}

async function minimizeEach(work: Work, options: MinimizeOptions, around: Surroundings): Promise<ExitCode | Rejected> {
  const { certificate, chosen } = work;
  const report = progressOf(around, certificate.content.model.id, 'search', 'structures asked');
  const frames: string[] = [];
  let code: ExitCode = 0;
  let asked = 0;
  for (const counterexample of chosen) {
    const found = await work.baseOf(counterexample);
    if (found.kind === 'missing')
      return rejected(work.file, `The structure ${found.id} is not in the data that it names.`, 'Certify again.');
    if (found.kind === 'none') {
      around.reporter.emit(leftAlone(certificate, counterexample, found.reason));
      code = 2;
      continue;
    }
    const attempt = await minimizeOne(work, found.change, options.calls, () => report(++asked, null));
    if (attempt.kind === 'rejected') return attempt;
    const { minimised, frame } = attempt;
    around.reporter.emit(eventOf(certificate, counterexample, found.change, minimised, frame?.id ?? null));
    if (frame !== null) frames.push(frame.text);
    else if (minimised.kind === 'not-failing' && minimised.answer.kind === 'passes') code = code === 2 ? 2 : 1;
    else code = 2;
  }
  if (options.out === null || frames.length === 0) return code;
  const target = path.resolve(path.dirname(work.file), options.out);
  const written = await writeFileAtomically(target, frames.join(''));
  if (written.kind === 'failed') return rejected(target, written.message, written.fix);
  around.reporter.emit({
    kind: 'exported',
    certificate: work.file,
    model: certificate.content.model.id,
    format: 'extxyz',
    structures: frames.length,
    files: [target],
  });
  return code;
}

/** Something that no answer can be got from ends the search; it is carried out of the callback by this. */
class Stopped extends Error {
  constructor(readonly outcome: Rejected) {
    super('The model cannot be asked.');
  }
}

type Attempt =
  | Rejected
  | {
      readonly kind: 'ok';
      readonly minimised: Minimised<Step>;
      /** The smallest failing structure as extended XYZ, with its content id. */
      readonly frame: { readonly id: string; readonly text: string } | null;
    };

async function minimizeOne(
  { certificate, kind, label, oracle }: Work,
  change: Change,
  calls: number,
  onAsked: () => void,
): Promise<Attempt> {
  const { scale, scaledThreshold, threshold } = certificate.content.criterion;
  const frames = new Map<string, { id: string; text: string }>();
  const ask = async ({ record, rebuilt, isCertified }: Step): Promise<Answer> => {
    if (rebuilt.kind !== 'ok') return { kind: 'undecided', reason: rebuilt.reason };
    if (!isCertified && !hasRoomForAtoms(rebuilt.structure))
      return { kind: 'undecided', reason: 'atoms are closer than the generators allow' };
    onAsked();
    const labelled = await label(rebuilt.structure);
    const answers = await oracle.ask(labelled);
    if (answers.kind === 'rejected') throw new Stopped(answers);
    const said = answers.value[0]!;
    if (said.kind === 'refused') return { kind: 'undecided', reason: `the model refuses a structure (${said.detail})` };
    const measured = said.kind === 'stored' ? said.measurement : measure(labelled, said);
    const judged = judge({ kind, threshold }, 'data', measured);
    if (judged.kind === 'undecided')
      return { kind: 'undecided', reason: `there is no ${judged.missing} of a structure` };
    if (!(scaledError(judged.error, scale) > scaledThreshold)) return { kind: 'passes' };
    const error = Number.isFinite(judged.error) ? judged.error : null;
    const text = writeComparison(labelled, valuesOf(said, error), error);
    frames.set(JSON.stringify(record), { id: structureId(rebuilt.structure), text });
    return { kind: 'fails', error };
  };
  try {
    const minimised = await change.takeBack(ask, calls);
    const least = minimised.kind === 'minimal' ? minimised.record.record : null;
    const frame = minimised.kind === 'not-failing' ? null : (frames.get(JSON.stringify(least)) ?? null);
    return { kind: 'ok', minimised, frame };
  } catch (error) {
    if (error instanceof Stopped) return error.outcome;
    throw error;
  }
}

const valuesOf = (said: Said, error: number | null) => (said.kind === 'predicted' && error !== null ? said : null);

const placeOf = ({ content }: Certificate, { id, file, index, line, error }: Counterexample) => ({
  kind: 'minimized' as const,
  model: content.model.id,
  id,
  file: content.data[file]!.file,
  index,
  line,
  error,
});

/** What is said of a structure for which nothing was asked. */
const leftAlone = (certificate: Certificate, counterexample: Counterexample, reason: string): MinimizedEvent => ({
  ...placeOf(certificate, counterexample),
  generator: null,
  minimal: null,
  distortion: null,
  asked: 0,
  reason,
});

/** @param id of the smallest failing structure. */
function eventOf(
  certificate: Certificate,
  counterexample: Counterexample,
  { base, generator, distortion }: Change,
  minimised: Minimised<Step>,
  id: string | null,
): MinimizedEvent {
  const common = {
    ...placeOf(certificate, counterexample),
    generator,
    distortion,
    asked: minimised.asked,
  };
  switch (minimised.kind) {
    case 'not-failing': {
      const { answer } = minimised;
      const why =
        answer.kind === 'passes'
          ? 'It does not fail here.'
          : `It cannot be decided here whether it fails: ${answer.reason}.`;
      return { ...common, minimal: null, reason: why };
    }
    case 'base-fails': {
      const minimal = { id: id ?? base, record: { base }, error: minimised.error, distortion: 0 };
      return { ...common, minimal, reason: 'the base itself fails' };
    }
    case 'minimal': {
      const { error, below } = minimised;
      const reason =
        below.kind === 'passes'
          ? 'every single smaller step passes'
          : below.kind === 'undecided'
            ? `a smaller step could not be decided: ${below.reason}`
            : 'the calls ran out; --calls allows more';
      const { record, distortion: least } = minimised.record;
      const minimal = { id: id!, record: { ...record }, error, distortion: least };
      return { ...common, minimal, reason };
    }
  }
}
