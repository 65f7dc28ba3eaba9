import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { DashboardState } from '../../extension/protocol/dashboard-state.ts';
import { eventually, thisExtension, workspaceFile, type HostTest } from './host-test.ts';
import { descendants, kill, strike, type ListedProcess } from './processes.ts';

/** Limits are for what hangs: a busy machine takes as long as it takes. */
const RUN_SECONDS = 420;

const state = (): DashboardState => thisExtension().exports.dashboard();
const stateFolder = (): string => workspaceFile('crash', '.pcm').fsPath;

/** What a certification of `crash` leads to: the hash of the certificate's content, and its verdicts. */
interface Certified {
  readonly hash: string;
  readonly verdicts: readonly { readonly theorem: string; readonly verdict: string; readonly reason: string }[];
}

function certificate(): Certified {
  const file = workspaceFile('crash', 'certificates', 'moments.pcm-cert.json').fsPath;
  const { hash, verdicts } = JSON.parse(readFileSync(file, 'utf8')) as Certified;
  return { hash, verdicts: verdicts.map(({ theorem, verdict, reason }) => ({ theorem, verdict, reason })) };
}

/** Starts a certification of `crash` that finds no stored observation; what a test before has left running is cancelled. */
async function certifyAnew(): Promise<void> {
  const isFree = (): boolean => ['idle', 'ended'].includes(state().run.kind);
  if (!isFree()) await vscode.commands.executeCommand('pcm.cancel');
  await eventually('end of what was running', 60, () => isFree() || undefined);
  rmSync(stateFolder(), { recursive: true, force: true });
  void vscode.commands.executeCommand('pcm.certify', workspaceFile('crash', 'pcm.json'));
  await eventually('start', 60, () => state().run.kind === 'running' || undefined);
}

async function outcome(): Promise<string> {
  const ended = await eventually('end', RUN_SECONDS, () => {
    const { run } = state();
    return run.kind === 'ended' ? run : undefined;
  });
  return ended.outcome.kind;
}

let undisturbed: Promise<Certified> | undefined;

/** What a certification leads to that nobody kills anything of; the first test that asks waits for it. */
function reference(): Promise<Certified> {
  undisturbed ??= (async () => {
    await certifyAnew();
    assert.equal(await outcome(), 'refuted', JSON.stringify(state().problems));
    return certificate();
  })();
  return undisturbed;
}

const certifying = (): ListedProcess | undefined => descendants(/pcm\.cjs.* certify /)[0];
const leanServer = (): ListedProcess | undefined => descendants(/pcm\.cjs.* lean-server /)[0];

function leanOf(parent: ListedProcess | undefined): ListedProcess | undefined {
  return parent && descendants(/lean-host\.cjs/).find((each) => each.parent === parent.pid);
}

/** Whole lines of the observation log, its header among them; none where there is no log yet. */
function storedLines(): string[] {
  try {
    const folder = path.join(stateFolder(), 'observations');
    const log = readdirSync(folder).find((name) => name.endsWith('.jsonl'));
    return log === undefined ? [] : readFileSync(path.join(folder, log), 'utf8').split('\n').slice(0, -1);
  } catch {
    return [];
  }
}

/** What stands beside the next failing theorem once the server has answered, or will not. */
async function nextGoal(): Promise<string> {
  const shown = (): string | undefined =>
    vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'pcm-goal')?.getText();
  // What was shown of an earlier question is no answer to this one.
  let isNew = shown() === undefined;
  const listening = vscode.workspace.onDidChangeTextDocument(({ document }) => {
    isNew ||= document.uri.scheme === 'pcm-goal';
  });
  try {
    await vscode.commands.executeCommand('pcm.nextFailure');
    return await eventually('words beside the theorem', 60, () => {
      const text = shown() ?? '';
      return !isNew || text === '' || text.includes('Asking the Lean server') ? undefined : text;
    });
  } finally {
    listening.dispose();
  }
}

/** A machine that is busy with other things may take longer than a goal is waited for. */
async function goalComes(): Promise<void> {
  const deadline = Date.now() + RUN_SECONDS * 1000;
  let shown = await nextGoal();
  while (!shown.includes('⊢') && Date.now() < deadline) shown = await nextGoal();
  assert.match(shown, /⊢/);
}

