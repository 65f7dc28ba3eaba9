/**
 * Failing observations that a round may leave inside: half of the excess over the claim's violations in every round but
 * the last, which leaves no excess. So the envelope closes in step by step, and each step is tested before the next.
 *
 * @param failingInside failing observations inside the envelope before the round
 * @param violations tolerated by the claim
 * @param roundsLeft rounds to go, this one included; at least 1
 */
export function allowedFailures(failingInside: number, violations: number, roundsLeft: number): number {
  const excess = Math.max(0, failingInside - violations);
  return violations + (roundsLeft > 1 ? Math.floor(excess / 2) : 0);
}
