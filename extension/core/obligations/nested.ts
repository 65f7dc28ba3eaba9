import type { CertificateContent } from '../certificate.ts';
import { failing, holding, type Finding } from './evaluation.ts';
import { valueText } from './wording.ts';

/** Every round's box is well-formed and lies inside the one before. */
export function nested(content: CertificateContent): Finding {
  const remedies = [{ kind: 'certify-again' }] as const;
  const boxes = [content.initial, ...content.rounds.map((round) => round.box)];
  for (const [r, box] of boxes.entries()) {
    if (box.length !== content.features.length) {
      const flaw = `Round ${r} has ${box.length} intervals for ${content.features.length} features.`;
      return failing(content, flaw, { remedies });
    }
    for (const [f, { lower, upper }] of box.entries()) {
      const { id } = content.features[f]!;
      const value = (scaled: number): string => valueText(content, f, scaled);
      if (lower > upper) {
        const flaw = `After round ${r}, ${id} has its lower bound ${value(lower)} above its upper bound ${value(upper)}.`;
        return failing(content, flaw, { remedies });
      }
      const before = boxes[r - 1]?.[f];
      if (before === undefined) continue;
      if (lower < before.lower) {
        const flaw = `Round ${r} lowers the lower bound of ${id} from ${value(before.lower)} to ${value(lower)}.`;
        return failing(content, flaw, { remedies });
      }
      if (upper > before.upper) {
        const flaw = `Round ${r} raises the upper bound of ${id} from ${value(before.upper)} to ${value(upper)}.`;
        return failing(content, flaw, { remedies });
      }
    }
  }
  return holding(`${content.rounds.length} rounds, each inside the one before.`);
}
