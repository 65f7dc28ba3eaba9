import type { Certificate } from '../core/certificate.ts';
import type { Prediction } from '../core/criterion.ts';
import type { StoredMeasurement } from '../core/dft/validation.ts';
import type { Checked } from '../core/problem.ts';
import { modelSchema, type ProjectModel } from '../core/project-models.ts';
import type { Structure } from '../core/structure.ts';
import { PoolError } from '../sweep/oracle-pool.ts';
import { defaultOracleSettings } from '../sweep/oracle-settings.ts';
import { OracleError } from '../sweep/oracles/oracle-source.ts';
import { identityProblem } from './certified-identity.ts';
import type { LoadedProject } from './load-project.ts';
import { openOracle } from './open-oracle.ts';
import type { Surroundings } from './surroundings.ts';

/** What a model says of a structure: a prediction with forces, or what a table stores or laws come to. */
export type Said = Prediction | StoredMeasurement;

/** The model of a certificate, ready to be asked about one structure after another. */
export interface CertifiedOracle {
  /** Rejected where the model cannot go on. @throws the signal's reason when aborted. */
  ask(structure: Structure): Promise<Checked<Said[]>>;
  close(): Promise<void>;
}

const rejected = (file: string, message: string, fix: string): Checked<never> => ({
  kind: 'rejected',
  problems: [{ kind: 'problem', severity: 'error', file, line: null, message, fix }],
});

/** The model of a certificate as its project described it; null where this version cannot read that. */
export function certifiedModel({ config: { resolved } }: Certificate['content']): ProjectModel | null {
  const named =
    typeof resolved === 'object' && resolved !== null && !Array.isArray(resolved) ? resolved['model'] : null;
  return modelSchema.safeParse(named).data ?? null;
}

/** The key under which a model knows structures by name, where that matters to it. */
export const labelKeyOf = (model: ProjectModel | null): string | undefined =>
  model?.kind === 'table' ? model.key : undefined;

/**
 * Starts the certified model, and no other: its hash is held against the certificate's.
 * @param purpose `forces`: what it predicts; `judgement`: whatever decides whether it fails, physical laws where those do.
 */
export async function openCertifiedOracle(
  { content }: Certificate,
  loaded: LoadedProject,
  purpose: 'forces' | 'judgement',
  around: Surroundings,
): Promise<Checked<CertifiedOracle>> {
  const model = certifiedModel(content);
  if (model === null) {
    const message = `The model "${content.model.id}" is of kind "${content.model.kind}", which cannot be asked here.`;
    return rejected(loaded.config, message, 'Certify again with this version.');
  }
  const source = await openOracle(loaded, model, around);
  if (source.kind === 'rejected') return source;
  const changed = identityProblem(content, source.value);
  if (changed !== null) return { kind: 'rejected', problems: [changed] };
  const { file, predictions, laws } = source.value;
  const { signal } = around;
  signal.throwIfAborted();
  const options = { settings: defaultOracleSettings, workers: 1 };
  const observes = purpose === 'judgement' && laws !== undefined;
  const predicting = observes ? null : (predictions?.openPool(options, 'ordinary') ?? null);
  const storing = predicting === null ? source.value.open(options) : null;
  const close = async (): Promise<void> => {
    await predicting?.close();
    await storing?.close();
  };
  const stop = (): void => void close();
  signal.addEventListener('abort', stop, { once: true });
  return {
    kind: 'ok',
    value: {
      async ask(structure) {
        try {
          signal.throwIfAborted();
          if (predicting !== null) return { kind: 'ok', value: await predicting.predict([structure]), warnings: [] };
          const stored = (await storing?.observe([structure])) ?? [];
          const value = stored.map((each): Said => (each.kind === 'refused' ? each : { ...each, kind: 'stored' }));
          return { kind: 'ok', value, warnings: [] };
        } catch (error) {
          signal.throwIfAborted();
          if (!(error instanceof PoolError)) throw error;
          return rejected(
            file,
            error.message,
            error instanceof OracleError ? error.fix : 'Try the model alone with pcm errors.',
          );
        }
      },
      async close() {
        signal.removeEventListener('abort', stop);
        await close();
      },
    },
    warnings: [],
  };
}

/** What the certified model says of the structures, asked anew: a log holds no forces. */
export async function predict(
  certificate: Certificate,
  loaded: LoadedProject,
  structures: readonly Structure[],
  purpose: 'forces' | 'judgement',
  around: Surroundings,
): Promise<Checked<Said[]>> {
  const oracle = await openCertifiedOracle(certificate, loaded, purpose, around);
  if (oracle.kind === 'rejected') return oracle;
  try {
    const said: Said[] = [];
    for (const structure of structures) {
      const answer = await oracle.value.ask(structure);
      if (answer.kind === 'rejected') return answer;
      said.push(...answer.value);
    }
    return { kind: 'ok', value: said, warnings: [] };
  } finally {
    await oracle.value.close();
  }
}
