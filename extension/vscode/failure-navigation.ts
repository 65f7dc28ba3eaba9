import type { CodeLens } from 'vscode';
import type { CertificateStore, ObligationRef } from './certificate-store.ts';
import { failingObligations, neighbour, type FailingObligation } from './failing-obligations.ts';
import { addCommands, type FeatureHost } from './feature.ts';
import { createGoalDocument, type GoalSource } from './goal-document.ts';
import { registerReveal, showTheorem } from './reveal.ts';
import { theoremAt, theoremLines } from './theorem-places.ts';

/** Generated Lean files lie in the certificates' workspace. */
export const GENERATED_LEAN = { scheme: 'file', pattern: '**/lean/Certificates/*.lean' } as const;

/** The obligation that commands are about which are called on nothing: where the cursor is, or has been led to last. */
export type CurrentObligation = () => ObligationRef | undefined;

/** Next and previous failing obligation, and from each of them one step to structure, claim and fix. */
export function registerFailureNavigation(
  host: FeatureHost,
  store: CertificateStore,
  goalAt: GoalSource,
): CurrentObligation {
  const { api, context } = host;
  const goal = createGoalDocument(api);
  const lenses = new api.EventEmitter<void>();
  let visited: ObligationRef | undefined;

  /** The obligation that the cursor is on in a generated Lean file, else the one that was gone to last. */
  function current(): ObligationRef | undefined {
    const editor = api.window.activeTextEditor;
    const certificate = editor && certificateOf(editor.document.uri.fsPath);
    if (editor === undefined || certificate === undefined) return visited;
    const theorem = theoremAt(editor.document.getText(), editor.selection.active.line);
    return theorem === undefined ? visited : { certificate, theorem };
  }

  function certificateOf(leanFile: string): string | undefined {
    const certificates = store.projects().flatMap((project) => project.certificates);
    return certificates.find(({ lean }) => lean.file === leanFile)?.file;
  }

  async function go(step: 1 | -1): Promise<void> {
    // Right after a run its verdicts may not have been read yet.
    if (failingObligations(store.projects()).length === 0) await store.refresh();
    const failing = failingObligations(store.projects());
    const next = neighbour(failing, current(), step);
    if (next === undefined) {
      void api.window.showInformationMessage(api.l10n.t('No obligation fails.'));
      return;
    }
    const place = `${failing.indexOf(next) + 1}/${failing.length}`;
    const words = api.l10n.t('PCM {0}: {1}, {2}', place, next.certificate.model, next.obligation.theorem);
    api.window.setStatusBarMessage(words, 5000);
    await visit(next);
  }

  async function visit(failing: FailingObligation): Promise<void> {
    visited = failing.ref;
    const editor = await showTheorem(api, store, failing.ref);
    if (editor === undefined) return;
    const { line } = editor.selection.start;
    const proof = editor.document.lineAt(line).text.lastIndexOf('decide');
    await goal.show(failing, goalAt(editor.document.uri, line, Math.max(proof, 0)));
  }

  context.subscriptions.push(
    goal,
    lenses,
    store.changed.on(() => {
      lenses.fire();
      const any = failingObligations(store.projects()).length > 0;
      void api.commands.executeCommand('setContext', 'pcm.hasFailures', any);
    }),
    api.languages.registerCodeLensProvider(GENERATED_LEAN, {
      onDidChangeCodeLenses: lenses.event,
      provideCodeLenses(document): CodeLens[] {
        const certificate = certificateOf(document.uri.fsPath);
        if (certificate === undefined) return [];
        const lines = theoremLines(document.getText());
        return failingObligations(store.projects())
          .filter(({ ref }) => ref.certificate === certificate)
          .flatMap(({ ref, obligation }) => lensesOf(ref, obligation.verdict, lines.get(ref.theorem)));
      },
    }),
  );

  function lensesOf(ref: ObligationRef, verdict: string, line: number | undefined): CodeLens[] {
    if (line === undefined) return [];
    const range = new api.Range(line, 0, line, 0);
    const { l10n } = api;
    return [
      [`$(error) ${verdict}`, 'pcm.nextFailure'] as const,
      [l10n.t('Structure'), 'pcm.revealStructure'] as const,
      [l10n.t('Claim'), 'pcm.revealClaim'] as const,
      [l10n.t('Fix …'), 'pcm.fixObligation'] as const,
    ].map(([title, command]) => new api.CodeLens(range, { title, command, arguments: [ref] }));
  }

  addCommands(host, { 'pcm.nextFailure': () => go(1), 'pcm.previousFailure': () => go(-1) });
  registerReveal(host, store, current);
  return current;
}
