import { outermostPassing } from './face-moves.ts';
import type { ObservedPoints } from './observed-points.ts';
import { trimGaps } from './slab-coverage.ts';
import { copyOf, moveFace, type WorkingBox } from './working-box.ts';

/** What the final box has to satisfy besides the violations. */
export interface CoverageDemand {
  readonly slabs: number;
  readonly minimumPerSlab: number;
}

/**
 * The box to publish for a core: every face that keeps a counterexample out is pulled in past `margin` passing
 * observations (the emptiest box is too large by chance exactly at those faces), then gaps are cut off and all faces put
 * on passing observations.
 *
 * @param hull the box of all points: a face of the core that reaches it keeps nothing out
 * @returns null if nothing passing is left
 */
export function finished(
  points: ObservedPoints,
  core: WorkingBox,
  hull: { readonly lower: Float64Array; readonly upper: Float64Array },
  margin: number,
  demand: CoverageDemand,
): WorkingBox | null {
  const box = copyOf(core);
  if (margin > 0) {
    const bounds = (['lower', 'upper'] as const).flatMap((side) =>
      Array.from({ length: points.dimensions }, (_, feature) => {
        const isActive =
          side === 'lower' ? core.lower[feature]! > hull.lower[feature]! : core.upper[feature]! < hull.upper[feature]!;
        return { feature, side, bound: isActive ? outermostPassing(points, core, feature, side, margin) : null };
      }),
    );
    for (const { feature, side, bound } of bounds) if (bound !== null) moveFace(points, box, feature, side, bound);
  }
  return trimGaps(points, box, demand.slabs, demand.minimumPerSlab) ? box : null;
}
