import type { Rational } from '../core/certificate.ts';
import { rationalFromDecimal } from '../core/rational.ts';

/** `pcm plan TARGET`: what is asked for. */
export interface PlanOptions {
  readonly json: boolean;
  readonly config: string;
  /** Instead of the claim's; null for the claim's own. */
  readonly failureRate: Rational | null;
  readonly significance: Rational | null;
}

export type PlanInvocation =
  | { readonly kind: 'plan'; readonly target: string; readonly options: PlanOptions }
  | { readonly kind: 'misused'; readonly message: string };

export const planWords = { 'failure-rate': { type: 'string' }, significance: { type: 'string' } } as const;

export const planUsage = `  pcm plan CERT     say how many more validation structures a claim takes: [--failure-rate 0.01] [--significance 0.05];
                    for a project folder, how many in all`;

/** Understands the words of `pcm plan` that other commands do not have. */
export function parsePlan(
  target: string,
  values: { readonly 'failure-rate'?: string | undefined; readonly significance?: string | undefined },
  { json, config }: { readonly json: boolean; readonly config: string },
): PlanInvocation {
  const shares: (Rational | null)[] = [];
  for (const name of ['failure-rate', 'significance'] as const) {
    const text = values[name];
    const rational = text === undefined ? null : rationalFromDecimal(Number(text));
    const isShare =
      rational === null ||
      (rational !== undefined && rational.numerator > 0 && rational.numerator < rational.denominator);
    if (!isShare) {
      return {
        kind: 'misused',
        message: `--${name} takes a decimal between 0 and 1, with at most nine digits after the point.`,
      };
    }
    shares.push(rational);
  }
  return { kind: 'plan', target, options: { json, config, failureRate: shares[0]!, significance: shares[1]! } };
}
