import { createHash } from 'node:crypto';
import type { AseReferenceSettings } from '../../core/dft/ase-settings.ts';
import type { ComputedCrystal } from '../../core/dft/pw-input.ts';
import type { ReferenceOutcome } from '../../core/dft/reference.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { atomicNumberOf, symbolOf } from '../../core/element-symbols.ts';
import type { Checked } from '../../core/problem.ts';
import { PoolError, type OraclePool } from '../oracle-pool.ts';
import { introduceAse, openAsePool } from '../oracles/ase-source.ts';
import type { AseLaunch } from '../oracles/ase-agent.ts';
import { openReferenceStore } from './reference-store.ts';
import type { Evaluation, Reference } from './reference.ts';

export interface AseReferenceOptions {
  readonly settings: AseReferenceSettings;
  /** Absolute; the calculator's working directory, and where its module is looked for first. */
  readonly projectFolder: string;
  /** Path of `ase_oracle.py`. */
  readonly script: string;
  /** Where results are kept, absolute. */
  readonly storeFolder: string;
  /** What problems name, usually the project file. */
  readonly file: string;
  readonly signal: AbortSignal;
}

/** Errors by which calculators say that they did not converge: the same input ends the same way. */
const noConvergence = /^\w*(?:converge|scf)\w*error\b/i;

/**
 * Any calculator of ASE as source of truth. A structure for which it raises, crashes, answers no number or takes too long has
 * no reference. What it computed, and that it did not converge, is kept by content: the calculator's identity (as for an
 * `ase` model) and the structure.
 */
export async function openAseReference(options: AseReferenceOptions): Promise<Checked<Reference>> {
  const { settings, projectFolder: folder, script, file, signal } = options;
  const { python, factory, arguments: keywords, environment, workers, timeLimitSeconds, largestStructure } = settings;
  const launch: AseLaunch = { python, script, folder, factory, arguments: keywords, environment };
  const known = settings.elements?.map((symbol) => atomicNumberOf(symbol)!) ?? null;
  const introduced = await introduceAse(launch, file, signal);
  if (introduced.kind === 'rejected') return introduced;
  const identity = introduced.value;
  const store = openReferenceStore(options.storeFolder);
  let pool: OraclePool | null = null;
  const limits = { baseMs: 1000 * timeLimitSeconds, perStructureMs: 0 };
  const started = (): OraclePool => (pool ??= openAsePool(launch, identity, { workers, timeLimit: limits }));

  const subjectOf = (crystal: ComputedCrystal): object => ({
    calculator: identity.sha256,
    crystal: contentOf(crystal),
  });
  const recall = async (crystal: ComputedCrystal): Promise<Evaluation | null> => {
    const atoms = crystal.species.length;
    if (atoms > largestStructure) {
      const reason = `it has ${atoms} atoms, more than the ${largestStructure} of "reference.largestStructure"`;
      return { outcome: { kind: 'none', reason }, stored: false };
    }
    const foreign = known === null ? undefined : crystal.species.find((z) => !known.includes(z));
    if (foreign !== undefined) {
      return { outcome: { kind: 'none', reason: `the reference is not made for ${symbolOf(foreign)}` }, stored: false };
    }
    const stored = await store.find(subjectOf(crystal), atoms);
    return stored === null ? null : { outcome: stored, stored: true };
  };
  const evaluate = async (crystal: ComputedCrystal, stop: AbortSignal): Promise<Evaluation> => {
    stop.throwIfAborted();
    const recalled = await recall(crystal);
    if (recalled !== null) return recalled;
    const { outcome, lasting } = await compute(started(), crystal, stop);
    if (lasting === null) return { outcome, stored: false, broken: true };
    if (lasting) await store.keep(subjectOf(crystal), outcome);
    return { outcome, stored: false };
  };

  const { name = factory, ...described } = identity.description;
  const reference: Reference = {
    identity: {
      kind: 'ase',
      sha256: createHash('sha256')
        .update(
          canonicalJson({
            kind: 'ase',
            calculator: identity.sha256,
            largestStructure,
            ...(known === null ? {} : { elements: known }),
          }),
        )
        .digest('hex'),
      description: { program: name, ...described },
    },
    file,
    lanes: workers,
    elements: known,
    recall,
    evaluate,
    close: async () => {
      await pool?.close();
    },
  };
  return { kind: 'ok', value: reference, warnings: [] };
}

const contentOf = ({ lattice, periodic, species, positions }: ComputedCrystal): object => ({
  lattice: Array.from(lattice),
  periodic: [...periodic],
  species: Array.from(species),
  positions: Array.from(positions),
});

/** Asks the calculator. `lasting`: it would say the same again; null: it cannot be run at all. @throws the signal's reason when aborted. */
async function compute(
  pool: OraclePool,
  crystal: ComputedCrystal,
  signal: AbortSignal,
): Promise<{ readonly outcome: ReferenceOutcome; readonly lasting: boolean | null }> {
  const from = performance.now();
  const stop = (): void => void pool.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const [said] = await pool.predict([crystal]);
    signal.throwIfAborted();
    if (said!.kind !== 'predicted') {
      const { detail: reason } = said!;
      return { outcome: { kind: 'none', reason }, lasting: said!.kind === 'failed' && noConvergence.test(reason) };
    }
    const { energy, forces, iterations = null } = said!;
    const seconds = (performance.now() - from) / 1000;
    return {
      outcome: { kind: 'computed', energy, forces, stress: null, scfSteps: iterations, seconds },
      lasting: true,
    };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PoolError) return { outcome: { kind: 'none', reason: error.message }, lasting: null };
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
