import { sampleWithoutReplacement } from '../random.ts';
import { nearestCandidate } from './nearest-candidate.ts';
import type { SearchContext, Strategy } from './strategy.ts';

/** Of every so many proposals one is a restart: a uniform draw, so that unknown failing regions can still be found. */
const RESTART_EVERY = 5;

/** Untested neighbours that one base offers before the climb moves on to the next worst. */
const NEIGHBOURS_PER_BASE = 2;

/**
 * Climbs the error: starts from the worst structures known inside the envelope (no finite prediction first, then by
 * falling error) and proposes their nearest untested neighbours. As results come in, a neighbour that is worse than its
 * base becomes a base itself. While nothing is known inside the envelope it draws at random.
 */
export const localSearch: Strategy = {
  id: 'local-search',
  description: 'Climbs the error from the worst structures known so far, with restarts.',
  propose(context, count, random) {
    const size = Math.min(count, context.candidates.length);
    const bases = basesByFallingError(context);
    if (bases.length === 0) return sampleWithoutReplacement(context.candidates, size, random);

    const candidates = nearestCandidate(context.candidates, context.columns, context.box);
    const rows = new Int32Array(size);
    const dimensions = context.columns.length;
    const somewhere = new Float64Array(dimensions);
    let climbs = 0;
    for (let at = 0; at < size; at++) {
      if (at % RESTART_EVERY === RESTART_EVERY - 1) {
        const row = context.candidates[random.integer(context.candidates.length)]!;
        somewhere.set(candidates.coordinates(row));
        rows[at] = candidates.take(somewhere);
        continue;
      }
      const base = bases[Math.floor(climbs / NEIGHBOURS_PER_BASE) % bases.length]!;
      climbs++;
      rows[at] = candidates.take(candidates.coordinates(base));
    }
    return rows;
  },
};

/** Tested rows inside the box, worst first; equal errors by row number. */
function basesByFallingError(context: SearchContext): Int32Array {
  const { rows, errors } = context.tested;
  const badness = (at: number): number => (Number.isNaN(errors[at]!) ? Infinity : errors[at]!);
  const inside: number[] = [];
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]!;
    const isInside = context.columns.every((column, f) => {
      const value = column[row]!;
      return value >= context.box[f]!.lower && value <= context.box[f]!.upper;
    });
    if (isInside) inside.push(at);
  }
  inside.sort((a, b) => {
    const first = badness(a);
    const second = badness(b);
    return first === second ? rows[a]! - rows[b]! : first > second ? -1 : 1;
  });
  return Int32Array.from(inside, (at) => rows[at]!);
}
