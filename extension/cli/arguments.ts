import { parseArgs } from 'node:util';
import { closestWord } from '../core/closest-word.ts';
import { parseValidate, validateUsage, validateWords, type ValidateInvocation } from './validate-arguments.ts';
import { compareUsage, type CompareInvocation } from './compare-arguments.ts';
import { parseReport, reportUsage, reportWords, type ReportInvocation } from './report-arguments.ts';
import { parsePlan, planUsage, planWords, type PlanInvocation } from './plan-arguments.ts';
import {
  certificateUsage,
  certificateWords,
  parseCertificateCommand,
  type CertificateCommand,
} from './certificate-commands.ts';
import { parseSweep, sweepUsage, sweepWords, type SweepInvocation } from './sweep-arguments.ts';

/** What the user asked for, or why it could not be understood. */
export type Invocation =
  | { readonly kind: 'certify'; readonly directory: string; readonly options: CertifyOptions }
  | { readonly kind: 'errors'; readonly directory: string; readonly options: RunOptions }
  | { readonly kind: 'check'; readonly certificate: string; readonly options: CheckOptions }
  | { readonly kind: 'inspect'; readonly certificate: string; readonly json: boolean }
  | { readonly kind: 'replay'; readonly certificate: string; readonly options: ReplayOptions }
  | { readonly kind: 'structure'; readonly certificate: string; readonly options: StructureOptions }
  | { readonly kind: 'status'; readonly directory: string; readonly options: StatusOptions }
  | { readonly kind: 'lint'; readonly directory: string; readonly options: RunOptions }
  | { readonly kind: 'physics'; readonly target: string; readonly options: PhysicsOptions }
  | CertificateCommand
  | ValidateInvocation
  | ReportInvocation
  | CompareInvocation
  | SweepInvocation
  | PlanInvocation
  | { readonly kind: 'lean-server'; readonly options: LeanServerOptions }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version' }
  | { readonly kind: 'misused'; readonly message: string };

export interface RunOptions {
  readonly json: boolean;
  readonly config: string;
  readonly model: string | undefined;
  /** Oracle processes; undefined lets the machine decide. Results do not depend on it. */
  readonly workers: number | undefined;
}

export interface StatusOptions {
  readonly json: boolean;
  readonly out: string;
  /** Project file whose text comes on standard input, to hold the certificates made by it to what it claims now. */
  readonly draft: string | undefined;
}

export interface PhysicsOptions extends RunOptions {
  /** Structures that each model is probed with; undefined: a few. */
  readonly structures: number | undefined;
}

export interface ReplayOptions {
  readonly json: boolean;
  /** Name of the project file above the certificate. */
  readonly config: string;
}

/** A data file relative to the project and the zero-based position in it, or the content id that a certificate gives. */
export type NamedStructure =
  | { readonly kind: 'place'; readonly file: string; readonly index: number }
  | { readonly kind: 'id'; readonly id: string };

export interface StructureOptions extends ReplayOptions {
  readonly structure: NamedStructure;
}

export interface CertifyOptions extends RunOptions {
  readonly out: string;
  /** Models that are left out: those that an interrupted run had finished. */
  readonly skip: readonly string[];
  /** Stops before Lean: every verdict stays `unchecked`. */
  readonly check: boolean;
  readonly leanPath: string | undefined;
}

/** Where Lean comes from: an installed toolchain, the embedded one, or whichever is there, the installed one first. */
export type Backend = 'auto' | 'native' | 'embedded';

export interface CheckOptions {
  readonly json: boolean;
  readonly backend: Backend | undefined;
  /** Folder with `lake` and `lean`, or one of them; a project file cannot say this, because it may come from a stranger. */
  readonly leanPath: string | undefined;
}

export interface LeanServerOptions {
  /** Folder whose Lean files may import one another; undefined leaves it to the client's `initialize`. */
  readonly root: string | undefined;
  readonly backend: Backend;
  readonly leanPath: string | undefined;
  /** Write what the server does to standard error. */
  readonly log: boolean;
}

