import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { FalsificationEvent } from '../../extension/protocol/falsification-events.ts';
import { eventually, workspaceFile, type HostTest } from './host-test.ts';

const LINT = 'pcm lint';

/** Problems of the text of a file, once there are some. */
function lintOf(uri: vscode.Uri): Promise<vscode.Diagnostic[]> {
  return eventually('lint', 30, () => {
    const found = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === LINT);
    return found.length > 0 ? found : undefined;
  });
}

async function takeQuickFix(uri: vscode.Uri, range: vscode.Range, beginning: string): Promise<void> {
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    uri,
    range,
  );
  const fix = actions.find(({ title, edit }) => edit !== undefined && title.startsWith(beginning));
  assert.ok(fix?.edit !== undefined, actions.map(({ title }) => title).join(', '));
  assert.ok(await vscode.workspace.applyEdit(fix.edit));
}

export const editingTests: readonly HostTest[] = [
  {
    name: 'a misspelt key of a project is marked as it is typed, and mended by its quick fix',
    async body() {
      const uri = workspaceFile('pcm.typo.json');
      const good = (await vscode.workspace.openTextDocument(workspaceFile('pcm.json'))).getText();
      await writeFile(uri.fsPath, good.replace('"failureRate"', '"failurerate"'));
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document);
      const [mark] = await lintOf(uri);
      assert.equal(document.getText(mark?.range), '"failurerate"');
      await takeQuickFix(uri, mark!.range, 'Write "failureRate"');
      assert.equal(document.getText(), good);
      await eventually('no more marks', 10, () =>
        vscode.languages.getDiagnostics(uri).every(({ source }) => source !== LINT) ? true : undefined,
      );
    },
  },
  {
    name: 'the keys of a project are offered with what they are',
    async body() {
      const uri = workspaceFile('pcm.empty.json');
      await writeFile(uri.fsPath, '{\n  \n}\n');
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
      const offered = await eventuallyAsync('completion', 30, async () => {
        const list = await vscode.commands.executeCommand<vscode.CompletionList>(
          'vscode.executeCompletionItemProvider',
          uri,
          new vscode.Position(1, 2),
        );
        const labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
        return labels.some((label) => label.includes('failure')) ? labels : undefined;
      });
      for (const key of ['models', 'data', 'claim', 'features']) {
        assert.ok(
          offered.some((label) => label.includes(key)),
          `${key} is not among ${offered.join(', ')}`,
        );
      }
    },
  },
  {
    name: 'forces under another name are marked in a structure file, and renamed in every frame',
    async body() {
      const uri = workspaceFile('data', 'renamed.xyz');
      const frame =
        '2\nLattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3:frc:R:3 energy=-1\nNa 0 0 0 0 0 0\nCl 2 0 0 0 0 0\n';
      await writeFile(uri.fsPath, frame.repeat(2).replace('Cl 2 0 0', 'Cl 2.1 0 0'));
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document);
      const marks = await lintOf(uri);
      const mark = marks.find(({ message }) => message.startsWith('No forces were found'));
      assert.ok(mark !== undefined, marks.map(({ message }) => message).join(' | '));
      await takeQuickFix(uri, mark.range, 'Call it "forces"');
      assert.equal(document.getText().split(':forces:R:3').length, 3);
      assert.ok(!document.getText().includes('frc'));
    },
  },
  {
    name: 'a generated certificate is coloured, in a language of its own where there is no Lean extension',
    async body() {
      const hasLean = (await vscode.languages.getLanguages()).includes('lean4');
      const [lean] = await vscode.workspace.findFiles('certificates/lean/Certificates/*.lean', null, 1);
      assert.ok(lean !== undefined, 'no certificate has been generated');
      await vscode.workspace.openTextDocument(lean);
      const language = await eventually('language', 10, () => {
        const document = vscode.workspace.textDocuments.find(({ uri }) => uri.fsPath === lean.fsPath);
        return document === undefined || document.languageId === 'plaintext' ? undefined : document.languageId;
      });
      assert.equal(language, hasLean ? 'lean4' : 'pcm-lean');
    },
  },
  {
    name: 'a certificate opens in its own editor, and beside it as text',
    async body() {
      const [certificate] = await vscode.workspace.findFiles('certificates/*.pcm-cert.json', null, 1);
      assert.ok(certificate !== undefined, 'no certificate has been written');
      await vscode.commands.executeCommand('vscode.openWith', certificate, 'pcm.certificate');
      await eventually('custom editor', 10, () => {
        const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
        return input instanceof vscode.TabInputCustom && input.viewType === 'pcm.certificate' ? true : undefined;
      });
      await vscode.commands.executeCommand('vscode.openWith', certificate, 'default');
    },
  },
  {
    name: 'a certificate is held against new data, and says what came of it',
    async body() {
      const [certificate] = await vscode.workspace.findFiles('certificates/*.pcm-cert.json', null, 1);
      assert.ok(certificate !== undefined, 'no certificate has been written');
      const event = await vscode.commands.executeCommand<FalsificationEvent | undefined>(
        'pcm.falsify',
        workspaceFile('data', 'train.xyz'),
        certificate,
      );
      assert.equal(event?.model, 'moments');
      const { passes, fails, outside, known, refused } = event.outcomes;
      assert.equal(passes + fails + outside + known + refused, 102);
      assert.equal(event.verdict === 'revoked', event.revocation !== null);
    },
  },
];

async function eventuallyAsync<T>(what: string, seconds: number, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
