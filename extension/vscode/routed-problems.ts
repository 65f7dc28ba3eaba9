import path from 'node:path';
import type { Diagnostic } from 'vscode';
import type { ObligationKind } from '../core/certificate.ts';
import type { CertificateEvent, StructurePlace } from '../protocol/certificate-event.ts';
import type { VsCodeApi } from './api.ts';
import type { CertificateStore, ProjectEntry } from './certificate-store.ts';
import { claimPlace, placeVerdicts, type JudgedObligation } from './claim-places.ts';
import type { FeatureHost } from './feature.ts';
import { theoremLine } from './theorem-places.ts';

/** Structures that are marked for one claim; its message counts the others. */
const MOST_STRUCTURES = 10;

/** A claim that fails: by Lean's verdict, or, while it is edited, by what TypeScript makes of the same observations. */
export interface FailedClaim extends JudgedObligation {
  readonly culprits: readonly StructurePlace[];
}

/**
 * What of a certificate is to be marked. A verdict counts only for the claim it was given on: once that has changed,
 * TypeScript's evaluation of the claim as it is now takes its place, and says that Lean has not decided it.
 */
export function failedClaims(certificate: CertificateEvent): { claims: FailedClaim[]; outdated: string | null } {
  const { draft, stale, obligations } = certificate;
  if (draft?.kind === 'comparable') {
    const claims = draft.obligations.map(({ obligation, theorem, holds, explanation, culprits }): FailedClaim => ({
      kind: obligation,
      theorem,
      verdict: holds ? 'proved' : 'stuck',
      words: 'would fail',
      reason: `Lean has not checked this claim yet; these are the observations of the last certificate. ${explanation}`,
      culprits,
    }));
    return { claims, outdated: null };
  }
  if (stale.length > 0 || draft !== null) {
    const changed = draft === null ? stale : draft.changed.map((key) => `"${key}" has changed`);
    return { claims: [], outdated: changed.join('; ') };
  }
  const claims = obligations.map(({ obligation, theorem, verdict, reason, culprits }): FailedClaim => ({
    kind: obligation,
    theorem,
    verdict,
    reason,
    culprits,
  }));
  return { claims, outdated: null };
}

/** Marks what fails at the claim, at the structures to blame and at the theorem, each of them leading to the others. */
export function registerRoutedProblems({ api, context, log }: FeatureHost, store: CertificateStore): void {
  const collection = api.languages.createDiagnosticCollection('pcm-verdicts');
  let round = 0;

  async function route(): Promise<void> {
    const mine = ++round;
    const marks = new Map<string, Diagnostic[]>();
    const versions = new Map<string, number>();
    for (const project of store.projects()) {
      for (const certificate of project.certificates) await place(project, certificate, marks, versions);
    }
    // Verdicts that were overtaken, or that speak of a text that has changed while we looked, are not shown.
    if (mine !== round) return;
    const moved = api.workspace.textDocuments.some(
      ({ uri, version }) => versions.has(uri.fsPath) && versions.get(uri.fsPath) !== version,
    );
    if (moved) return void route();
    collection.clear();
    for (const [file, diagnostics] of marks) collection.set(api.Uri.file(file), diagnostics);
  }

  async function place(
    { folder }: ProjectEntry,
    certificate: CertificateEvent,
    marks: Map<string, Diagnostic[]>,
    versions: Map<string, number>,
  ): Promise<void> {
    const file = path.join(folder, certificate.config);
    const document = await api.workspace.openTextDocument(api.Uri.file(file)).then(
      (opened) => opened,
      () => undefined,
    );
    if (document === undefined) return;
    versions.set(file, document.version);
    const text = document.getText();
    const add = (where: string, diagnostic: Diagnostic): void => {
      marks.set(where, [...(marks.get(where) ?? []), diagnostic]);
    };
    const rangeOf = (kind: ObligationKind) => {
      const { from, to } = claimPlace(text, kind);
      return new api.Range(document.positionAt(from), document.positionAt(to));
    };
    const { claims, outdated } = failedClaims(certificate);
    if (outdated !== null) {
      const message = api.l10n.t('The certificate of {0} is stale ({1}). Certify again.', certificate.model, outdated);
      const diagnostic = new api.Diagnostic(rangeOf('safe'), message, api.DiagnosticSeverity.Information);
      add(file, Object.assign(diagnostic, { source: 'pcm', code: 'stale' }));
    }
    const failing = claims.filter(({ verdict }) => verdict === 'refuted' || verdict === 'stuck');
    if (failing.length === 0) return;
    const lean = await theoremSource(api, certificate.lean.file);
    for (const { theorem, message, from, to, severity } of placeVerdicts(text, certificate.model, claims)) {
      const { culprits } = failing.find((claim) => claim.theorem === theorem)!;
      const level = severity === 'error' ? api.DiagnosticSeverity.Error : api.DiagnosticSeverity.Warning;
      const claimed = new api.Location(document.uri, new api.Range(document.positionAt(from), document.positionAt(to)));
      const line = theoremLine(lean, theorem);
      const stated =
        line === undefined
          ? []
          : [new api.Location(api.Uri.file(certificate.lean.file), new api.Range(line, 0, line, 8 + theorem.length))];
      const structures = culprits.slice(0, MOST_STRUCTURES).map((culprit) => ({
        culprit,
        location: new api.Location(
          api.Uri.file(path.join(folder, culprit.file)),
          new api.Range(culprit.line - 1, 0, culprit.line - 1, Number.MAX_SAFE_INTEGER),
        ),
      }));
      const related = (location: typeof claimed, words: string) =>
        new api.DiagnosticRelatedInformation(location, words);
      const toClaim = related(claimed, api.l10n.t('The claim'));
      const toTheorem = stated.map((location) => related(location, api.l10n.t('Stated as theorem {0}', theorem)));
      const toStructures = structures.map(({ culprit, location }) => related(location, culprit.detail));
      const make = (range: typeof claimed.range, words: string, links: (typeof toClaim)[]): Diagnostic =>
        Object.assign(new api.Diagnostic(range, words, level), {
          source: 'pcm',
          code: theorem,
          relatedInformation: links,
        });
      add(file, make(claimed.range, message, [...toTheorem, ...toStructures]));
      for (const { culprit, location } of structures) {
        const words = api.l10n.t('{0}: {1} fails here: {2}', certificate.model, theorem, culprit.detail);
        add(location.uri.fsPath, make(location.range, words, [toClaim, ...toTheorem]));
      }
      for (const location of stated) {
        const words = api.l10n.t('{0}: the claim behind {1} fails.', certificate.model, theorem);
        add(location.uri.fsPath, make(location.range, words, [toClaim, ...toStructures]));
      }
    }
  }

  context.subscriptions.push(
    collection,
    store.changed.on(() => {
      route().catch((error: unknown) => log.error(`Verdicts could not be marked: ${String(error)}`));
    }),
  );
}

/** The generated Lean file as it lies on disk, or nothing where it is gone. */
async function theoremSource(api: VsCodeApi, file: string): Promise<string> {
  try {
    return new TextDecoder().decode(await api.workspace.fs.readFile(api.Uri.file(file)));
  } catch {
    return '';
  }
}