const usage = `pcm — certify machine-learned interatomic potentials, with proofs checked by Lean 4

  pcm certify DIR   attack the models of DIR/pcm.json, refine the envelope, write and check certificates
  pcm errors DIR    print the raw error of every structure, before any statistics
${sweepUsage}
  pcm check CERT    check a certificate again with Lean, from its file alone
${validateUsage}
${certificateUsage}
  pcm inspect CERT  show what a certificate says
  pcm replay CERT   print again what certify reported, and every observation, from the certificate
  pcm structure CERT  show one structure with the forces of the data and of the model (--structure)
${reportUsage}
${planUsage}
  pcm status DIR    show the certificates of a project, and whether they are stale
${compareUsage}
  pcm physics DIR   put the models through probes of physical laws; DIR may also be an ONNX file
  pcm lint DIR      look for mistakes in the project file, the models and the data
  pcm lean-server --stdio   serve Lean files to an editor: a language server on standard input and output

Options
  --config FILE     project file inside DIR (default pcm.json)
  --model ID        only this model
  --skip ID         certify: not this model; may be given several times
  --out FOLDER      where certificates go, inside DIR (default certificates)
  --draft FILE      status: hold certificates to the text of this project file on standard input
  --structures N    physics: structures to probe each model with (default 5)
  --structure FILE#N  structure: the structure at position N (from 0) of a data file, or ID: the one with this content id
  --workers N       oracle processes (default: one per core); never changes a result
  --backend NAME    check, lean-server: auto, native or embedded Lean
  --lean-path PATH  certify, check, lean-server: the installed Lean to take, its folder or its lake
                    (default: PCM_LEAN_PATH, else elan's, else what is on PATH)
  --root DIR        lean-server: the Lean workspace (default: the folder that the editor opens)
  --log             lean-server: say on standard error what it does
  --no-check        certify: write certificates, leave the checking to later
  --json            one JSON object per line on standard output
  --help, --version

Exit code: 0 all proved, 1 something refuted, 2 could not decide or could not run.`;

const commands = [
  'certify',
  'errors',
  'check',
  'validate',
  'falsify',
  'verify',
  'export',
  'minimize',
  'inspect',
  'report',
  'compare',
  'replay',
  'structure',
  'plan',
  'status',
  'lint',
  'physics',
  'sweep',
  'lean-server',
] as const;

