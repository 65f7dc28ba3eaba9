import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { DashboardState } from '../../extension/protocol/dashboard-state.ts';
import { watchEventLoop } from './event-loop.ts';
import { eventually, figure, thisExtension, workspaceFile, type HostTest } from './host-test.ts';

const RUN_SECONDS = 420;

const run = (): DashboardState['run'] => thisExtension().exports.dashboard().run;
const marks = (uri: vscode.Uri): vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'pcm');

/** Replaces the first `from` of an open document. */
async function replace(document: vscode.TextDocument, from: string, to: string): Promise<void> {
  const at = document.getText().indexOf(from);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(document.positionAt(at), document.positionAt(at + from.length)), to);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

/** Follows `certifyTests`: the workspace holds a certificate of `pcm.json` whose `confidence` is refuted. */
export const proofsTests: readonly HostTest[] = [
  {
    name: 'a paused run goes on where it stopped',
    async body() {
      const loop = watchEventLoop();
      void vscode.commands.executeCommand('pcm.certify', workspaceFile('pcm.json'));
      await eventually('start', 60, () => run().kind === 'running' || undefined);
      await vscode.commands.executeCommand('pcm.pause');
      await eventually('pause', 60, () => run().kind === 'paused' || undefined);
      await vscode.commands.executeCommand('pcm.resume');
      const ended = await eventually('end', RUN_SECONDS, () => {
        const now = run();
        return now.kind === 'ended' ? now : undefined;
      });
      loop.tell('a run');
      assert.deepEqual(ended.outcome, { kind: 'refuted' });
    },
  },
  {
    name: 'the problem leads from the claim to theorem and structure, and back',
    async body() {
      const claim = await eventually('problem at the claim', 60, () => marks(workspaceFile('pcm.json'))[0]);
      const files = claim.relatedInformation?.map(({ location }) => location.uri.path.split('/').at(-1)) ?? [];
      assert.ok(files.includes('Moments.lean') && files.includes('screen.xyz'), files.join());
      const structure = marks(workspaceFile('data', 'screen.xyz'))[0];
      assert.equal(structure?.code, 'confidence');
      assert.equal(structure.relatedInformation?.[0]?.location.uri.path.split('/').at(-1), 'pcm.json');
      const lean = workspaceFile('certificates', 'lean', 'Certificates', 'Moments.lean');
      assert.equal(marks(lean)[0]?.code, 'confidence');
    },
  },
  {
    name: 'the next failing obligation opens its theorem, with the goal beside it',
    async body() {
      await vscode.commands.executeCommand('pcm.nextFailure');
      const editor = vscode.window.activeTextEditor;
      assert.match(editor?.document.uri.path ?? '', /Certificates\/Moments\.lean$/);
      assert.match(editor!.document.lineAt(editor!.selection.start.line).text, /^theorem confidence :/);
      const shown = (): string =>
        vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'pcm-goal')?.getText() ?? '';
      await eventually('goal', 180, () => /⊢/.test(shown()) || undefined);
      assert.match(shown(), /^# confidence: refuted/);
      assert.match(shown(), /claim "failureRate": 0\.\d+/);
      await vscode.commands.executeCommand('pcm.revealClaim');
      const claim = vscode.window.activeTextEditor!;
      assert.equal(claim.document.getText(claim.selection), '"failureRate"');
    },
  },
  {
    name: 'an error that Lean reports after an edit by hand is marked at the claim, until it is taken back',
    async body() {
      const lean = workspaceFile('certificates', 'lean', 'Certificates', 'Moments.lean');
      const document = await vscode.workspace.openTextDocument(lean);
      await vscode.window.showTextDocument(document);
      const reported = (uri: vscode.Uri): vscode.Diagnostic | undefined =>
        marks(uri).find(({ code }) => code === 'nested');
      assert.equal(reported(workspaceFile('pcm.json')), undefined);
      await replace(document, 'theorem nested :', 'theorem nested (unfinished :');
      const claim = await eventually('problem at the claim', 120, () => reported(workspaceFile('pcm.json')));
      assert.match(claim.message, /Lean reports in the file that is open, in nested: /);
      assert.equal(claim.relatedInformation?.[0]?.location.uri.fsPath, lean.fsPath);
      const inLean = await eventually('problem in the Lean file', 10, () => reported(lean));
      assert.equal(inLean.relatedInformation?.[0]?.location.uri.fsPath, workspaceFile('pcm.json').fsPath);
      await vscode.commands.executeCommand('undo');
      await eventually('no more problem', 120, () =>
        reported(workspaceFile('pcm.json')) === undefined ? true : undefined,
      );
    },
  },
  {
    name: 'an edit of the claim changes its problems at once, and its quick fix mends it',
    async body() {
      const uri = workspaceFile('pcm.json');
      const document = await vscode.workspace.openTextDocument(uri);
      const before = document.getText();
      const place = marks(uri)[0]!.range;
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        uri,
        place,
        vscode.CodeActionKind.QuickFix.value,
        // So many are resolved, as the one that is taken would be.
        10,
      );
      const fix = actions.find(({ title }) => title.startsWith('Claim "failureRate"'));
      assert.ok(fix?.edit !== undefined, actions.map(({ title }) => title).join());
      const [, [edit]] = fix.edit.entries()[0]! as [vscode.Uri, [vscode.TextEdit]];
      const started = performance.now();
      // The very edit, but for its preview, which waits for a click.
      await replace(document, document.getText(edit.range), edit.newText);
      await eventually('no more problem', 30, () =>
        marks(uri).every(({ severity }) => severity > vscode.DiagnosticSeverity.Warning) ? true : undefined,
      );
      figure('from an edit of the claim to its problems', performance.now() - started);
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('undo');
      assert.equal(document.getText(), before);
      // It may have been saved by itself with the other claim.
      await document.save();
    },
  },
];
