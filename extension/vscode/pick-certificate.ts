import path from 'node:path';
import type { Uri } from 'vscode';
import * as z from 'zod';
import type { VsCodeApi } from './api.ts';

/** More certificates than this in one workspace are not offered. */
const MOST_CERTIFICATES = 200;

/** The certificate that a command was called on: a file, or an item of the PCM view. */
export function certificateOfArgument(api: VsCodeApi, argument: unknown): Uri | undefined {
  if (argument instanceof api.Uri) return isCertificate(argument) ? argument : undefined;
  const item = z.object({ kind: z.literal('certificate'), file: z.string() }).safeParse(argument);
  return item.success ? api.Uri.file(item.data.file) : undefined;
}

export const isCertificate = ({ path: name }: Uri): boolean => name.endsWith('.pcm-cert.json');

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
