import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { DashboardState } from '../../extension/protocol/dashboard-state.ts';
import { eventually, figure, thisExtension, workspaceFile, type HostTest } from './host-test.ts';

/** Long enough for a machine that prepares Lean for the first time. */
const RUN_SECONDS = 420;

type EndedRun = Extract<DashboardState['run'], { kind: 'ended' }>;

function dashboard(): DashboardState {
  return thisExtension().exports.dashboard();
}

/** Starts a certification; its command settles only when the last message is closed, so the state tells the end. */
async function certify(...file: readonly string[]): Promise<void> {
  void vscode.commands.executeCommand('pcm.certify', workspaceFile(...file));
  await eventually('start', 60, () => dashboard().run.kind === 'running' || undefined);
}

function ended(): Promise<EndedRun> {
  return eventually('end of the run', RUN_SECONDS, () => {
    const { run } = dashboard();
    return run.kind === 'ended' ? run : undefined;
  });
}

function ourDiagnostics(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'pcm');
}

export const certifyTests: readonly HostTest[] = [
  {
    name: 'a run that is cancelled ends, and says so',
    async body() {
      await certify('pcm.json');
      await vscode.commands.executeCommand('pcm.cancel');
      assert.deepEqual((await ended()).outcome, { kind: 'cancelled' });
    },
  },
  {
    name: 'a certification ends with rounds, verdicts and a certificate',
    async body() {
      await certify('pcm.json');
      const started = performance.now();
      await eventually('first result', 120, () => dashboard().models.some(({ live }) => live !== null) || undefined);
      figure('from the start of a run to its first result', performance.now() - started);
      const isSwept = (): boolean => ['write', 'prepare-lean', 'check'].includes(dashboard().progress?.stage ?? '');
      await eventually('end of the sweep', RUN_SECONDS, () => isSwept() || undefined);
      const swept = performance.now();
      const run = await ended();
      figure('from the last result of the sweep to all verdicts', performance.now() - swept);
      const state = dashboard();
      assert.deepEqual(run.outcome, { kind: 'refuted' }, JSON.stringify(state.problems));
      assert.deepEqual(run.target, { project: 'small', config: 'pcm.json' });
      const model = state.models.find(({ id }) => id === 'moments');
      assert.deepEqual(
        model?.rounds.map(({ round }) => round),
        [1, 2],
      );
      assert.deepEqual(
        model.rounds[0]?.features.map(({ feature }) => feature),
        ['volume_per_atom', 'electronegativity_mean'],
      );
      const verdicts = Object.fromEntries(model.obligations.map(({ theorem, verdict }) => [theorem, verdict]));
      assert.equal(verdicts['nested'], 'proved');
      assert.equal(verdicts['confidence'], 'refuted');
      assert.equal(verdicts['safe'], 'refuted');
    },
  },
  {
    name: 'what Lean refuted is marked at the claim, with the reason',
    async body() {
      const uri = workspaceFile('pcm.json');
      const document = await vscode.workspace.openTextDocument(uri);
      await eventually('marks', 60, () => (ourDiagnostics(uri).length > 0 ? true : undefined));
      const marks = ourDiagnostics(uri).map(({ range, code, message }) => ({
        text: document.getText(range),
        code,
        message,
      }));
      assert.deepEqual(
        marks.map(({ text, code }) => ({ text, code })),
        [{ text: '"failureRate"', code: 'confidence' }],
      );
      assert.match(marks[0]?.message ?? '', /^moments: confidence is refuted\. ./);
    },
  },
  {
    name: 'the certificate opens',
    async body() {
      await vscode.commands.executeCommand('pcm.openCertificate', 'moments');
      const shown = vscode.window.activeTextEditor?.document.uri.fsPath ?? '';
      assert.match(shown, /certificates.moments\.pcm-cert\.json$/);
    },
  },
  {
    name: 'bad data are marked at their line, and what is marked in other projects stays',
    async body() {
      await certify('truncated', 'pcm.json');
      assert.deepEqual((await ended()).outcome, { kind: 'undecided' });
      const marks = ourDiagnostics(workspaceFile('truncated', 'data', 'broken.xyz'));
      assert.equal(marks[0]?.severity, vscode.DiagnosticSeverity.Error, JSON.stringify(dashboard().problems));
      assert.ok(marks[0].range.start.line <= 3, `line ${marks[0].range.start.line + 1}`);
      assert.equal(ourDiagnostics(workspaceFile('pcm.json')).length, 1);
    },
  },
];
