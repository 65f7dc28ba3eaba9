import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { canonicalJson } from '../../core/canonical-json.ts';
import { LARGEST_XML } from '../../core/dft/bounded-xml.ts';
import { choosePseudopotentials, cutoffsFor } from '../../core/dft/pseudopotentials.ts';
import {
  elementsOf,
  OUTPUT_FOLDER,
  PREFIX,
  pseudopotentialName,
  pwInput,
  type ComputedCrystal,
} from '../../core/dft/pw-input.ts';
import { pwErrorIn, pwVersionIn, readPwOutput } from '../../core/dft/pw-output.ts';
import type { ReferenceOutcome } from '../../core/dft/reference.ts';
import type { QuantumEspressoSettings } from '../../core/dft/settings.ts';
import { cellVolume } from '../../core/formats/cell-geometry.ts';
import { LARGEST_ATOMIC_NUMBER } from '../../core/element-symbols.ts';
import { findCoincidentAtoms } from '../../core/formats/coincident-atoms.ts';
import type { Checked } from '../../core/problem.ts';
import { runProgram, type ProgramEnd } from './program-run.ts';
import {
  loadPseudopotential,
  readPseudopotentialFolder,
  type LoadedPseudopotential,
} from './pseudopotential-folder.ts';
import type { Evaluation, Reference } from './reference.ts';
import { openReferenceStore } from './reference-store.ts';

/** Names the `pw.x` to run; a project file cannot, because it may come from a stranger. */
export const PW_VARIABLE = 'PCM_PW_X';
export const DEBIAN_PSEUDOPOTENTIALS = '/usr/share/espresso/pseudo';
const PROBE_LIMIT_MS = 30_000;
/** pw.x ends by itself this long after its limit, should this process be killed before it can end pw.x. */
const ORPHAN_SECONDS = 60;

export interface QuantumEspressoOptions {
  readonly settings: QuantumEspressoSettings;
  /** Absolute; relative folders of the settings start here. */
  readonly projectFolder: string;
  /** Where results are kept, absolute. */
  readonly storeFolder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly processors: number;
  /** What problems name, usually the project file. */
  readonly file: string;
  readonly signal: AbortSignal;
}

