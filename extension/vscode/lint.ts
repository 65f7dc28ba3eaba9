import path from 'node:path';
import type { CodeAction, Diagnostic, Range, TextDocument, WorkspaceEdit } from 'vscode';
import { textChanges } from '../core/problem-edit.ts';
import type { Problem, ProblemEdit } from '../core/problem.ts';
import type { VsCodeApi } from './api.ts';
import type { FeatureHost } from './feature.ts';
import { placeOf } from './lint-places.ts';
import { setting } from './settings.ts';

/** Time without a keystroke before a text is looked at, milliseconds. */
const PAUSE_MILLISECONDS = 300;

const SELECTOR = [
  { scheme: 'file', language: 'jsonc', pattern: '**/{pcm.json,pcm.*.json}' },
  { scheme: 'file', language: 'extxyz' },
];

interface Mark {
  readonly range: Range;
  readonly message: string;
  readonly edit: ProblemEdit;
  readonly fix: string;
}

/** What one document was found to have; `version` is of the text that was looked at. */
interface Lint {
  readonly version: number;
  readonly marks: readonly Mark[];
}

/**
 * Problems of project files and of structures while they are edited, with quick fixes. What runs and what Lean says has
 * problems of its own; these are about the text alone, and leave with it.
 */
export function registerLint({ api, context, log }: FeatureHost): void {
  const collection = api.languages.createDiagnosticCollection('pcm-lint');
  const waiting = new Map<string, NodeJS.Timeout>();
  const lints = new Map<string, Lint>();

  function schedule(document: TextDocument, pause: number): void {
    if (api.languages.match(SELECTOR, document) === 0) return;
    if (!setting(api, 'lint.enabled', document)) {
      forget(document);
      return;
    }
    const key = document.uri.toString();
    clearTimeout(waiting.get(key));
    waiting.set(
      key,
      setTimeout(() => {
        waiting.delete(key);
        look(document).catch((error: unknown) => log.error(`Lint of ${document.uri.fsPath}: ${String(error)}`));
      }, pause),
    );
  }

  async function look(document: TextDocument): Promise<void> {
    const { version } = document;
    const isStale = (): boolean => document.isClosed || document.version !== version;
    const text = document.getText();
    const problems = await (document.languageId === 'extxyz'
      ? lintStructures(text, document.uri.fsPath, isStale)
      : lintProjectFile(text, path.basename(document.uri.fsPath)));
    if (isStale()) return;
    const marks: Mark[] = [];
    const diagnostics = problems.map((problem) => {
      const { from, to } = placeOf(text, problem);
      const range = new api.Range(document.positionAt(from), document.positionAt(to));
      const diagnostic = diagnosticOf(api, problem, range);
      const { edit, fix } = problem;
      if (edit !== undefined) marks.push({ range, message: diagnostic.message, edit, fix });
      return diagnostic;
    });
    lints.set(document.uri.toString(), { version, marks });
    collection.set(document.uri, diagnostics);
  }

  function forget(document: TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(waiting.get(key));
    waiting.delete(key);
    lints.delete(key);
    collection.delete(document.uri);
  }

  context.subscriptions.push(
    collection,
    api.workspace.onDidOpenTextDocument((document) => schedule(document, 0)),
    api.workspace.onDidChangeTextDocument(({ document }) => schedule(document, PAUSE_MILLISECONDS)),
    api.workspace.onDidCloseTextDocument(forget),
    api.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('pcm.lint')) api.workspace.textDocuments.forEach((each) => schedule(each, 0));
    }),
    { dispose: () => waiting.forEach((timer) => clearTimeout(timer)) },
    api.languages.registerCodeActionsProvider(
      SELECTOR,
      {
        provideCodeActions: (document, _range, { diagnostics }) => {
          const lint = lints.get(document.uri.toString());
          // Offsets of another version would mend something else.
          if (lint?.version !== document.version) return [];
          return diagnostics.flatMap((diagnostic) => actionsFor(api, document, diagnostic, lint.marks));
        },
      },
      { providedCodeActionKinds: [api.CodeActionKind.QuickFix] },
    ),
  );
  api.workspace.textDocuments.forEach((document) => schedule(document, 0));
}

// Readers and rules are loaded with the first text that is looked at.

async function lintProjectFile(text: string, file: string): Promise<readonly Problem[]> {
  const { lintProject } = await import('./lint-project.ts');
  return lintProject(text, file);
}

async function lintStructures(text: string, file: string, isStale: () => boolean): Promise<readonly Problem[]> {
  const [{ lintData }, { labelsNeededBy }] = await Promise.all([import('./lint-data.ts'), import('./lint-needs.ts')]);
  return lintData(text, path.basename(file), { ...(await labelsNeededBy(file)), isStale });
}

function diagnosticOf(api: VsCodeApi, problem: Problem, range: Range): Diagnostic {
  const severity = {
    error: api.DiagnosticSeverity.Error,
    warning: api.DiagnosticSeverity.Warning,
    information: api.DiagnosticSeverity.Information,
  }[problem.severity];
  const diagnostic = new api.Diagnostic(range, `${problem.message}\n${problem.fix}`, severity);
  diagnostic.source = 'pcm lint';
  return diagnostic;
}

/** The quick fixes of one problem that the editor shows. */
function actionsFor(
  api: VsCodeApi,
  document: TextDocument,
  diagnostic: Diagnostic,
  marks: readonly Mark[],
): CodeAction[] {
  return marks
    .filter(({ range, message }) => range.isEqual(diagnostic.range) && message === diagnostic.message)
    .flatMap(({ edit, fix }) => {
      const change = workspaceEdit(api, document, edit);
      if (change === undefined) return [];
      const action = new api.CodeAction(titleOf(api, edit, fix), api.CodeActionKind.QuickFix);
      action.edit = change;
      action.diagnostics = [diagnostic];
      action.isPreferred = edit.kind !== 'remove-property';
      return [action];
    });
}

function titleOf(api: VsCodeApi, edit: ProblemEdit, fix: string): string {
  switch (edit.kind) {
    case 'rename-label':
      return api.l10n.t('Call it "{0}" in every frame', edit.to);
    case 'remove-property':
      return api.l10n.t('Remove "{0}"', String(edit.path.at(-1)));
    case 'rename-property':
    case 'set-property':
      return fix.replace(/\.$/, '');
  }
}

function workspaceEdit(api: VsCodeApi, document: TextDocument, edit: ProblemEdit): WorkspaceEdit | undefined {
  const changes = textChanges(document.getText(), edit);
  if (changes.length === 0) return undefined;
  const result = new api.WorkspaceEdit();
  for (const { from, to, insert } of changes) {
    result.replace(document.uri, new api.Range(document.positionAt(from), document.positionAt(to)), insert);
  }
  return result;
}
