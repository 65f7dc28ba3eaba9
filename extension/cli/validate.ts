import type { Certificate } from '../core/certificate.ts';
import { criterionKinds, type FailureCriterion } from '../core/criterion.ts';
import { quantumEspressoSchema } from '../core/dft/settings.ts';
import {
  compareWithReference,
  medianOf,
  medianRatio,
  RATIO_CONFIDENCE,
  worstCounterexamples,
  type Comparison,
  type Counterexample,
} from '../core/dft/validation.ts';
import type { Checked, Problem } from '../core/problem.ts';
import type { Structure } from '../core/structure.ts';
import type { ValidatedEvent } from '../protocol/validation-events.ts';
import { certifiedStructures, type CertifiedStructures } from '../sweep/reference/certified-structures.ts';
import type { Evaluation, Reference } from '../sweep/reference/reference.ts';
import { openCertificate, openDataOf } from './certificate-place.ts';
import { certifiedModel, labelKeyOf, predict, type Said } from './certified-oracle.ts';
import type { LoadedProject } from './load-project.ts';
import { openReference } from './open-reference.ts';
import { progressOf } from './progress.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';
import type { ValidateOptions } from './validate-arguments.ts';

const problemAt = (file: string, message: string, fix: string): Problem => ({
  kind: 'problem',
  severity: 'error',
  file,
  line: null,
  message,
  fix,
});
const rejected = (file: string, message: string, fix: string): Checked<never> => ({
  kind: 'rejected',
  problems: [problemAt(file, message, fix)],
});

/**
 * `pcm validate`: computes the worst counterexamples of a certificate anew, with a reference and with the model, and says
 * whether they are counterexamples still. 0: all are; 1: some are not; 2: some could not be decided.
 */
export async function validate(file: string, options: ValidateOptions, around: Surroundings): Promise<ExitCode> {
  const { reporter, signal } = around;
  try {
    const outcome = await validateCertificate(file, options, around);
    if (typeof outcome === 'number') return outcome;
    outcome.problems.forEach(reporter.emit);
    return 2;
  } catch (error) {
    if (signal.aborted) return 2;
    throw error;
  }
}

type Rejected = Extract<Checked<never>, { kind: 'rejected' }>;

async function validateCertificate(
  file: string,
  options: ValidateOptions,
  around: Surroundings,
): Promise<ExitCode | Rejected> {
  const found = await openCertificate(file, options.config);
  if (found.kind === 'rejected') return found;
  const { certificate, loaded } = found.value;
  const { content } = certificate;
  if (content.criterion.kind === 'physics')
    return {
      kind: 'rejected',
      problems: [
        problemAt(
          file,
          'A reference has no word in whether a potential breaks a physical law, which decides in this certificate.',
          'Ask the model again with pcm verify, or see what it breaks with pcm physics.',
        ),
      ],
    };
  const settings = referenceSettings(loaded, options.reference);
  if (settings.kind === 'rejected') return settings;
  const opened = await openReference(loaded, around, settings.value);
  if (opened.kind === 'rejected') return opened;
  const reference = opened.value!;
  const pool = await openDataOf(content.data, loaded.folder, file, around.signal);
  if (pool.kind === 'rejected') {
    await reference.close();
    return pool;
  }
  try {
    const chosen = worstCounterexamples(content, options.top);
    const structures = await structuresOf(
      chosen,
      certifiedStructures(content, pool.value),
      file,
      labelKeyOf(certifiedModel(content)),
    );
    if (structures.kind === 'rejected') return structures;
    const predictions = await predict(certificate, loaded, structures.value, 'forces', around);
    if (predictions.kind === 'rejected') return predictions;
    const work = { file, certificate, chosen, structures: structures.value };
    return await compareAll({ ...work, predictions: predictions.value, reference }, options, around);
  } finally {
    await pool.value.close();
    await reference.close();
  }
}

type ComputingSettings = Exclude<LoadedProject['project']['reference'], { kind: 'data' | 'relaxed' }>;

/** The settings of the reference that is asked for; those of the project where it names that one, else their defaults. */
function referenceSettings(
  { config, project, lineOf }: LoadedProject,
  wanted: ValidateOptions['reference'],
): Checked<ComputingSettings> {
  const { reference: named } = project;
  const ok = (value: ComputingSettings): Checked<ComputingSettings> => ({ kind: 'ok', value, warnings: [] });
  if (named.kind !== 'data' && named.kind !== 'relaxed' && (wanted === undefined || wanted === named.kind))
    return ok(named);
  if (wanted !== 'ase') return ok(quantumEspressoSchema.parse({ kind: 'quantum-espresso' }));
  const message = 'The project names no calculator of ASE as reference.';
  const fix =
    'Write "reference": { "kind": "ase", "factory": "gpaw:GPAW", "arguments": { … } } here, or in a file of its own for --config.';
  const line = lineOf('reference');
  return { kind: 'rejected', problems: [{ ...problemAt(config, message, fix), line }] };
}

