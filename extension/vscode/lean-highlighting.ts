import type { TextDocument } from 'vscode';
import type { FeatureHost } from './feature.ts';

/** Our name for the language of generated certificates; known to nobody else, so that it competes with nobody. */
export const CERTIFICATE_LANGUAGE = 'pcm-lean';

/** The Lean extension's name for its language. */
const LEAN = 'lean4';

/**
 * Colours generated certificates where nobody else does: with the Lean extension installed its language has them, and
 * without it they are plain text, which is what is looked for.
 */
export function registerLeanHighlighting({ api, context, log }: FeatureHost): void {
  const generated = { scheme: 'file', pattern: '**/certificates/**/*.lean' };

  async function colour(document: TextDocument): Promise<void> {
    if (document.languageId !== 'plaintext' || api.languages.match(generated, document) === 0) return;
    if ((await api.languages.getLanguages()).includes(LEAN)) return;
    await api.languages.setTextDocumentLanguage(document, CERTIFICATE_LANGUAGE);
  }

  const look = (document: TextDocument): void => {
    colour(document).catch((error: unknown) => log.warn(`Colours of ${document.uri.fsPath}: ${String(error)}`));
  };
  context.subscriptions.push(api.workspace.onDidOpenTextDocument(look));
  api.workspace.textDocuments.forEach(look);
}