/** The process of a kind that has come after `gone`. */
function successor(what: string, gone: ListedProcess, find: () => ListedProcess | undefined): Promise<ListedProcess> {
  return eventually(what, 120, () => {
    const found = find();
    return found === undefined || found.pid === gone.pid ? undefined : found;
  });
}

/** They have a project of their own, and need nothing of what other tests leave behind. */
export const crashTests: readonly HostTest[] = [
  {
    name: 'a run whose process is killed is paused, says so, keeps its work, and ends the same once resumed',
    async body() {
      const expected = await reference();
      await certifyAnew();
      const child = await eventually('observations on the disk', 120, () =>
        storedLines().length > 1 ? certifying() : undefined,
      );
      const workers = descendants(/oracle-worker/).filter(({ parent }) => parent === child.pid);
      assert.ok(workers.length > 0, 'no process runs the model');
      await kill(child);
      const paused = await eventually('pause', 60, () => {
        const { run } = state();
        return run.kind === 'paused' ? run : undefined;
      });
      assert.equal(paused.reason, 'The pcm process was ended by SIGKILL.');
      const left = (): boolean =>
        descendants(/oracle-worker/).some(({ pid }) => workers.some((each) => each.pid === pid));
      await eventually('end of its workers', 60, () => !left() || undefined);
      const kept = storedLines();
      await vscode.commands.executeCommand('pcm.resume');
      assert.equal(await outcome(), 'refuted', JSON.stringify(state().problems));
      assert.deepEqual(certificate(), expected);
      const all = storedLines();
      assert.ok(all.length > kept.length, `${kept.length} of ${all.length} lines were there before`);
      assert.deepEqual(all.slice(0, kept.length), kept);
    },
  },
  {
    name: 'a Lean that is killed in the middle of a check is asked once more, and the run ends the same',
    async body() {
      const expected = await reference();
      await certifyAnew();
      const lean = await eventually('Lean', RUN_SECONDS, () =>
        state().progress?.stage === 'check' ? leanOf(certifying()) : undefined,
      );
      await kill(lean);
      assert.equal(await outcome(), 'refuted', JSON.stringify(state().problems));
      assert.deepEqual(certificate(), expected);
    },
  },
  {
    name: 'a Lean that is killed again and again leaves every obligation undecided, with the reason',
    async body() {
      const { hash } = await reference();
      await certifyAnew();
      let killed = 0;
      await eventually('end', RUN_SECONDS, () => {
        const lean = leanOf(certifying());
        if (lean !== undefined) {
          strike(lean);
          killed++;
        }
        return state().run.kind === 'ended' || undefined;
      });
      assert.ok(killed > 1, `${killed} were killed`);
      assert.equal(await outcome(), 'undecided');
      const found = certificate();
      assert.equal(found.hash, hash);
      for (const { verdict, reason } of found.verdicts) {
        assert.equal(verdict, 'stuck');
        assert.match(reason, /^Lean was ended by SIGKILL/);
      }
      // What the next test finds is a certificate again.
      undisturbed = undefined;
    },
  },
  {
    name: 'a Lean server that is killed comes back by itself, and so does one of its workers',
    async body() {
      await reference();
      await goalComes();
      const server = leanServer();
      assert.ok(server !== undefined, 'no process serves Lean');
      await kill(server);
      const next = await successor('another server', server, leanServer);
      await goalComes();
      const worker = await eventually('worker', 120, () => leanOf(next));
      await kill(worker);
      await successor('another worker', worker, () => leanOf(next));
      await goalComes();
    },
  },
  {
    name: 'a Lean server that keeps dying is left down, says so, and starts again when it is told to',
    async body() {
      await reference();
      const lean = (): string => thisExtension().exports.lean();
      await vscode.commands.executeCommand('pcm.restartLean');
      let last: ListedProcess | undefined;
      await eventually('surrender', RUN_SECONDS, () => {
        const server = leanServer();
        if (lean() === 'running' && server !== undefined && server.pid !== last?.pid) {
          strike(server);
          last = server;
        }
        return lean() === 'crashed' || undefined;
      });
      assert.match(await nextGoal(), /The Lean server is stopped\. "PCM: Restart Lean Server" starts it\./);
      await eventually('end of the last server', 60, () => leanServer() === undefined || undefined);
      await vscode.commands.executeCommand('pcm.restartLean');
      assert.equal(lean(), 'running');
      await goalComes();
    },
  },
];
