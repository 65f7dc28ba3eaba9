import type { CertificateEvent, ShownObligation } from '../protocol/certificate-event.ts';
import type { ObligationRef, ProjectEntry } from './certificate-store.ts';
import { shownState } from './certificate-tree.ts';

export interface FailingObligation {
  readonly ref: ObligationRef;
  readonly project: ProjectEntry;
  readonly certificate: CertificateEvent;
  readonly obligation: ShownObligation;
}

/**
 * Refuted and stuck obligations of all certificates that are not stale, in the order of the view. `safe`, which fails with
 * any other, is listed only where nothing else explains it.
 */
export function failingObligations(projects: readonly ProjectEntry[]): FailingObligation[] {
  return projects.flatMap((project) =>
    project.certificates.flatMap((certificate) => {
      const failing = certificate.obligations.filter((obligation) =>
        ['refuted', 'stuck'].includes(shownState(certificate, obligation)),
      );
      const explained = failing.filter(({ obligation }) => obligation !== 'safe');
      return (explained.length > 0 ? explained : failing).map((obligation) => ({
        ref: { certificate: certificate.file, theorem: obligation.theorem },
        project,
        certificate,
        obligation,
      }));
    }),
  );
}

/** The one after (1) or before (−1) `current`, around the end; the first or last where `current` is none of them. */
export function neighbour<T extends { readonly ref: ObligationRef }>(
  failing: readonly T[],
  current: ObligationRef | undefined,
  step: 1 | -1,
): T | undefined {
  const at = failing.findIndex(
    ({ ref }) => ref.certificate === current?.certificate && ref.theorem === current.theorem,
  );
  if (at < 0) return step === 1 ? failing[0] : failing.at(-1);
  return failing[(at + step + failing.length) % failing.length];
}
