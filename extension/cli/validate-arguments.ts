/** `pcm validate CERT`: what is asked for. */
export interface ValidateOptions {
  readonly json: boolean;
  readonly config: string;
  /** undefined: the one that the project names, else Quantum ESPRESSO. */
  readonly reference: 'quantum-espresso' | 'ase' | undefined;
  /** Counterexamples to compute. */
  readonly top: number;
  /** Calculations at one time; undefined lets the machine decide. */
  readonly workers: number | undefined;
}

export type ValidateInvocation =
  | { readonly kind: 'validate'; readonly certificate: string; readonly options: ValidateOptions }
  | { readonly kind: 'misused'; readonly message: string };

export const validateWords = {
  reference: { type: 'string' },
  top: { type: 'string' },
} as const;

export const validateUsage = `  pcm validate CERT compute the worst counterexamples of a certificate anew: [--reference quantum-espresso|ase] [--top 20]`;

/** Understands the words of `pcm validate` that other commands do not have. */
export function parseValidate(
  certificate: string,
  values: { readonly reference?: string | undefined; readonly top?: string | undefined },
  run: { readonly json: boolean; readonly config: string; readonly workers: number | undefined },
): ValidateInvocation {
  const { reference } = values;
  if (reference !== undefined && reference !== 'quantum-espresso' && reference !== 'ase') {
    return { kind: 'misused', message: '--reference takes quantum-espresso or ase.' };
  }
  const top = Number(values.top ?? 20);
  if (!(Number.isInteger(top) && top >= 1 && top <= 100_000)) {
    return { kind: 'misused', message: '--top takes a whole number from 1 to 100000.' };
  }
  const { json, config, workers } = run;
  return { kind: 'validate', certificate, options: { json, config, reference, top, workers } };
}
