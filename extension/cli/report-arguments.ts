/** `pcm report CERT`: what is asked for. */
export interface ReportOptions {
  readonly json: boolean;
  readonly config: string;
  /** File for the page; undefined: none. Its twin, the same name with .json, is written beside it. */
  readonly output: string | undefined;
  /** Structures whose energy and forces are asked anew for the failure modes; 0: none. */
  readonly forces: number;
  readonly workers: number | undefined;
}

export type ReportInvocation =
  | { readonly kind: 'report'; readonly certificate: string; readonly options: ReportOptions }
  | { readonly kind: 'misused'; readonly message: string };

export const reportWords = {
  output: { type: 'string', short: 'o' },
  forces: { type: 'string', default: '400' },
} as const;

export const reportUsage = `  pcm report CERT   what a certificate found, with figures and intervals: -o report.html, or --json; [--forces 400]`;

/** Understands the words of `pcm report` that other commands do not have. */
export function parseReport(
  certificate: string,
  values: { readonly output?: string | undefined; readonly forces: string },
  run: { readonly json: boolean; readonly config: string; readonly workers: number | undefined },
): ReportInvocation {
  const forces = Number(values.forces);
  if (!(Number.isInteger(forces) && forces >= 0 && forces <= 100_000)) {
    return { kind: 'misused', message: '--forces takes a whole number from 0 to 100000.' };
  }
  const { output } = values;
  if (output !== undefined && !/\.html?$/i.test(output)) {
    return { kind: 'misused', message: '-o takes a file that ends in .html; its twin ends in .json.' };
  }
  const { json, config, workers } = run;
  return { kind: 'report', certificate, options: { json, config, output, forces, workers } };
}
