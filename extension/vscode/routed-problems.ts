import path from 'node:path';
import type { Diagnostic, DiagnosticRelatedInformation, Range, TextDocument, Uri } from 'vscode';
import type { CertificateEvent, StructurePlace } from '../protocol/certificate-event.ts';
import type { VsCodeApi } from './api.ts';
import type { CertificateStore, ProjectEntry } from './certificate-store.ts';
import { claimPlace, placeVerdicts, type JudgedObligation } from './claim-places.ts';
import { GENERATED_LEAN } from './failure-navigation.ts';
import type { FeatureHost } from './feature.ts';
import { watchLeanReports } from './lean-reports.ts';
import { liveFindings } from './live-findings.ts';
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

/** One thing to mark, at the claim that it is about, in the project file that is being marked. */
interface Mark {
  readonly severity: 'error' | 'warning';
  readonly theorem: string;
  readonly claim: Range;
  readonly message: string;
  readonly culprits: readonly StructurePlace[];
  /** Where the Lean file says it, where that is known. */
  readonly stated: Range | undefined;
  /** What is said there. */
  readonly words: string;
}

/**
 * Marks what fails at the claim, at the structures to blame and at the theorem, each of them leading to the others: by the
 * verdicts of runs, and by what a running Lean says of a Lean file that is open.
 */
export function registerRoutedProblems({ api, context, log }: FeatureHost, store: CertificateStore): void {
  const collection = api.languages.createDiagnosticCollection('pcm-verdicts');
  const isGenerated = (document: TextDocument): boolean => api.languages.match(GENERATED_LEAN, document) > 0;
  const live = watchLeanReports(api, isGenerated, update);
  let round = 0;

  function update(): void {
    route().catch((error: unknown) => log.error(`Verdicts could not be marked: ${String(error)}`));
  }

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
    if (moved) return route();
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
    const rangeOf = ({ from, to }: { readonly from: number; readonly to: number }): Range =>
      new api.Range(document.positionAt(from), document.positionAt(to));
    const { claims, outdated } = failedClaims(certificate);
    if (outdated !== null) {
      const message = api.l10n.t('The certificate of {0} is stale ({1}). Certify again.', certificate.model, outdated);
      const range = rangeOf(claimPlace(text, 'safe'));
      const diagnostic = new api.Diagnostic(range, message, api.DiagnosticSeverity.Information);
      add(file, Object.assign(diagnostic, { source: 'pcm', code: 'stale' }));
    }
    const found = [...(await byVerdict(text, certificate, claims, rangeOf)), ...byLiveLean(text, certificate, rangeOf)];
    const about = { folder, claims: document.uri, lean: api.Uri.file(certificate.lean.file), model: certificate.model };
    for (const mark of found) {
      for (const { uri, diagnostic } of diagnosticsOf(api, about, mark)) add(uri.fsPath, diagnostic);
    }
  }

  async function byVerdict(
    text: string,
    { model, lean }: CertificateEvent,
    claims: readonly FailedClaim[],
    rangeOf: (place: { readonly from: number; readonly to: number }) => Range,
  ): Promise<Mark[]> {
    const findings = placeVerdicts(text, model, claims);
    if (findings.length === 0) return [];
    const source = await theoremSource(api, lean.file);
    return findings.map(({ from, to, theorem, message, severity }) => {
      const line = theoremLine(source, theorem);
      return {
        severity,
        theorem,
        claim: rangeOf({ from, to }),
        message,
        culprits: claims.find((claim) => claim.theorem === theorem)!.culprits,
        stated: line === undefined ? undefined : new api.Range(line, 0, line, 'theorem '.length + theorem.length),
        words: api.l10n.t('{0}: the claim behind {1} fails.', model, theorem),
      };
    });
  }

  function byLiveLean(
    text: string,
    certificate: CertificateEvent,
    rangeOf: (place: { readonly from: number; readonly to: number }) => Range,
  ): Mark[] {
    const { model, lean } = certificate;
    const said = live.of(lean.file);
    if (said === undefined) return [];
    return liveFindings(certificate, said.text, said.reports).map(
      ({ kind, theorem, severity, message, culprits, report }) => ({
        severity,
        theorem,
        claim: rangeOf(claimPlace(text, kind)),
        message: api.l10n.t('{0}: Lean reports in the file that is open, in {1}', model, message),
        culprits,
        stated: new api.Range(report.line, report.character, report.endLine, report.endCharacter),
        words: api.l10n.t('{0}: this concerns the claim behind {1}.', model, theorem),
      }),
    );
  }

  context.subscriptions.push(collection, live, store.changed.on(update));
}

/** A mark at the claim, at each structure to blame and at the theorem, with the ways between them. */
function diagnosticsOf(
  api: VsCodeApi,
  about: { readonly folder: string; readonly claims: Uri; readonly lean: Uri; readonly model: string },
  { severity, theorem, claim, message, culprits, stated, words }: Mark,
): { readonly uri: Uri; readonly diagnostic: Diagnostic }[] {
  const level = severity === 'error' ? api.DiagnosticSeverity.Error : api.DiagnosticSeverity.Warning;
  const structures = culprits.slice(0, MOST_STRUCTURES).map(({ file, line, detail }) => ({
    uri: api.Uri.file(path.join(about.folder, file)),
    range: new api.Range(line - 1, 0, line - 1, Number.MAX_SAFE_INTEGER),
    detail,
  }));
  const related = (uri: Uri, range: Range, title: string): DiagnosticRelatedInformation =>
    new api.DiagnosticRelatedInformation(new api.Location(uri, range), title);
  const toClaim = related(about.claims, claim, api.l10n.t('The claim'));
  const toTheorem =
    stated === undefined ? [] : [related(about.lean, stated, api.l10n.t('Stated as theorem {0}', theorem))];
  const toStructures = structures.map(({ uri, range, detail }) => related(uri, range, detail));
  const make = (uri: Uri, range: Range, title: string, links: DiagnosticRelatedInformation[]) => ({
    uri,
    diagnostic: Object.assign(new api.Diagnostic(range, title, level), {
      source: 'pcm',
      code: theorem,
      relatedInformation: links,
    }),
  });
  return [
    make(about.claims, claim, message, [...toTheorem, ...toStructures]),
    ...structures.map(({ uri, range, detail }) => {
      const title = api.l10n.t('{0}: {1} fails here: {2}', about.model, theorem, detail);
      return make(uri, range, title, [toClaim, ...toTheorem]);
    }),
    ...(stated === undefined ? [] : [make(about.lean, stated, words, [toClaim, ...toStructures])]),
  ];
}

/** The generated Lean file as it lies on disk, or nothing where it is gone. */
async function theoremSource(api: VsCodeApi, file: string): Promise<string> {
  try {
    return new TextDecoder().decode(await api.workspace.fs.readFile(api.Uri.file(file)));
  } catch {
    return '';
  }
}