/** Finds `pw.x` and its pseudopotentials; what is missing is a problem with the package that brings it. */
export async function openQuantumEspresso(options: QuantumEspressoOptions): Promise<Checked<Reference>> {
  const { settings, environment, signal } = options;
  const rejected = (message: string, fix: string): Checked<never> => ({
    kind: 'rejected',
    problems: [{ kind: 'problem', severity: 'error', file: options.file, line: null, message, fix }],
  });
  const program = environment[PW_VARIABLE] ?? 'pw.x';
  const { functional } = settings.pseudopotentials;
  const folder = path.resolve(
    options.projectFolder,
    settings.pseudopotentials.folder ?? environment['ESPRESSO_PSEUDO'] ?? DEBIAN_PSEUDOPOTENTIALS,
  );
  const probed = await probe(program, environmentOf(options), signal);
  signal.throwIfAborted();
  if (probed.kind === 'not-started') {
    return rejected(
      `The program ${program} cannot be started (${probed.detail}).`,
      `Install Quantum ESPRESSO (Debian, Ubuntu: apt-get install quantum-espresso quantum-espresso-data), or name its pw.x in ${PW_VARIABLE}.`,
    );
  }
  const version = pwVersionIn(probed.printed);
  if (version === null) {
    return rejected(
      `${program} does not introduce itself as pw.x of Quantum ESPRESSO.`,
      `Name the pw.x of Quantum ESPRESSO in ${PW_VARIABLE}, and try it alone.`,
    );
  }
  const available = await readPseudopotentialFolder(folder);
  if (available === null || available.files.length === 0) {
    return rejected(
      `There are no pseudopotentials (UPF files) in ${folder}.`,
      'Name their folder in "reference.pseudopotentials.folder" or ESPRESSO_PSEUDO; Debian and Ubuntu have some in the package quantum-espresso-data.',
    );
  }
  const store = openReferenceStore(options.storeFolder);
  const loaded = new Map<string, Promise<LoadedPseudopotential | null>>();
  const load = (name: string): Promise<LoadedPseudopotential | null> => {
    const known = loaded.get(name) ?? loadPseudopotential(folder, name);
    loaded.set(name, known);
    return known;
  };

  /** What a calculation takes, and its result where that is stored; or why there is none to make. */
  const prepare = async (crystal: ComputedCrystal) => {
    const none = (reason: string) =>
      ({ kind: 'none', evaluation: { outcome: { kind: 'none', reason }, stored: false } }) as const;
    const obstacle = unsuited(crystal, settings);
    if (obstacle !== null) return none(obstacle);
    const elements = elementsOf(crystal.species);
    const choice = choosePseudopotentials(elements, available.files, settings.pseudopotentials, folder);
    if (choice.kind === 'missing') return none(choice.reason);
    const bytes: LoadedPseudopotential[] = [];
    for (const { name } of choice.files) {
      const one = await load(name);
      if (one === null) return none(`the pseudopotential ${path.join(folder, name)} cannot be read`);
      bytes.push(one);
    }
    const cutoffs = cutoffsFor(choice.files, settings.cutoffs);
    const subject = {
      program: `pw.x ${version}`,
      input: pwInput(crystal, settings, cutoffs, null),
      pseudopotentials: bytes.map(({ sha256 }) => sha256),
    };
    const stored = await store.find(subject, crystal.species.length);
    return { kind: 'input', elements, bytes, cutoffs, subject, stored } as const;
  };
  const recall = async (crystal: ComputedCrystal): Promise<Evaluation | null> => {
    const prepared = await prepare(crystal);
    if (prepared.kind === 'none') return prepared.evaluation;
    return prepared.stored === null ? null : { outcome: prepared.stored, stored: true };
  };
  const evaluate = async (crystal: ComputedCrystal, stop: AbortSignal): Promise<Evaluation> => {
    stop.throwIfAborted();
    const prepared = await prepare(crystal);
    if (prepared.kind === 'none') return prepared.evaluation;
    const { elements, bytes, cutoffs, subject, stored } = prepared;
    if (stored !== null) return { outcome: stored, stored: true };
    const input = pwInput(crystal, settings, cutoffs, settings.timeLimitSeconds + ORPHAN_SECONDS);
    const ran = await compute(options, program, crystal, input, elements, bytes, stop);
    stop.throwIfAborted();
    if (ran.lasting === null) return { outcome: ran.outcome, stored: false, broken: true };
    if (ran.lasting) await store.keep(subject, ran.outcome);
    return { outcome: ran.outcome, stored: false };
  };

  const chosen = Array.from({ length: LARGEST_ATOMIC_NUMBER }, (_, k) => k + 1).flatMap((z) => {
    const choice = choosePseudopotentials([z], available.files, settings.pseudopotentials, folder);
    return choice.kind === 'chosen' ? [{ z, name: choice.files[0]!.name }] : [];
  });
  // Their names say little: two machines may have different files of one name.
  const library: [number, string | null][] = [];
  for (const { z, name } of chosen) library.push([z, (await loadPseudopotential(folder, name))?.sha256 ?? null]);
  signal.throwIfAborted();

  const { kind, pseudopotentials, cutoffs: cutoffSettings, kSpacing, smearing, spin, scf, ranks, threads } = settings;
  const { largestStructure } = settings;
  const physics = { pseudopotentials, cutoffs: cutoffSettings, kSpacing, smearing, spin, scf };
  const identity = createHash('sha256')
    .update(canonicalJson({ kind, version, physics, largestStructure, library }))
    .digest('hex');
  const reference: Reference = {
    identity: {
      kind,
      sha256: identity,
      description: {
        program: `pw.x ${version}`,
        functional,
        'k-spacing': `${settings.kSpacing} 1/Å`,
        smearing:
          settings.smearing.kind === 'none' ? 'none' : `${settings.smearing.kind} ${settings.smearing.width} Ry`,
        // Without the way to it, which is another one on every machine.
        pseudopotentials: path.basename(folder),
      },
    },
    file: options.file,
    lanes: Math.max(1, Math.floor(options.processors / (ranks * threads))),
    elements: chosen.map(({ z }) => z),
    recall,
    evaluate,
    close: () => Promise.resolve(),
  };
  return { kind: 'ok', value: reference, warnings: [] };
}

