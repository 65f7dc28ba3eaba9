import type { Certificate } from '../core/certificate.ts';
import type { Problem } from '../core/problem.ts';
import type { Structure } from '../core/structure.ts';
import { relabelled } from '../sweep/reference/labels-on-demand.ts';
import { certifiedProject } from './certified-project.ts';
import { openCertifiedReference } from './certified-reference.ts';
import type { LoadedProject } from './load-project.ts';
import type { Surroundings } from './surroundings.ts';

/** The labels that a certificate was made with, as far as they are at hand. */
export interface CertifiedLabels {
  /** The structure with these labels, and with no others: forces of another reference are no error of the model. */
  give(structure: Structure): Promise<Structure>;
  close(): Promise<void>;
  /** Why structures get no labels; empty where they do. */
  readonly problems: readonly Problem[];
}

const NOT_STORED = { kind: 'none', reason: 'it is not stored' } as const;

/**
 * Opens the labels of a certificate: those of its data, or what its reference has computed and stored. Computes nothing. Where
 * that reference is not here, structures get no labels, and `problems` say why.
 */
export async function certifiedLabels(
  certificate: Certificate,
  project: LoadedProject,
  file: string,
  around: Surroundings,
): Promise<CertifiedLabels> {
  if (certificate.content.reference === undefined) return labelsBy((structure) => Promise.resolve(structure));
  const certified = certifiedProject(certificate, project, file);
  const opened =
    certified.kind === 'rejected'
      ? certified
      : await openCertifiedReference(certificate.content, certified.value.loaded, file, around);
  if (opened.kind === 'rejected')
    return {
      ...labelsBy((structure) => Promise.resolve(relabelled(structure, NOT_STORED))),
      problems: opened.problems,
    };
  const reference = opened.value;
  const give = async (structure: Structure): Promise<Structure> =>
    relabelled(structure, (await reference?.recall(structure))?.outcome ?? NOT_STORED);
  return { give, close: () => reference?.close() ?? Promise.resolve(), problems: [] };
}

const labelsBy = (give: CertifiedLabels['give']): CertifiedLabels => ({
  give,
  close: () => Promise.resolve(),
  problems: [],
});
