import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activationTime, eventually, figure, thisExtension, workspaceFile, type HostTest } from './host-test.ts';

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

export const manifestTests: readonly HostTest[] = [
  {
    name: 'a folder with a pcm.json wakes the extension by itself',
    async body() {
      await eventually('activation', 60, () => thisExtension().isActive || undefined);
      const time = activationTime();
      if (time !== undefined) figure('loading and activating the extension', time);
    },
  },
  {
    name: 'every declared command is registered, and no other',
    async body() {
      const { contributes } = thisExtension().packageJSON as Manifest;
      const declared = contributes.commands.map(({ command }) => command).sort();
      const registered = (await vscode.commands.getCommands(true)).filter((id) => /^pcm\.\w+$/.test(id)).sort();
      assert.deepEqual(registered, declared);
    },
  },
  {
    name: 'structures and project files get their languages',
    async body() {
      const structures = await vscode.workspace.openTextDocument(workspaceFile('data', 'screen.xyz'));
      const project = await vscode.workspace.openTextDocument(workspaceFile('pcm.json'));
      assert.equal(structures.languageId, 'extxyz');
      assert.equal(project.languageId, 'jsonc');
    },
  },
];
