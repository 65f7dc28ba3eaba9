import type { Diagnostic, TextDocument } from 'vscode';
import type { VsCodeApi } from './api.ts';
import type { LeanReport } from './live-findings.ts';

/** What the Lean server that serves a file, ours or the Lean extension's, reports on the text that the editor shows. */
export interface LeanReports {
  /** By the file's path; undefined where no report on the present text has come. */
  of(file: string): { readonly text: string; readonly reports: readonly LeanReport[] } | undefined;
  dispose(): void;
}

interface Known {
  readonly version: number;
  readonly diagnostics: readonly Diagnostic[];
  readonly reports: readonly LeanReport[];
}

/** Source of the problems that this extension marks itself. */
const OWN = 'pcm';

/**
 * Listens to the problems of the Lean files that `isGenerated` knows. What was reported on a text is forgotten as soon as
 * the text changes or its editor closes. `onChange` is called when there is something else to show than before.
 */
export function watchLeanReports(
  api: VsCodeApi,
  isGenerated: (document: TextDocument) => boolean,
  onChange: () => void,
): LeanReports {
  const known = new Map<string, Known>();
  /** What was said of the text before: it is still there when anything else about the file changes. */
  const superseded = new Map<string, ReadonlySet<Diagnostic>>();
  const openDocument = (file: string): TextDocument | undefined =>
    api.workspace.textDocuments.find(({ uri }) => uri.scheme === 'file' && uri.fsPath === file);

  function look(document: TextDocument): void {
    const file = document.uri.fsPath;
    const diagnostics = api.languages.getDiagnostics(document.uri).filter(({ source }) => source !== OWN);
    if (diagnostics.some((each) => superseded.get(file)?.has(each))) return;
    superseded.delete(file);
    const reports = diagnostics.flatMap((diagnostic) => reportOf(api, diagnostic));
    const before = known.get(file)?.reports ?? [];
    known.set(file, { version: document.version, diagnostics, reports });
    if (JSON.stringify(before) !== JSON.stringify(reports)) onChange();
  }

  function forget({ uri }: TextDocument): void {
    const before = known.get(uri.fsPath);
    if (before === undefined) return;
    known.delete(uri.fsPath);
    superseded.set(uri.fsPath, new Set(before.diagnostics));
    if (before.reports.length > 0) onChange();
  }

  const listening = [
    api.languages.onDidChangeDiagnostics(({ uris }) => {
      for (const uri of uris) {
        const document = openDocument(uri.fsPath);
        if (document !== undefined && isGenerated(document)) look(document);
      }
    }),
    api.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0) forget(document);
    }),
    api.workspace.onDidCloseTextDocument((document) => {
      forget(document);
      superseded.delete(document.uri.fsPath);
    }),
  ];
  return {
    of(file) {
      const found = known.get(file);
      const document = openDocument(file);
      if (found === undefined || document?.version !== found.version) return undefined;
      return { text: document.getText(), reports: found.reports };
    },
    dispose: () => listening.forEach((each) => void each.dispose()),
  };
}

function reportOf(api: VsCodeApi, { severity, range, message }: Diagnostic): LeanReport[] {
  const { Error: Bad, Warning } = api.DiagnosticSeverity;
  if (severity !== Bad && severity !== Warning) return [];
  return [
    {
      line: range.start.line,
      character: range.start.character,
      endLine: range.end.line,
      endCharacter: range.end.character,
      severity: severity === Bad ? 'error' : 'warning',
      message,
    },
  ];
}
