import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Uri } from 'vscode';
import { newProjectText } from '../core/new-project-text.ts';
import { readProject } from '../core/project-file.ts';
import type { VsCodeApi } from './api.ts';
import { askSteps } from './multi-step.ts';
import { emptyDraft, newProjectSteps, projectOfDraft } from './new-project-steps.ts';
import { findProjectFiles } from './project-files.ts';
import { tableColumns } from './table-header.ts';

/** `PCM: New Project`: asks for what has no default, and writes a commented `pcm.json`. Replaces nothing unasked. */
export async function newProject(api: VsCodeApi, chosen: Uri | undefined): Promise<void> {
  const { t } = api.l10n;
  const folder = chosen ?? (await chooseFolder(api));
  if (folder === undefined) return;
  const target = await chooseTarget(api, folder);
  if (target === undefined) return;
  const found = await findProjectFiles(api, folder);
  const columnsOf = (table: string): Promise<readonly string[]> => tableColumns(path.join(folder.fsPath, table));
  const name = path.basename(folder.fsPath) || 'project';
  const draft = await askSteps(t('New PCM Project'), newProjectSteps(api, found, columnsOf), emptyDraft(name));
  if (draft === undefined) return;
  const text = newProjectText(projectOfDraft(draft));
  const read = readProject(text, path.basename(target));
  if (read.kind === 'rejected') {
    const [problem] = read.problems;
    await api.window.showErrorMessage(`${problem?.message ?? ''} ${problem?.fix ?? ''}`.trim());
    return;
  }
  const draftFile = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  await writeFile(draftFile, text, { flag: 'wx' });
  await rename(draftFile, target);
  await api.window.showTextDocument(api.Uri.file(target));
  const certify = t('Certify');
  const answer = await api.window.showInformationMessage(t('{0} is ready.', path.basename(target)), certify);
  if (answer === certify) await api.commands.executeCommand('pcm.certify', api.Uri.file(target));
}

/** The workspace's folder, the one of several that the user picks, or one from the disk. */
async function chooseFolder(api: VsCodeApi): Promise<Uri | undefined> {
  const folders = (api.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  if (folders.length === 1) return folders[0]?.uri;
  if (folders.length > 1) return (await api.window.showWorkspaceFolderPick())?.uri;
  const picked = await api.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    title: api.l10n.t('Folder of the new project'),
    openLabel: api.l10n.t('Use Folder'),
  });
  return picked?.[0];
}

/** Path of the file to write; where there is a project already, the user says whether to replace it or write beside it. */
async function chooseTarget(api: VsCodeApi, folder: Uri): Promise<string | undefined> {
  const { t } = api.l10n;
  const plain = path.join(folder.fsPath, 'pcm.json');
  if (!existsSync(plain)) return plain;
  let beside = path.join(folder.fsPath, 'pcm.new.json');
  for (let number = 2; existsSync(beside); number++) beside = path.join(folder.fsPath, `pcm.new-${number}.json`);
  const besideName = path.basename(beside);
  const write = t('Write {0}', besideName);
  const replace = t('Replace');
  const answer = await api.window.showWarningMessage(
    t('This folder has a pcm.json already.'),
    { modal: true, detail: t('The new project can be written beside it, as {0}.', besideName) },
    write,
    replace,
  );
  if (answer === write) return beside;
  return answer === replace ? plain : undefined;
}
