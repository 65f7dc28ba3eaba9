import type { Prediction } from '../criterion.ts';
import { randomStream } from '../random.ts';
import type { Structure } from '../structure.ts';
import {
  ordinary,
  type OracleTraits,
  type Probe,
  type ProbeAnswer,
  type ProbeOutcome,
  type ProbeQuestion,
} from './probe.ts';

/** Asks an oracle; as many answers as questions, in the same order. */
export type Ask = (questions: readonly ProbeQuestion[]) => Promise<readonly ProbeAnswer[]>;

/** What one probe found for one structure. */
export interface ProbeReport {
  readonly probe: Probe;
  readonly structure: Structure;
  readonly outcome: ProbeOutcome;
}

/** Puts one probe to an oracle. The random stream is the structure's and the probe's own. */
async function runProbe(
  probe: Probe,
  structure: Structure,
  answer: Prediction,
  { traits, seed, key }: SuiteSetting,
  ask: Ask,
): Promise<ProbeOutcome> {
  const random = randomStream(seed, 'physics', probe.id, key(structure));
  let course;
  if (probe.needs === 'structure') course = probe.run({ crystal: structure }, traits, random);
  else if (answer.kind === 'predicted') course = probe.run({ crystal: structure, answer }, traits, random);
  else return { kind: 'skipped', reason: `there is no finite answer for the structure itself: ${answer.detail}` };
  let next = course.next();
  while (next.done !== true) {
    const answers = await ask(next.value);
    if (answers.length !== next.value.length) throw new Error('as many answers as questions are needed');
    next = course.next(answers);
  }
  return next.value;
}

export interface SuiteSetting {
  readonly traits: OracleTraits;
  readonly seed: number;
  /** Names a structure by its content, so that its place in the data does not matter. */
  readonly key: (structure: Structure) => string;
}

/**
 * Puts an oracle through all probes with one structure. A structure that the oracle refuses gives null; one that it fails
 * on is still put through the probes that need no answer for it, `finite` among them.
 */
export async function* probeStructure(
  probes: readonly Probe[],
  structure: Structure,
  setting: SuiteSetting,
  ask: Ask,
): AsyncGenerator<ProbeReport> {
  const [given] = await ask([ordinary(structure)]);
  if (given === undefined || given === null || given.kind === 'refused') {
    const reason = `the oracle refuses the structure: ${given?.detail ?? 'no answer'}`;
    for (const probe of probes) yield { probe, structure, outcome: { kind: 'skipped', reason } };
    return;
  }
  yield* probeAnswered(probes, structure, given, setting, ask);
}

/** The same for a structure whose own answer is known already. */
export async function* probeAnswered(
  probes: readonly Probe[],
  structure: Structure,
  given: Exclude<Prediction, { kind: 'refused' }>,
  setting: SuiteSetting,
  ask: Ask,
): AsyncGenerator<ProbeReport> {
  const answer = finiteOrFailed(given);
  for (const probe of probes) {
    yield { probe, structure, outcome: await runProbe(probe, structure, answer, setting, ask) };
  }
}

/** An answer with a number that is none is no answer, whatever the oracle calls it. */
function finiteOrFailed(answer: Exclude<Prediction, { kind: 'refused' }>): Exclude<Prediction, { kind: 'refused' }> {
  if (answer.kind === 'failed') return answer;
  if (Number.isFinite(answer.energy) && answer.forces.every(Number.isFinite)) return answer;
  return { kind: 'failed', reason: 'not-finite', detail: 'the energy or a force is not finite' };
}
