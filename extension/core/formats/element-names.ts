import { atomicNumberOf } from '../element-symbols.ts';
import { quoteForMessage } from './comment-line.ts';
import type { Finding } from './finding.ts';

/** Names of isotopes and placeholders that stand where a symbol should, and what to do about them. */
const specialNames: ReadonlyMap<string, string> = new Map([
  ['D', 'Write H for deuterium.'],
  ['T', 'Write H for tritium.'],
  ['X', 'Remove placeholder atoms, or name their element.'],
  ['Xx', 'Remove placeholder atoms, or name their element.'],
  ['Vc', 'Remove placeholder atoms, or name their element.'],
]);

/** Says that `name` is no element, with the likeliest correction. */
export function unknownElement(name: string): Finding {
  const letters = /^[A-Za-z]{1,2}/.exec(name)?.[0] ?? '';
  const guess = letters.charAt(0).toUpperCase() + letters.slice(1).toLowerCase();
  const fix =
    specialNames.get(name) ??
    (atomicNumberOf(guess) === undefined
      ? 'Use the symbol of an element, H to Og.'
      : `Write ${guess} if that is the element meant.`);
  return { message: `${quoteForMessage(name)} is not an element`, fix };
}
