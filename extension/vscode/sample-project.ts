import { cp, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Uri } from 'vscode';
import type { VsCodeApi } from './api.ts';

/** Folder that the sample becomes, inside the one that the user picks. */
export const SAMPLE_FOLDER_NAME = 'pcm-sample';

/** What a run leaves behind is no part of the sample. */
const LEFT_BEHIND = new Set(['certificates', '.pcm']);

/** `PCM: Open Sample Project`: copies the sample to a folder of the user's, and opens it. A copy that is there is kept. */
export async function openSampleProject(api: VsCodeApi, sample: string): Promise<void> {
  const { t } = api.l10n;
  const picked = await api.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    title: t('Folder to put the sample project into'),
    openLabel: t('Put Sample Here'),
  });
  const parent = picked?.[0];
  if (parent === undefined) return;
  const target = path.join(parent.fsPath, SAMPLE_FOLDER_NAME);
  const before = await contentsOf(target);
  if (before.length > 0 && !before.includes('pcm.json')) {
    await api.window.showErrorMessage(t('{0} is there already and holds something else. Pick another folder.', target));
    return;
  }
  if (before.length === 0) await copySample(sample, target);
  await open(api, api.Uri.file(target));
}

/** Copies the sample without what runs left in it. Nothing that exists is replaced. */
export function copySample(sample: string, target: string): Promise<void> {
  return cp(sample, target, {
    recursive: true,
    force: false,
    errorOnExist: true,
    filter: (file) => !LEFT_BEHIND.has(path.basename(file)),
  });
}

async function contentsOf(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}

/** In this window when nothing is open in it, else in a new one. */
async function open(api: VsCodeApi, folder: Uri): Promise<void> {
  const forceNewWindow = (api.workspace.workspaceFolders ?? []).length > 0;
  await api.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow });
}
