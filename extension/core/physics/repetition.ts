import { agreement } from './agreement.ts';
import type { ProbeCrystal } from './crystal.ts';
import { larger, magnitudesOf } from './magnitudes.ts';
import type { Precision } from './precision.ts';
import type { ProbeAnswer, ProbeOutcome } from './probe.ts';

/** Holds further answers to one question against the first, within the tolerance of the precision. */
export function repetition(
  id: string,
  precision: Precision,
  crystal: ProbeCrystal,
  first: ProbeAnswer,
  others: readonly { readonly name: string; readonly answer: ProbeAnswer }[],
): ProbeOutcome {
  if (first?.kind !== 'predicted') {
    return { kind: 'skipped', reason: `there is no first answer to compare with: ${first?.detail ?? 'none'}` };
  }
  const magnitudes = others.reduce(
    (most, { answer }) => (answer?.kind === 'predicted' ? larger(most, magnitudesOf(crystal, answer)) : most),
    magnitudesOf(crystal, first),
  );
  const expected = { crystal, energyPerAtom: first.energy / crystal.species.length, forces: first.forces };
  return agreement(
    id,
    precision,
    magnitudes,
    others.map(({ name, answer }) => ({ name, answer, ...expected })),
  );
}
