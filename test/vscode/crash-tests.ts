import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import * as vscode from 'vscode';
import type { DashboardState } from '../../extension/protocol/dashboard-state.ts';
import { eventually, thisExtension, workspaceFile, type HostTest } from './host-test.ts';
import { descendants, isAlive } from './processes.ts';

const RUN_SECONDS = 420;

const state = (): DashboardState => thisExtension().exports.dashboard();

/** Hash of the certificate's content, and the verdict of each theorem. */
function certificate(): { hash: string; verdicts: unknown } {
  const text = readFileSync(workspaceFile('certificates', 'moments.pcm-cert.json').fsPath, 'utf8');
  const { hash, verdicts } = JSON.parse(text) as { hash: string; verdicts: { theorem: string; verdict: string }[] };
  return { hash, verdicts: verdicts.map(({ theorem, verdict }) => ({ theorem, verdict })) };
}

/** Starts a certification that finds no stored observation. */
async function certifyAnew(): Promise<void> {
  rmSync(workspaceFile('.pcm').fsPath, { recursive: true, force: true });
  void vscode.commands.executeCommand('pcm.certify', workspaceFile('pcm.json'));
  await eventually('start', 60, () => state().run.kind === 'running' || undefined);
}

async function refutedAsBefore(before: ReturnType<typeof certificate>): Promise<void> {
  const ended = await eventually('end', RUN_SECONDS, () => {
    const { run } = state();
    return run.kind === 'ended' ? run : undefined;
  });
  assert.deepEqual(ended.outcome, { kind: 'refuted' }, JSON.stringify(state().problems));
  assert.deepEqual(certificate(), before);
}

/** Follows `proofsTests`: the workspace holds the certificate of `pcm.json`, whose `confidence` is refuted. */
export const crashTests: readonly HostTest[] = [
  {
    name: 'a run whose process is killed is paused, says so, leaves nothing behind, and ends the same once resumed',
    async body() {
      const before = certificate();
      await certifyAnew();
      await eventually('search', 120, () => state().models.some(({ live }) => live !== null) || undefined);
      const all = descendants(/pcm\.cjs.* certify |oracle-worker/);
      const child = all.find(({ command }) => command.includes(' certify '));
      assert.ok(child !== undefined, 'no process certifies');
      process.kill(child.pid, 'SIGKILL');
      const paused = await eventually('pause', 60, () => {
        const { run } = state();
        return run.kind === 'paused' ? run : undefined;
      });
      assert.equal(paused.reason, 'The pcm process was ended by SIGKILL.');
      await eventually('end of its workers', 60, () => !all.some(({ pid }) => isAlive(pid)) || undefined);
      await vscode.commands.executeCommand('pcm.resume');
      await refutedAsBefore(before);
    },
  },
  {
    name: 'a Lean that is killed in the middle of a check is asked once more, and the run ends the same',
    async body() {
      const before = certificate();
      await certifyAnew();
      const lean = await eventually('Lean', RUN_SECONDS, () => {
        const certifies = descendants(/pcm\.cjs.* certify /)[0];
        return descendants(/lean-host\.cjs/).find(({ parent }) => parent === certifies?.pid);
      });
      process.kill(lean.pid, 'SIGKILL');
      await refutedAsBefore(before);
    },
  },
  {
    name: 'a Lean server that is killed comes back by itself, and so does one of its workers',
    async body() {
      await eventually('failing obligation', 60, () => {
        const marks = vscode.languages.getDiagnostics(workspaceFile('pcm.json'));
        return marks.some(({ source, code }) => source === 'pcm' && code === 'confidence') || undefined;
      });
      for (const part of [null, /pcm\.cjs.* lean-server /, /lean-host\.cjs/]) {
        if (part !== null) {
          const crashed = descendants(part)[0];
          assert.ok(crashed !== undefined, `no process is ${part.source}`);
          process.kill(crashed.pid, 'SIGKILL');
          await eventually('end', 60, () => !isAlive(crashed.pid) || undefined);
        }
        // A machine that is busy with other things may take longer than a goal is waited for.
        let goal = await goalOfNextFailure();
        for (let again = 0; again < 3 && !goal.includes('⊢'); again++) goal = await goalOfNextFailure();
        assert.match(goal, /⊢/);
      }
    },
  },
];

/** The document beside the next failing theorem, once it has the server's goal; it says first that it is asking. */
async function goalOfNextFailure(): Promise<string> {
  let asked = false;
  let goal: string | undefined;
  const listening = vscode.workspace.onDidChangeTextDocument(({ document }) => {
    if (document.uri.scheme !== 'pcm-goal') return;
    if (document.getText().includes('Asking the Lean server')) asked = true;
    else if (asked) goal = document.getText();
  });
  try {
    await vscode.commands.executeCommand('pcm.nextFailure');
    return await eventually('goal', 180, () => goal);
  } finally {
    listening.dispose();
  }
}
