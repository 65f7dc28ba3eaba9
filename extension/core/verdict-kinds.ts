/** What can be said of an obligation: decided by Lean, not decidable for it, of other inputs, or not asked yet. */
export const verdictKinds = ['proved', 'refuted', 'stuck', 'stale', 'unchecked'] as const;
export type VerdictKind = (typeof verdictKinds)[number];
