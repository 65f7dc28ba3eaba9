import type { CertificateContent, Interval } from '../certificate.ts';
import { finalBox, passingRows, slabsOf } from './envelope-rows.ts';
import { failing, holding, type Finding } from './evaluation.ts';
import type { Remedy } from './remedy.ts';
import { plural } from '../plural.ts';
import { valueText } from './wording.ts';

/** A slab of a feature's final range, and how many passing observations inside the envelope it holds. */
interface HeldSlab {
  readonly feature: number;
  readonly range: Interval;
  readonly held: number;
}

/** Enough passing observations lie inside, and in every slab of every feature. */
export function coverage(content: CertificateContent): Finding {
  const { minimumInside, minimumPerSlab, slabs } = content.claim;
  const turned = finalBox(content).findIndex(({ lower, upper }) => lower > upper);
  if (turned !== -1) {
    const flaw = `The envelope is turned around along ${content.features[turned]!.id}.`;
    return failing(content, flaw, { remedies: [{ kind: 'certify-again' }] });
  }
  const passing = passingRows(content);
  const held = heldSlabs(content, passing, slabs);
  const short = held.filter((slab) => slab.held < minimumPerSlab).sort((a, b) => a.held - b.held);
  const missing = Math.max(0, minimumInside - passing.length);
  if (short.length === 0 && missing === 0) {
    return holding(
      `${plural(passing.length, 'passing observation')} inside; every slab of every feature holds at least ${minimumPerSlab}.`,
    );
  }
  const flaws: string[] = [];
  if (missing > 0) {
    flaws.push(
      `${plural(passing.length, 'passing observation')} lie inside the envelope; ${minimumInside} are claimed, ${missing} are missing.`,
    );
  }
  const worst = short[0];
  if (worst !== undefined) {
    const range = `${valueText(content, worst.feature, worst.range.lower)} to ${valueText(content, worst.feature, worst.range.upper)}`;
    flaws.push(
      `The slab ${range} of ${content.features[worst.feature]!.id} holds ${plural(worst.held, 'passing observation')}; ${minimumPerSlab} are claimed, ${minimumPerSlab - worst.held} are missing` +
        (short.length === 1 ? '.' : `, and ${plural(short.length - 1, 'other slab')} hold too few as well.`),
    );
  }
  const fewer = missing > 0 ? null : fewerSlabs(content, passing);
  const remedies: Remedy[] = [
    ...(fewer === null ? [] : [{ kind: 'fewer-slabs', to: fewer } as const]),
    {
      kind: 'relax-coverage',
      minimumInside: Math.min(minimumInside, passing.length),
      minimumPerSlab: Math.min(minimumPerSlab, ...short.map((slab) => slab.held)),
    },
    {
      kind: 'add-passing',
      inside: missing,
      slabs: short.map(({ feature, range, held: count }) => ({ feature, range, missing: minimumPerSlab - count })),
    },
  ];
  return failing(content, flaws.join(' '), { remedies });
}

function heldSlabs(content: CertificateContent, passing: readonly number[], slabs: number): HeldSlab[] {
  return finalBox(content).flatMap((interval, feature) => {
    const column = content.search.features[feature]!;
    return slabsOf(interval, slabs).map((range) => ({
      feature,
      range,
      held: passing.filter((row) => column[row]! >= range.lower && column[row]! <= range.upper).length,
    }));
  });
}

/** The largest number of slabs, below the claimed one, of which each holds enough; null if not even one does. */
function fewerSlabs(content: CertificateContent, passing: readonly number[]): number | null {
  for (let slabs = content.claim.slabs - 1; slabs >= 1; slabs--) {
    if (heldSlabs(content, passing, slabs).every(({ held }) => held >= content.claim.minimumPerSlab)) return slabs;
  }
  return null;
}
