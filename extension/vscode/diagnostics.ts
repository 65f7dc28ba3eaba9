import path from 'node:path';
import type { Diagnostic, DiagnosticSeverity, Uri } from 'vscode';
import type { Problem } from '../core/problem.ts';
import type { VsCodeApi } from './api.ts';
import type { CertifyTarget } from './project-choice.ts';

/** Squiggles of the last run. The problems view becomes useless long before this number. */
const MOST_DIAGNOSTICS = 1000;

/** What a run found, at the lines of the files it found it in. */
export interface Findings {
  clear(): void;
  addProblem(target: CertifyTarget, problem: Problem): void;
  dispose(): void;
}

export function createFindings(api: VsCodeApi): Findings {
  const collection = api.languages.createDiagnosticCollection('pcm');
  const found = new Map<string, { readonly uri: Uri; readonly diagnostics: Diagnostic[] }>();
  /** Files with more than the editor has been told: what comes at once is told at once, and not one by one. */
  const untold = new Set<string>();
  let count = 0;

  function add(uri: Uri, diagnostic: Diagnostic): void {
    if (count >= MOST_DIAGNOSTICS) return;
    count += 1;
    const file = found.get(uri.fsPath) ?? { uri, diagnostics: [] };
    found.set(uri.fsPath, file);
    file.diagnostics.push(diagnostic);
    if (untold.size === 0) setImmediate(tell);
    untold.add(uri.fsPath);
  }

  function tell(): void {
    for (const file of untold) {
      const { uri, diagnostics } = found.get(file)!;
      collection.set(uri, diagnostics);
    }
    untold.clear();
  }

  return {
    clear() {
      count = 0;
      found.clear();
      untold.clear();
      collection.clear();
    },
    addProblem(target, problem) {
      const line = (problem.line ?? 1) - 1;
      const diagnostic = new api.Diagnostic(
        new api.Range(line, 0, line, Number.MAX_SAFE_INTEGER),
        `${problem.message}\n${problem.fix}`,
        severityOf(api, problem.severity),
      );
      diagnostic.source = 'pcm';
      add(api.Uri.file(path.resolve(target.folder, problem.file)), diagnostic);
    },
    dispose: () => collection.dispose(),
  };
}

function severityOf(api: VsCodeApi, severity: Problem['severity']): DiagnosticSeverity {
  switch (severity) {
    case 'error':
      return api.DiagnosticSeverity.Error;
    case 'warning':
      return api.DiagnosticSeverity.Warning;
    case 'information':
      return api.DiagnosticSeverity.Information;
  }
}
