import type { Uri } from 'vscode';
import type { Translate } from '../protocol/translate.ts';
import type { VsCodeApi } from './api.ts';
import { verdictWord } from './certificate-tree.ts';
import type { FailingObligation } from './failing-obligations.ts';

/** Scheme of the document that shows an obligation beside its theorem. */
const SCHEME = 'pcm-goal';

/** Where the goal at a place of a Lean file comes from; null where no server answers. */
export type GoalSource = (uri: Uri, line: number, character: number) => Promise<string | null>;

export interface GoalDocument {
  dispose(): void;
  /** Shows an obligation beside the editor; the focus stays where it is. */
  show(failing: FailingObligation, goal: Promise<string | null>): Promise<void>;
}

/** One read-only document, reused for every obligation that is looked at. */
export function createGoalDocument(api: VsCodeApi): GoalDocument {
  const uri = api.Uri.from({ scheme: SCHEME, path: '/PCM Obligation.md' });
  const changed = new api.EventEmitter<Uri>();
  let text = '';
  /** What was shown before, and may be what the editor shows still. */
  let before = '';
  let latest: FailingObligation | undefined;
  const provider = api.workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: changed.event,
    provideTextDocumentContent: () => text,
  });
  function put(failing: FailingObligation, goal: string): void {
    if (latest !== failing) return;
    before = text;
    text = goalText(failing, goal, api.l10n.t);
    changed.fire(uri);
  }
  // A text that is what the editor shows is not passed on to it, also where another one is on its way to it just then.
  const arrival = api.workspace.onDidChangeTextDocument(({ document }) => {
    if (document.uri.scheme === SCHEME && document.getText() === before && before !== text) changed.fire(uri);
  });
  return {
    async show(failing, goal) {
      latest = failing;
      put(failing, api.l10n.t('Asking the Lean server …'));
      const document = await api.workspace.openTextDocument(uri);
      await api.window.showTextDocument(document, {
        viewColumn: api.ViewColumn.Beside,
        preserveFocus: true,
        preview: true,
      });
      put(failing, (await goal) ?? api.l10n.t('No Lean server has answered.'));
    },
    dispose() {
      provider.dispose();
      arrival.dispose();
      changed.dispose();
    },
  };
}

/** An obligation in words, with Lean's goal: the claim, what refutes it, and what would mend it. */
export function goalText({ certificate, obligation }: FailingObligation, goal: string, t: Translate): string {
  const { theorem, verdict, reason, explanation, culprits, remedies } = obligation;
  const list = (title: string, items: readonly string[]): string[] =>
    items.length === 0 ? [] : [`## ${title}`, '', ...items.map((item) => `- ${item}`), ''];
  return [
    `# ${theorem}: ${verdictWord(verdict, t)}`,
    '',
    t('Model {0}, {1}', certificate.model, certificate.config),
    '',
    `## ${t('Goal')}`,
    '',
    '```lean',
    goal,
    '```',
    '',
    `## ${t('Why')}`,
    '',
    verdict === 'stuck' ? reason : explanation,
    '',
    ...list(
      t('Structures'),
      culprits.map(({ file, line, detail }) => `${file}:${line}: ${detail}`),
    ),
    ...list(
      t('What would mend it'),
      remedies.map(({ text }) => text),
    ),
  ].join('\n');
}