/**
 * The structures themselves, found by the hash of their content.
 * @param labelKey the key under which the model knows them by name, where that matters to it.
 */
export async function structuresOf(
  chosen: readonly Counterexample[],
  certified: CertifiedStructures,
  certificate: string,
  labelKey: string | undefined,
): Promise<Checked<Structure[]>> {
  const structures: Structure[] = [];
  for (const { id } of chosen) {
    const structure = await certified.read(id, labelKey);
    if (structure === null) {
      return rejected(certificate, `The structure ${id} is not in the data that it names.`, 'Certify again.');
    }
    structures.push(structure);
  }
  return { kind: 'ok', value: structures, warnings: [] };
}

interface Work {
  readonly file: string;
  readonly certificate: Certificate;
  readonly chosen: readonly Counterexample[];
  readonly structures: readonly Structure[];
  readonly predictions: readonly Said[];
  readonly reference: Reference;
}

async function compareAll(work: Work, options: ValidateOptions, around: Surroundings): Promise<ExitCode> {
  const { certificate, chosen, structures, predictions, reference } = work;
  const { content } = certificate;
  const criterion = criterionOf(content.criterion);
  const report = progressOf(around, content.model.id, 'validate', 'structures');
  const events: ValidatedEvent[] = [];
  report(0, chosen.length);
  const evaluations = await evaluateAll(
    structures,
    reference,
    options.workers ?? reference.lanes,
    around.signal,
    (done) => report(done, chosen.length),
  );
  for (const [k, evaluation] of evaluations.entries()) {
    const compared = compareWithReference(criterion, structures[k]!, predictions[k]!, evaluation.outcome);
    const event = eventOf(content.model.id, content.data[chosen[k]!.file]!.file, chosen[k]!, compared, evaluation);
    events.push(event);
    around.reporter.emit(event);
  }
  const count = (confirmed: boolean | null): number => events.filter((event) => event.confirmed === confirmed).length;
  const known = <T>(values: readonly (T | null)[]): T[] => values.filter((value) => value !== null);
  const ratio = medianRatio(known(events.map(({ forceRatio }) => forceRatio)));
  const seconds = known(events.map((event) => event.seconds));
  around.reporter.emit({
    kind: 'validation',
    certificate: work.file,
    model: content.model.id,
    reference: { ...reference.identity, description: { ...reference.identity.description } },
    structures: events.length,
    computed: events.filter(({ reason }) => reason === null).length,
    confirmed: count(true),
    refuted: count(false),
    undecided: count(null),
    forceRatio: ratio === null ? null : { ...ratio, confidence: RATIO_CONFIDENCE },
    scfSteps: medianOf(known(events.map(({ scfSteps }) => scfSteps))),
    seconds: medianOf(seconds),
    totalSeconds: seconds.reduce((sum, value) => sum + value, 0),
  });
  return count(false) > 0 ? 1 : count(null) > 0 ? 2 : 0;
}

function criterionOf({ kind, threshold }: { kind: string; threshold: number }): FailureCriterion {
  const known = criterionKinds.find((name) => name === kind);
  // Energies are not compared either, so that nothing is decided by a criterion that this version does not know.
  return { kind: known ?? 'energy-error', threshold };
}

/** Evaluations in the order of the structures, a few at a time. @throws the signal's reason when aborted. */
async function evaluateAll(
  structures: readonly Structure[],
  reference: Reference,
  lanes: number,
  signal: AbortSignal,
  onDone: (done: number) => void,
): Promise<Evaluation[]> {
  const evaluations: Evaluation[] = [];
  let next = 0;
  let done = 0;
  const lane = async (): Promise<void> => {
    for (let k = next++; k < structures.length; k = next++) {
      evaluations[k] = await reference.evaluate(structures[k]!, signal);
      onDone(++done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, structures.length) }, lane));
  return evaluations;
}

function eventOf(
  model: string,
  file: string,
  { split, index, line, error }: Counterexample,
  compared: Comparison,
  { outcome, stored }: Evaluation,
): ValidatedEvent {
  const computed = outcome.kind === 'computed' ? outcome : null;
  return {
    kind: 'validated',
    model,
    file,
    index,
    line,
    split,
    certified: error,
    ...compared,
    scfSteps: computed?.scfSteps ?? null,
    seconds: computed?.seconds ?? null,
    stored,
    reason: outcome.kind === 'none' ? outcome.reason : null,
  };
}
