import type { Box } from '../certificate.ts';
import { randomStream } from '../random.ts';
import { CAUTIONS, chooseCaution, type HeldOut } from './cross-validation.ts';
import { type Caution, type CoreDemand, type Found, searchCore } from './core-search.ts';
import { type FaceMove, traceFaces } from './face-trace.ts';
import { type Observations, pointsInside } from './observed-points.ts';
import { allowedFailures } from './schedule.ts';
import { tighten, type TighteningPlan } from './tightening.ts';
import { asBox } from './working-box.ts';

export interface RefinementOptions {
  /** Failing observations tolerated inside the final envelope. */
  readonly violations: number;
  /** Rounds to go, this one included; 1 in the last round, which alone has to meet the whole demand. */
  readonly roundsLeft: number;
  /** Passing observations inside the final envelope, at least. */
  readonly minimumInside: number;
  readonly slabs: number;
  readonly minimumPerSlab: number;
  /** Claimed bound on the failure rate and its significance, in (0, 1): they decide how cautious the search has to be. */
  readonly failureRate: number;
  readonly significance: number;
  readonly seed: number;
  /** Distinguishes the random streams of the rounds. */
  readonly round: number;
  /** Boxes tried per search; by default 60 to 300, fewer the more observations there are. */
  readonly attempts?: number;
}

export interface Envelope {
  readonly kind: 'envelope';
  /** New envelope, inside the old one; scaled integers, both ends belong to it. */
  readonly box: Box;
  /** Observations inside it. */
  readonly passing: number;
  readonly failing: number;
  readonly trace: readonly FaceMove[];
  readonly caution: Caution;
  /** What cross-validation saw; empty where there was too little to cross-validate. */
  readonly heldOut: readonly HeldOut[];
  /** What `bootstrapBounds` needs to re-run the round's last step; null where the round left the envelope as it was. */
  readonly plan: TighteningPlan | null;
}

export interface NoEnvelope {
  readonly kind: 'no-envelope';
  /** The largest box that keeps the violations, if there is any. */
  readonly best: { readonly box: Box; readonly passing: number; readonly failing: number } | null;
  readonly reason: string;
}

export type RefinementOutcome = Envelope | NoEnvelope;

/** Boxes tried per search by default: as many as keep the time of a search about the same, within these limits. */
function defaultAttempts(observations: number): number {
  return Math.max(60, Math.min(300, Math.floor(250_000 / Math.max(1, observations))));
}

/** Below this many observations folds say nothing: the most careful search is used. */
const FEWEST_TO_CROSS_VALIDATE = 40;

/**
 * One refinement round: tightens the envelope so that as many counterexamples as possible fall outside and as many
 * passing structures as possible stay inside. Every round first looks for the box that the last round would publish;
 * earlier rounds then grow from it until they hold as many failing observations as their schedule allows, so that the
 * envelope closes in on it without having cut off the way there.
 *
 * A generator: yields its progress in [0, 1] every few milliseconds to tens of milliseconds, so that a caller can report
 * it, wait for others, or stop.
 *
 * @param observations all tested structures of the search split so far; those outside `box` have no influence
 */
export function* refineRound(
  observations: Observations,
  box: Box,
  options: RefinementOptions,
): Generator<number, RefinementOutcome> {
  const points = pointsInside(observations, box);
  const failing = points.failing.reduce((sum, count) => sum + count, 0);
  const passing = points.size - failing;
  const isLast = options.roundsLeft <= 1;
  if (passing === 0) {
    return {
      kind: 'no-envelope',
      best: null,
      reason: `None of the ${points.size} tested structures inside the envelope passes.`,
    };
  }
  const demand: CoreDemand = {
    violations: options.violations,
    slabs: options.slabs,
    minimumPerSlab: options.minimumPerSlab,
  };
  const attempts = options.attempts ?? defaultAttempts(points.size);
  const stream = String(options.round);

  let chosen = CAUTIONS.length - 1;
  let heldOut: readonly HeldOut[] = [];
  if (failing <= options.violations) {
    chosen = 0;
  } else if (points.size >= FEWEST_TO_CROSS_VALIDATE) {
    const folds = chooseCaution(observations, points.rows, demand, options, Math.ceil(attempts / 5), options.seed);
    for (;;) {
      const step = folds.next();
      if (step.done === true) {
        ({ chosen, heldOut } = step.value);
        break;
      }
      yield 0.8 * step.value;
    }
  }

  // If caution leaves too little inside, bolder searches are tried before giving up.
  let goal: { found: Found; caution: Caution } | null = null;
  for (let index = chosen; index >= 0; index--) {
    const caution = CAUTIONS[index]!;
    const found = searchCore(points, demand, caution, attempts, randomStream(options.seed, 'refinement', stream));
    if (found !== null && (goal === null || found.published.passing > goal.found.published.passing)) {
      goal = { found, caution };
    }
    yield 0.8 + 0.2 * ((chosen - index + 1) / (chosen + 1));
    if (goal !== null && (!isLast || goal.found.published.passing >= options.minimumInside)) break;
  }

  if (goal === null) {
    if (!isLast) return unchanged(box, passing, failing, heldOut);
    return {
      kind: 'no-envelope',
      best: null,
      reason:
        `No box holds a passing structure with at most ${options.violations} failing ones and ` +
        `${options.minimumPerSlab} passing ones in each of ${options.slabs} slabs.`,
    };
  }
  const { found, caution } = goal;
  if (isLast && found.published.passing < options.minimumInside) {
    return {
      kind: 'no-envelope',
      best: { box: asBox(found.published), passing: found.published.passing, failing: found.published.failing },
      reason:
        `The largest box with at most ${options.violations} failing structures holds ${found.published.passing} passing ` +
        `ones; the claim asks for ${options.minimumInside}.`,
    };
  }
  const plan: TighteningPlan = {
    before: box,
    core: asBox(found.core),
    demand,
    caution,
    allowed: allowedFailures(failing, options.violations, options.roundsLeft),
    isLast,
  };
  const tightened = tighten(points, plan);
  if (tightened === null) return unchanged(box, passing, failing, heldOut);
  return {
    kind: 'envelope',
    box: asBox(tightened),
    passing: tightened.passing,
    failing: tightened.failing,
    trace: traceFaces(points, box, asBox(tightened)),
    caution,
    heldOut,
    plan,
  };
}

/** A round that had nothing to go by leaves the envelope as it was. */
function unchanged(box: Box, passing: number, failing: number, heldOut: readonly HeldOut[]): Envelope {
  return { kind: 'envelope', box, passing, failing, trace: [], caution: CAUTIONS[0]!, heldOut, plan: null };
}
