/** Commands that are about one certificate and what was found for it: what is asked for. */

export interface CertificateOptions {
  readonly json: boolean;
  readonly config: string;
  readonly workers: number | undefined;
}

export interface VerifyOptions extends CertificateOptions {
  /** Structures to put to the model again; null: all of them. */
  readonly replay: number | null;
  readonly seed: number;
  /** Whether Lean decides again. */
  readonly check: boolean;
  readonly leanPath: string | undefined;
}

/** Structures that `pcm verify` puts to the model again unless told otherwise. */
const SAMPLE = 20;

export const exportFormats = ['extxyz', 'poscar', 'cif', 'pw-in'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportOptions extends CertificateOptions {
  readonly format: ExportFormat;
  readonly top: number;
  readonly out: string;
}

export interface MinimizeOptions extends CertificateOptions {
  readonly top: number;
  /** Structures that model and reference may be asked about, per counterexample. */
  readonly calls: number;
  /** File for the smaller counterexamples, seen from the certificate's folder; null: none. */
  readonly out: string | null;
}

/** Counterexamples that `pcm minimize` takes on, and structures that it asks about for each, unless told otherwise. */
const FEW = 5;
const CALLS = 60;

export type CertificateCommand =
  | {
      readonly kind: 'falsify';
      readonly certificate: string;
      readonly data: readonly string[];
      readonly options: CertificateOptions;
    }
  | { readonly kind: 'verify'; readonly certificate: string; readonly options: VerifyOptions }
  | { readonly kind: 'export'; readonly certificate: string; readonly options: ExportOptions }
  | { readonly kind: 'minimize'; readonly certificate: string; readonly options: MinimizeOptions }
  | { readonly kind: 'misused'; readonly message: string };

export const certificateWords = {
  replay: { type: 'string' },
  seed: { type: 'string', default: '0' },
  format: { type: 'string', default: 'extxyz' },
  calls: { type: 'string' },
} as const;

export const certificateUsage = `  pcm falsify CERT DATA…  hold a certificate against new labelled structures; revoke it where they contradict it
  pcm verify CERT   check somebody else's certificate from the files alone: [--replay N|all] [--seed N] [--no-check]
  pcm export CERT   write the worst counterexamples: [--format extxyz|poscar|cif|pw-in] [--top 20] [--out FOLDER]
  pcm minimize CERT the least change that still fails, per counterexample: [--top 5] [--calls 60] [-o FILE.xyz]`;

const misused = (message: string): CertificateCommand => ({ kind: 'misused', message });

/** Understands the words of `pcm falsify`, `verify`, `export` and `minimize`. */
export function parseCertificateCommand(
  command: 'falsify' | 'verify' | 'export' | 'minimize',
  words: readonly string[],
  values: {
    readonly replay?: string | undefined;
    readonly seed: string;
    readonly format: string;
    readonly top?: string | undefined;
    readonly calls?: string | undefined;
    readonly out: string;
    readonly output?: string | undefined;
    readonly check: boolean;
    readonly 'lean-path'?: string | undefined;
  },
  options: CertificateOptions,
): CertificateCommand {
  const [certificate, ...data] = words;
  if (certificate === undefined || (command !== 'falsify' && data.length > 0))
    return misused(`pcm ${command} takes one certificate file. See pcm --help.`);
  switch (command) {
    case 'falsify':
      if (data.length === 0) return misused('pcm falsify takes a certificate and files of new structures.');
      return { kind: 'falsify', certificate, data, options };
    case 'verify': {
      const replay = values.replay === 'all' ? null : Number(values.replay ?? SAMPLE);
      const seed = Number(values.seed);
      if (replay !== null && !(Number.isSafeInteger(replay) && replay >= 0))
        return misused('--replay takes a number of structures, or all.');
      if (!(Number.isSafeInteger(seed) && seed >= 0)) return misused('--seed takes a whole number.');
      const { check, 'lean-path': leanPath } = values;
      return { kind: 'verify', certificate, options: { ...options, replay, seed, check, leanPath } };
    }
    case 'export': {
      const format = exportFormats.find((known) => known === values.format);
      const top = Number(values.top ?? 20);
      if (format === undefined) return misused(`--format takes ${exportFormats.join(', ')}.`);
      if (!(Number.isInteger(top) && top >= 1 && top <= 100_000))
        return misused('--top takes a whole number from 1 to 100000.');
      // The default of --out is the folder of certificates, where exported structures do not belong.
      const out = values.out === 'certificates' ? 'counterexamples' : values.out;
      return { kind: 'export', certificate, options: { ...options, format, top, out } };
    }
    case 'minimize': {
      const top = Number(values.top ?? FEW);
      const calls = Number(values.calls ?? CALLS);
      if (!(Number.isInteger(top) && top >= 1 && top <= 100_000))
        return misused('--top takes a whole number from 1 to 100000.');
      if (!(Number.isInteger(calls) && calls >= 2 && calls <= 10_000))
        return misused('--calls takes a whole number from 2 to 10000.');
      return { kind: 'minimize', certificate, options: { ...options, top, calls, out: values.output ?? null } };
    }
  }
}
