import type { RandomStream } from '../random.ts';
import { grow, type MoveTaste, peel, plainTaste } from './face-moves.ts';
import { type CoverageDemand, finished } from './finishing.ts';
import type { ObservedPoints } from './observed-points.ts';
import { copyOf, hullOfAll, moveFace, type WorkingBox, workingBox } from './working-box.ts';

/** How cautious the search is, against boxes that look clean only because they were searched for. */
export interface Caution {
  /** Passing observations that one more face has to be worth, as a share of all passing ones. */
  readonly faceCost: number;
  /** Passing observations to stay away from a face that keeps counterexamples out, as a share of those inside. */
  readonly margin: number;
}

export interface CoreDemand extends CoverageDemand {
  /** Failing observations tolerated inside. */
  readonly violations: number;
}

/** The box that was searched for, and the one that is published for it. */
export interface Found {
  readonly core: WorkingBox;
  readonly published: WorkingBox;
  readonly score: number;
}

/** Passing observations by which a published box stays away from the active faces of its core. */
export function marginOf(caution: Caution, core: WorkingBox): number {
  return Math.floor(caution.margin * core.passing);
}

/**
 * Looks for the box with the most passing observations inside and at most `violations` failing ones. Finding the best is
 * NP-hard in the number of features, so this is a search: greedy peels of several tastes from the hull, then `attempts`
 * rounds of destroying part of the best box found (or starting from a window around a random passing observation),
 * peeling and growing again with noisy tastes, keeping what is better. Every candidate is a maximal box: no single face
 * can be pushed out any further. Deterministic for a given stream.
 *
 * @returns null if no box with something passing satisfies the demand
 */
export function searchCore(
  points: ObservedPoints,
  demand: CoreDemand,
  caution: Caution,
  attempts: number,
  random: RandomStream,
): Found | null {
  const hull = hullOfAll(points);
  const faceCost = caution.faceCost * hull.passing;
  let best: Found | null = null;

  const consider = (core: WorkingBox): void => {
    const cost = faceCost * activeFaces(core, hull);
    if (best !== null && core.passing - cost <= best.score) return;
    const published = finished(points, core, hull, marginOf(caution, core), demand);
    if (published === null) return;
    const score = published.passing - cost;
    if (best === null || score > best.score) best = { core, published, score };
  };
  const tighten = (box: WorkingBox, taste: MoveTaste): void => {
    if (!peel(points, box, demand.violations, taste)) return;
    grow(points, box, demand.violations, hull, taste);
    consider(box);
  };

  if (hull.passing === 0) return null;
  for (const balance of [0.2, 1, 4, 16]) tighten(copyOf(hull), { ...plainTaste, balance });
  const passing = Int32Array.from(points.rows.keys()).filter((at) => points.passing[at]! > 0);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const taste = noisyTaste(random);
    // Read through a function: the compiler does not see that `consider` assigns it.
    const incumbent = ((): Found | null => best)();
    tighten(
      incumbent === null || random.uniform() < 0.3
        ? windowAround(points, hull, passing[random.integer(passing.length)]!, random)
        : partlyOpened(points, incumbent.core, hull, random),
      taste,
    );
  }
  return best;
}

/** Faces that keep something out. */
function activeFaces(box: WorkingBox, hull: WorkingBox): number {
  let count = 0;
  for (let f = 0; f < box.lower.length; f++) {
    if (box.lower[f]! > hull.lower[f]!) count++;
    if (box.upper[f]! < hull.upper[f]!) count++;
  }
  return count;
}

function noisyTaste(random: RandomStream): MoveTaste {
  const balance = [0.2, 1, 4, 16][random.integer(4)]!;
  const strength = random.uniform();
  return { balance, noise: () => 1 - strength * random.uniform() };
}

/** A box around one point: each feature free, or a window of ranks around the point's own. */
function windowAround(points: ObservedPoints, hull: WorkingBox, centre: number, random: RandomStream): WorkingBox {
  const lower = Float64Array.from(hull.lower);
  const upper = Float64Array.from(hull.upper);
  for (let f = 0; f < points.dimensions; f++) {
    if (random.uniform() < 0.5) continue;
    const order = points.order[f]!;
    const values = points.values[f]!;
    const rank = order.indexOf(centre);
    const reach = (down: boolean): number => {
      const offset = Math.floor(random.uniform() * 0.5 * points.size);
      return values[order[down ? Math.max(0, rank - offset) : Math.min(points.size - 1, rank + offset)]!]!;
    };
    lower[f] = reach(true);
    upper[f] = reach(false);
  }
  return workingBox(points, lower, upper);
}

/** A copy with one to three random faces pushed out to the hull, and sometimes one pulled in. */
function partlyOpened(points: ObservedPoints, box: WorkingBox, hull: WorkingBox, random: RandomStream): WorkingBox {
  const opened = copyOf(box);
  const faces = 1 + random.integer(3);
  for (let face = 0; face < faces; face++) {
    const feature = random.integer(points.dimensions);
    if (random.uniform() < 0.5) moveFace(points, opened, feature, 'lower', hull.lower[feature]!);
    else moveFace(points, opened, feature, 'upper', hull.upper[feature]!);
  }
  if (random.uniform() < 0.5) {
    const feature = random.integer(points.dimensions);
    const value = points.values[feature]![random.integer(points.size)]!;
    if (value > opened.lower[feature]! && value < opened.upper[feature]!) {
      moveFace(points, opened, feature, random.uniform() < 0.5 ? 'lower' : 'upper', value);
    }
  }
  return opened;
}
