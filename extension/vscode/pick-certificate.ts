import path from 'node:path';
import type { Uri } from 'vscode';
import type { VsCodeApi } from './api.ts';

/** More certificates than this in one workspace are not offered. */
const MOST_CERTIFICATES = 200;

/** A certificate of the workspace that the user picks, other than `except`. */
export async function pickCertificate(
  api: VsCodeApi,
  title: string,
  except: Uri | undefined,
): Promise<Uri | undefined> {
  const found = await api.workspace.findFiles('**/*.pcm-cert.json', '**/node_modules/**', MOST_CERTIFICATES);
  const others = found.filter(({ fsPath }) => fsPath !== except?.fsPath);
  if (others.length === 0) {
    await api.window.showInformationMessage(api.l10n.t('There is no other certificate in this workspace.'));
    return undefined;
  }
  const items = others.map((uri) => ({
    label: path.posix.basename(uri.path),
    description: path.posix.dirname(api.workspace.asRelativePath(uri, true)),
    uri,
  }));
  return (await api.window.showQuickPick(items, { title, matchOnDescription: true }))?.uri;
}