/** Understands the words after `pcm`. Never throws. */
export function parseInvocation(words: readonly string[]): Invocation {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...words],
      allowPositionals: true,
      allowNegative: true,
      options: {
        json: { type: 'boolean', default: false },
        config: { type: 'string', default: 'pcm.json' },
        model: { type: 'string' },
        skip: { type: 'string', multiple: true, default: [] },
        out: { type: 'string', default: 'certificates' },
        workers: { type: 'string' },
        structures: { type: 'string' },
        structure: { type: 'string' },
        draft: { type: 'string' },
        ...validateWords,
        ...certificateWords,
        ...reportWords,
        ...planWords,
        backend: { type: 'string' },
        'lean-path': { type: 'string' },
        stdio: { type: 'boolean', default: false },
        root: { type: 'string' },
        log: { type: 'boolean', default: false },
        // Editors that start language servers add their process id; `initialize` says it again.
        clientProcessId: { type: 'string' },
        ...sweepWords,
        check: { type: 'boolean', default: true },
        help: { type: 'boolean', short: 'h', default: false },
        version: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return { kind: 'misused', message: `${(error as Error).message} See pcm --help.` };
  }
  const { values, positionals } = parsed;
  if (values.version) return { kind: 'version' };
  const [name, target, ...rest] = positionals;
  if (values.help || name === undefined) return { kind: 'help', text: usage };
  const command = commands.find((known) => known === name);
  if (command === undefined) {
    const meant = closestWord(name, commands);
    return {
      kind: 'misused',
      message: `There is no command "${name}"${meant === undefined ? '' : `; did you mean "${meant}"?`} See pcm --help.`,
    };
  }
  const { backend, 'lean-path': leanPath } = values;
  if (backend !== undefined && !isBackend(backend)) {
    return { kind: 'misused', message: '--backend takes auto, native or embedded.' };
  }
  if (command === 'lean-server') {
    if (!values.stdio || target !== undefined) {
      return {
        kind: 'misused',
        message: 'pcm lean-server takes --stdio and nothing but options. See pcm --help.',
      };
    }
    const { root, log } = values;
    return { kind: 'lean-server', options: { root, backend: backend ?? 'auto', leanPath, log } };
  }
  const workers = values.workers === undefined ? undefined : Number(values.workers);
  if (workers !== undefined && !(Number.isInteger(workers) && workers >= 1 && workers <= 256)) {
    return { kind: 'misused', message: '--workers takes a whole number from 1 to 256.' };
  }
  const run: RunOptions = { json: values.json, config: values.config, model: values.model, workers };
  if (command === 'sweep') return parseSweep(positionals.slice(1), values, run);
  if (command === 'falsify' || command === 'verify' || command === 'export' || command === 'minimize') {
    return parseCertificateCommand(command, positionals.slice(1), values, run);
  }
  if (target === undefined || rest.length > 0) {
    const wanted =
      command === 'check' ||
      command === 'inspect' ||
      command === 'validate' ||
      command === 'report' ||
      command === 'replay' ||
      command === 'structure'
        ? 'one certificate file'
        : command === 'plan'
          ? 'one certificate file or project folder'
          : 'one project folder';
    return { kind: 'misused', message: `pcm ${command} takes ${wanted}. See pcm --help.` };
  }
  switch (command) {
    case 'certify':
      return {
        kind: 'certify',
        directory: target,
        options: { ...run, out: values.out, skip: values.skip, check: values.check, leanPath },
      };
    case 'physics': {
      const structures = values.structures === undefined ? undefined : Number(values.structures);
      if (structures !== undefined && !(Number.isInteger(structures) && structures >= 1 && structures <= 1000)) {
        return { kind: 'misused', message: '--structures takes a whole number from 1 to 1000.' };
      }
      return { kind: 'physics', target, options: { ...run, structures } };
    }
    case 'status':
      return {
        kind: 'status',
        directory: target,
        options: { json: values.json, out: values.out, draft: values.draft },
      };
    case 'errors':
    case 'compare':
    case 'lint':
      return { kind: command, directory: target, options: run };
    case 'report':
      return parseReport(target, values, run);
    case 'validate':
      return parseValidate(target, values, run);
    case 'plan':
      return parsePlan(target, values, run);
    case 'inspect':
      return { kind: 'inspect', certificate: target, json: values.json };
    case 'replay':
      return { kind: 'replay', certificate: target, options: { json: values.json, config: values.config } };
    case 'structure': {
      const structure = namedStructure(values.structure ?? '');
      if (structure === null)
        return { kind: 'misused', message: '--structure takes FILE#N, a data file and a position, or a content id.' };
      const options = { json: values.json, config: values.config, structure };
      return { kind: 'structure', certificate: target, options };
    }
    case 'check':
      return { kind: 'check', certificate: target, options: { json: values.json, backend, leanPath } };
  }
}

function namedStructure(text: string): NamedStructure | null {
  if (/^[0-9a-f]{16}$/.test(text)) return { kind: 'id', id: text };
  const named = /^(.+)#(\d{1,9})$/.exec(text);
  return named === null ? null : { kind: 'place', file: named[1]!, index: Number(named[2]) };
}

const isBackend = (name: string): name is Backend => name === 'auto' || name === 'native' || name === 'embedded';
