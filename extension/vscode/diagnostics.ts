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
  let count = 0;

  function add(uri: Uri, diagnostic: Diagnostic): void {
    if (count >= MOST_DIAGNOSTICS) return;
    count += 1;
    collection.set(uri, [...(collection.get(uri) ?? []), diagnostic]);
  }

  return {
    clear() {
      count = 0;
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
