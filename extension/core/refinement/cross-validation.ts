import { randomStream, shuffle } from '../random.ts';
import { upperFailureRate } from '../statistics/clopper-pearson.ts';
import { type Caution, type CoreDemand, searchCore } from './core-search.ts';
import { arrange, type Observations } from './observed-points.ts';

/** From bold to careful. The first is the box with the most passing structures, whatever luck it took to find it. */
export const CAUTIONS: readonly Caution[] = [
  { faceCost: 0, margin: 0 },
  { faceCost: 0.02, margin: 0 },
  { faceCost: 0.02, margin: 0.02 },
  { faceCost: 0.05, margin: 0.02 },
  { faceCost: 0.05, margin: 0.05 },
  { faceCost: 0.1, margin: 0.05 },
];

const FOLDS = 5;

/** Held-out figures within this factor of the best are not told apart. */
const NEARLY = 1.25;

/** How the boxes found without a fold fared on that fold, summed over the folds. */
export interface HeldOut {
  readonly caution: Caution;
  readonly passing: number;
  readonly failing: number;
  /** Exact upper bound on the failure rate from the held-out counts, at the claim's significance. */
  readonly upperBound: number;
}

export interface CautionChoice {
  readonly chosen: number;
  readonly heldOut: readonly HeldOut[];
}

/**
 * Chooses how cautious the search has to be, by cross-validation within the search split (the validation split stays
 * untouched): of the cautions whose held-out failure rate is bounded by the claimed one, that with the most passing
 * held-out structures (equal ones: the bolder). If there is none, the most careful of those whose bound and whose number
 * of passing structures come within a quarter of those of the caution with the smallest bound.
 *
 * @param rows observations inside the box to be tightened, ascending
 */
export function* chooseCaution(
  observations: Observations,
  rows: Int32Array,
  demand: CoreDemand,
  claim: { readonly failureRate: number; readonly significance: number },
  attempts: number,
  seed: number,
): Generator<number, CautionChoice> {
  const order = Int32Array.from(rows);
  shuffle(order, randomStream(seed, 'folds'));
  const heldOut: HeldOut[] = [];
  for (const [index, caution] of CAUTIONS.entries()) {
    let passing = 0;
    let failing = 0;
    for (let fold = 0; fold < FOLDS; fold++) {
      const kept = order.filter((_, at) => at % FOLDS !== fold).sort();
      const found = searchCore(
        arrange(observations, kept),
        demand,
        caution,
        attempts,
        randomStream(seed, 'fold', String(fold)),
      );
      if (found !== null) {
        for (let at = fold; at < order.length; at += FOLDS) {
          const row = order[at]!;
          const isInside = observations.columns.every(
            (column, f) => column[row]! >= found.published.lower[f]! && column[row]! <= found.published.upper[f]!,
          );
          if (!isInside) continue;
          if (observations.failed[row] === 0) passing++;
          else failing++;
        }
      }
      yield (index * FOLDS + fold + 1) / (CAUTIONS.length * FOLDS);
    }
    heldOut.push({
      caution,
      passing,
      failing,
      upperBound: upperFailureRate(failing, passing + failing, claim.significance),
    });
  }
  return { chosen: best(heldOut, claim.failureRate), heldOut };
}

function best(heldOut: readonly HeldOut[], failureRate: number): number {
  let chosen = 0;
  for (const [index, candidate] of heldOut.entries()) {
    const current = heldOut[chosen]!;
    const holds = candidate.upperBound <= failureRate;
    const currentHolds = current.upperBound <= failureRate;
    const isBetter =
      holds === currentHolds
        ? holds
          ? candidate.passing > current.passing
          : candidate.upperBound < current.upperBound
        : holds;
    if (isBetter) chosen = index;
  }
  const leader = heldOut[chosen]!;
  if (leader.upperBound <= failureRate) return chosen;
  // No caution is known to be enough, and the bounds are too uncertain to tell near equals apart: the most careful one.
  for (const [index, candidate] of heldOut.entries()) {
    const isNearlyAsGood =
      candidate.upperBound <= NEARLY * leader.upperBound && NEARLY * candidate.passing >= leader.passing;
    if (isNearlyAsGood) chosen = index;
  }
  return chosen;
}
