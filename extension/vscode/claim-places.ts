import { findNodeAtLocation, parseTree, type JSONPath } from 'jsonc-parser';
import type { ObligationKind } from '../core/certificate.ts';
import type { VerdictKind } from '../core/verdict-kinds.ts';

/** What the finding needs to know of an obligation's verdict. */
export interface JudgedObligation {
  readonly kind: ObligationKind;
  readonly theorem: string;
  readonly verdict: VerdictKind;
  readonly reason: string;
  /** What is said of it instead of its verdict. */
  readonly words?: string;
}

/** Something a project file claims that Lean refuted or could not decide. Offsets are UTF-16 units into the text. */
export interface ClaimFinding {
  readonly severity: 'error' | 'warning';
  readonly from: number;
  readonly to: number;
  readonly theorem: string;
  readonly message: string;
}

/** Keys of the project file that an obligation rests on, the most telling one first. */
const keysOfObligation: Record<ObligationKind, readonly JSONPath[]> = {
  nested: [['refinement', 'rounds'], ['refinement']],
  observed: [
    ['claim', 'violations'],
    ['failure', 'threshold'],
  ],
  excluded: [
    ['claim', 'violations'],
    ['failure', 'threshold'],
  ],
  coverage: [['claim', 'minimumInside'], ['claim']],
  bootstrap: [['refinement', 'confidence'], ['refinement', 'replicates'], ['refinement']],
  confidence: [['claim', 'failureRate'], ['claim', 'significance'], ['claim']],
  conformal: [['claim', 'conformal', 'bound'], ['claim', 'conformal'], ['claim']],
  universal: [['claim', 'risk'], ['risk'], ['claim']],
  physics: [['models']],
  safe: [['claim']],
};

/**
 * Places refuted and stuck obligations at the keys of the project file that make the claim. Obligations of one kind and
 * verdict become one finding, because they meet at one key; `safe` is only named when nothing else explains it.
 */
export function placeVerdicts(text: string, model: string, obligations: readonly JudgedObligation[]): ClaimFinding[] {
  const open = obligations.filter(({ verdict }) => verdict === 'refuted' || verdict === 'stuck');
  const explained = open.some(({ kind }) => kind !== 'safe');
  const groups = new Map<string, JudgedObligation[]>();
  for (const obligation of open) {
    if (obligation.kind === 'safe' && explained) continue;
    const key = `${obligation.kind} ${obligation.verdict}`;
    groups.set(key, [...(groups.get(key) ?? []), obligation]);
  }
  return [...groups.values()].map((group) => {
    const first = group[0]!;
    const more = group.length > 1 ? ` (and ${group.length - 1} more of the same kind)` : '';
    return {
      severity: first.verdict === 'refuted' ? 'error' : 'warning',
      ...placeOfKeys(text, keysOfObligation[first.kind]),
      theorem: first.theorem,
      message: `${model}: ${first.theorem} ${first.words ?? `is ${first.verdict}`}${more}. ${first.reason}`,
    };
  });
}

/** Where a project file makes the claim that an obligation of this kind rests on; offsets are UTF-16 units. */
export const claimPlace = (text: string, kind: ObligationKind): { from: number; to: number } =>
  placeOfKeys(text, keysOfObligation[kind]);

/** The name that the project file gives the project, if it gives one. */
export function projectName(text: string): string | undefined {
  const root = parseTree(text);
  const name: unknown = root && findNodeAtLocation(root, ['name'])?.value;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** Offsets of the first key that the text has; of the first line where it has none of them. */
function placeOfKeys(text: string, paths: readonly JSONPath[]): { from: number; to: number } {
  const root = parseTree(text);
  if (root !== undefined) {
    for (const path of paths) {
      const property = findNodeAtLocation(root, path)?.parent;
      const key = property?.type === 'property' ? property.children?.[0] : undefined;
      if (key !== undefined) return { from: key.offset, to: key.offset + key.length };
    }
  }
  const lineEnd = text.indexOf('\n');
  return { from: 0, to: lineEnd < 0 ? text.length : lineEnd };
}
