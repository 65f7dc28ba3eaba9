import { quoteForMessage } from './comment-line.ts';
import type { Warning } from './finding.ts';

interface Lookalike {
  readonly quantity: 'energy' | 'forces' | 'stress';
  /** Name to use instead. */
  readonly name: string;
  readonly pattern: RegExp;
}

/** How names look that are not read as a quantity but may have been meant so. */
const lookalikes: readonly Lookalike[] = [
  { quantity: 'energy', name: 'energy', pattern: /energ|^e$|^e_?(?:tot|0|dft|ref)|toten/i },
  { quantity: 'forces', name: 'forces', pattern: /forc|^f$|^frc|^grad/i },
  { quantity: 'stress', name: 'stress', pattern: /stress|virial/i },
];

/**
 * For each quantity that was not found, a warning if one of the names in the file looks as if it held it. `found` says
 * which quantities were found; units stand under similar names and are left out.
 */
export function lookalikeWarnings(
  names: readonly string[],
  found: Readonly<Record<'energy' | 'forces' | 'stress', boolean>>,
): Warning[] {
  const warnings: Warning[] = [];
  for (const { quantity, name, pattern } of lookalikes) {
    if (found[quantity]) continue;
    const similar = names.filter((candidate) => pattern.test(candidate) && !/unit|per_?atom|weight/i.test(candidate));
    if (similar.length > 0)
      warnings.push({
        rule: `unread ${quantity}`,
        message: `No ${quantity} ${quantity === 'forces' ? 'were' : 'was'} found, but there is ${similar.map(quoteForMessage).join(', ')}.`,
        fix: `If that is the reference, call it ${quoteForMessage(name)} or ${quoteForMessage(`REF_${name}`)}.`,
        // Which of several is the reference is for the user to say.
        ...(similar.length === 1 && { edit: { kind: 'rename-label', from: similar[0]!, to: name } as const }),
      });
  }
  return warnings;
}
