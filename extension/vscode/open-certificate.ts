import path from 'node:path';
import type { VsCodeApi } from './api.ts';
import type { Certifier } from './certifier.ts';

/** More certificates than this in one workspace are not offered. */
const MOST_CERTIFICATES = 200;

/**
 * Opens the certificate of `model` from the last run; without a model or a run, the one the user picks among those in
 * the workspace.
 */
export async function openCertificate(api: VsCodeApi, certifier: Certifier, model: string | undefined): Promise<void> {
  const written = model === undefined ? undefined : certifier.certificate(model);
  if (written !== undefined) {
    await api.window.showTextDocument(api.Uri.file(written));
    return;
  }
  const found = await api.workspace.findFiles('**/*.pcm-cert.json', '**/node_modules/**', MOST_CERTIFICATES);
  const first = found[0];
  if (first === undefined) {
    const certify = api.l10n.t('Certify');
    const answer = await api.window.showInformationMessage(
      api.l10n.t('This workspace has no certificate yet.'),
      certify,
    );
    if (answer === certify) await api.commands.executeCommand('pcm.certify');
    return;
  }
  const picked =
    found.length === 1
      ? { uri: first }
      : await api.window.showQuickPick(
          found.map((uri) => ({
            label: path.posix.basename(uri.path),
            description: path.posix.dirname(api.workspace.asRelativePath(uri, true)),
            uri,
          })),
          { title: api.l10n.t('Open Certificate') },
        );
  if (picked !== undefined) await api.window.showTextDocument(picked.uri);
}