/** Why a structure is not computed at all, or null. */
function unsuited(crystal: ComputedCrystal, { largestStructure }: QuantumEspressoSettings): string | null {
  if (crystal.periodic.includes(false)) return 'it is not periodic along all axes, which pw.x takes for granted';
  const atoms = crystal.species.length;
  if (atoms > largestStructure) {
    return `it has ${atoms} atoms, more than the ${largestStructure} of "reference.largestStructure"`;
  }
  if (![...crystal.lattice, ...crystal.positions].every(Number.isFinite)) return 'a coordinate is not a finite number';
  if (!(cellVolume(crystal.lattice) > 1e-6)) return 'its cell has no volume';
  const pair = findCoincidentAtoms(crystal.lattice, crystal.periodic, crystal.positions);
  return pair === null ? null : `atoms ${pair.first + 1} and ${pair.second + 1} are at one place`;
}

/** Starts `pw.x` on an empty input: it says its version and gives up. */
async function probe(program: string, environment: NodeJS.ProcessEnv, signal: AbortSignal): Promise<ProgramEnd> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pcm-pw-'));
  try {
    await writeFile(path.join(folder, 'empty.in'), '');
    return await runProgram({
      program,
      words: ['-in', 'empty.in'],
      folder,
      environment,
      limitMs: PROBE_LIMIT_MS,
      signal,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function environmentOf({ environment, settings }: QuantumEspressoOptions): NodeJS.ProcessEnv {
  return {
    ...environment,
    OMP_NUM_THREADS: String(settings.threads),
    // Open MPI refuses to work for root, as it does in containers, unless told twice.
    ...(process.getuid?.() === 0 ? { OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1' } : {}),
  };
}

/** Runs `pw.x` in a scratch folder. `lasting`: the same input would end the same way; null: it cannot be run at all. */
async function compute(
  options: QuantumEspressoOptions,
  program: string,
  crystal: ComputedCrystal,
  input: string,
  elements: readonly number[],
  pseudopotentials: readonly LoadedPseudopotential[],
  signal: AbortSignal,
): Promise<{ readonly outcome: ReferenceOutcome; readonly lasting: boolean | null }> {
  const { settings } = options;
  const none = (reason: string) => ({ outcome: { kind: 'none', reason } as const, lasting: false });
  const folder = await mkdtemp(path.join(tmpdir(), 'pcm-pw-'));
  try {
    await mkdir(path.join(folder, OUTPUT_FOLDER));
    await writeFile(path.join(folder, 'pw.in'), input);
    for (const [k, element] of elements.entries()) {
      await writeFile(path.join(folder, pseudopotentialName(element)), pseudopotentials[k]!.bytes);
    }
    const { ranks } = settings;
    const alone = ranks === 1;
    const end = await runProgram({
      program: alone ? program : 'mpirun',
      words: [...(alone ? [] : ['--oversubscribe', '-np', String(ranks), program]), '-in', 'pw.in'],
      folder,
      environment: environmentOf(options),
      limitMs: settings.timeLimitSeconds * 1000,
      signal,
    });
    if (end.kind === 'timed-out') {
      return none(`pw.x took longer than the ${settings.timeLimitSeconds} s of "reference.timeLimitSeconds"`);
    }
    if (end.kind === 'not-started') {
      const fix = alone ? '' : '; install openmpi-bin, or set "reference.ranks" to 1';
      return { ...none(`${alone ? program : 'mpirun'} cannot be started (${end.detail})${fix}`), lasting: null };
    }
    const said = pwErrorIn(end.printed);
    if (said !== null) return none(`pw.x gave up: ${said}`);
    const xml = await readBounded(path.join(folder, OUTPUT_FOLDER, `${PREFIX}.save`, 'data-file-schema.xml'));
    if (xml === null) return none(`pw.x ended (${end.kind} ${end.detail}) without a result`);
    const { outcome } = readPwOutput(xml, crystal.species);
    // Exit code 2 is what pw.x says of a calculation that did not converge; its result says so itself.
    if (outcome.kind === 'computed' && (end.kind !== 'exited' || end.detail !== '0')) {
      return none(`pw.x ended with ${end.detail}`);
    }
    return { outcome, lasting: end.kind === 'exited' };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function readBounded(file: string): Promise<string | null> {
  try {
    return (await stat(file)).size > LARGEST_XML ? null : await readFile(file, 'utf8');
  } catch {
    return null;
  }
}
