import { spawn, type ChildProcess } from 'node:child_process';
import { homedir } from 'node:os';
import { createInterface } from 'node:readline';
import type { LanguageClient } from 'vscode-languageclient/node';
import { childEnvironment } from './child-environment.ts';
import { GENERATED_LEAN } from './failure-navigation.ts';
import { addCommands, type FeatureHost } from './feature.ts';
import type { GoalSource } from './goal-document.ts';
import { hasNativeLean } from './lean-installed.ts';
import { createLeanStatus, type LeanState } from './lean-status.ts';
import { createRestartLimit } from './restart-limit.ts';
import { setting } from './settings.ts';
import { createSignal } from './signal.ts';

/** The Lean extension; where it is installed and has a Lean to run, it serves Lean files, and we do not. */
const LEAN_EXTENSION = 'leanprover.lean4';

/** Errors of a connection that broke: a server that has crashed, and is started again. Everything else is an answer. */
const BROKEN_CONNECTION = { from: -32_099, to: -32_096 } as const;

/** Crashes that a question survives. */
const MOST_TRIES = 3;

/** A goal that takes longer than this is not shown, ms. */
const GOAL_MILLISECONDS = 60_000;

/** The Lean server of generated files, as the rest of the extension sees it. */
export interface LeanClient {
  readonly goalAt: GoalSource;
  /** How the server stands. */
  state(): LeanState['kind'];
}

/** Serves generated Lean files with `pcm lean-server`. A server that keeps dying stays down until somebody starts it. */
export function registerLean(host: FeatureHost): LeanClient {
  const { api, context, cli, log } = host;
  const channel = api.window.createOutputChannel(api.l10n.t('PCM Lean Server'), { log: true });
  const limit = createRestartLimit(() => performance.now());
  const status = createLeanStatus(api);
  let client: Promise<LanguageClient | null> | undefined;
  let process_: ChildProcess | undefined;
  let stopping = false;
  /** How often a server has become ready, or has been given up. */
  let turns = 0;
  const turned = createSignal<undefined>();

  /** A Lean server beside the Lean extension's own would check everything twice. */
  const standsAside = (): boolean =>
    api.extensions.getExtension(LEAN_EXTENSION) !== undefined && hasNativeLean(process.env, homedir());

  const versionOf = (address: string): number | undefined => {
    const { fsPath } = api.Uri.parse(address);
    return api.workspace.textDocuments.find(({ uri }) => uri.scheme === 'file' && uri.fsPath === fsPath)?.version;
  };

  async function start(): Promise<LanguageClient | null> {
    if (!api.workspace.isTrusted) return status.show({ kind: 'untrusted' });
    if (standsAside()) return status.show({ kind: 'aside' });
    status.show({ kind: 'starting' });
    // Loaded here: whoever never opens a proof does not wait for it at activation.
    const [{ CloseAction, ErrorAction, LanguageClient: Client, State }, { isOutdated }] = await Promise.all([
      import('./language-client.ts'),
      import('./outdated-diagnostics.ts'),
    ]);
    const backend = setting(api, 'lean.backend');
    const created: LanguageClient = new Client(
      'pcm.lean',
      'PCM Lean Server',
      () => Promise.resolve(startServer(backend)),
      {
        documentSelector: [GENERATED_LEAN],
        outputChannel: channel,
        diagnosticCollectionName: 'pcm-lean',
        stdioOptions: {
          // The protocol's own.
          stdout: () => undefined,
          // What the server says there (`--log`) is what it does, not what is wrong.
          stderr: (input) => void createInterface({ input }).on('line', (line) => channel.info(line)),
        },
        connectionOptions: {
          messageStrategy: {
            handleMessage: (message, next) => (isOutdated(message, versionOf) ? undefined : next(message)),
          },
        },
        initializationFailedHandler: (error) => {
          channel.error(String(error));
          return false;
        },
        errorHandler: {
          error: () => ({ action: ErrorAction.Continue, handled: true }),
          closed: () => {
            if (stopping) return { action: CloseAction.DoNotRestart, handled: true };
            if (limit.mayRestart()) {
              status.show({ kind: 'starting' });
              return { action: CloseAction.Restart, handled: true };
            }
            client = Promise.resolve(giveUp());
            return { action: CloseAction.DoNotRestart, handled: true };
          },
        },
      },
    );
    created.onDidChangeState(({ newState }) => {
      if (newState !== State.Running) return;
      status.show({ kind: 'running', about: aboutOf(created), process: process_ });
      turn();
    });
    try {
      await created.start();
      return created;
    } catch (error) {
      log.error(`The Lean server could not be started: ${String(error)}`);
      return giveUp();
    }
  }

  function turn(): void {
    turns += 1;
    turned.fire(undefined);
  }

  function giveUp(): null {
    if (status.state() !== 'crashed') void reportCrash();
    status.show({ kind: 'crashed' });
    turn();
    return null;
  }

  async function reportCrash(): Promise<void> {
    const { l10n, window, commands } = api;
    const startAgain = l10n.t('Start');
    const showLog = l10n.t('Show Log');
    const answer = await window.showErrorMessage(
      l10n.t('The Lean server keeps ending and is not started again by itself. Goals of theorems are not shown.'),
      startAgain,
      showLog,
    );
    if (answer === startAgain) await commands.executeCommand('pcm.restartLean');
    if (answer === showLog) channel.show(true);
  }

  function startServer(backend: string): ChildProcess {
    const args = [cli, 'lean-server', '--stdio', '--backend', backend, '--log'];
    channel.info(`${process.execPath} ${args.map((arg) => JSON.stringify(arg)).join(' ')}`);
    process_ = spawn(process.execPath, args, { env: childEnvironment(process.env), stdio: 'pipe', windowsHide: true });
    return process_;
  }

  const ensure = (): Promise<LanguageClient | null> => (client ??= start());

  async function stop(): Promise<void> {
    stopping = true;
    try {
      await (await client)?.dispose(3000);
    } catch (error) {
      channel.warn(`The server did not stop by itself: ${String(error)}`);
      process_?.kill('SIGKILL');
    }
    client = undefined;
    stopping = false;
  }

  async function restart(): Promise<void> {
    limit.reset();
    await stop();
    await ensure();
  }

  const isGenerated = (document: Parameters<typeof api.languages.match>[1]): boolean =>
    api.languages.match(GENERATED_LEAN, document) > 0;
  addCommands(host, {
    'pcm.restartLean': restart,
    'pcm.showLeanLog': () => channel.show(true),
  });
  context.subscriptions.push(
    channel,
    status,
    { dispose: () => void stop() },
    api.workspace.onDidOpenTextDocument((document) => {
      if (isGenerated(document)) void ensure();
    }),
    api.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('pcm.lean.backend') && client !== undefined) void restart();
    }),
    api.workspace.onDidGrantWorkspaceTrust(() => (client = undefined)),
  );

  /** Until a server has become ready, or has been given up, since there had been `before` such turns. */
  function turnAfter(before: number): Promise<void> {
    return new Promise((resolve) => {
      if (turns > before) {
        resolve();
        return;
      }
      const listening = turned.on(() => {
        listening.dispose();
        resolve();
      });
    });
  }

  /** What is said where a goal would be, while there is no server. */
  function wordsInstead(): string | null {
    const { t } = api.l10n;
    if (standsAside()) return t('The Lean extension serves this file; its Infoview shows the goal.');
    return status.state() === 'crashed' ? t('The Lean server is stopped. "PCM: Restart Lean Server" starts it.') : null;
  }

  const askGoal: GoalSource = async (uri, line, character) => {
    for (let attempt = 1; ; attempt++) {
      const served = await ensure();
      if (served === null) {
        return wordsInstead();
      }
      const before = turns;
      try {
        const goal = await served.sendRequest<{ rendered: string } | null>('$/lean/plainGoal', {
          textDocument: { uri: served.code2ProtocolConverter.asUri(uri) },
          position: { line, character },
        });
        return goal === null ? null : goal.rendered.replace(/^```lean\n/, '').replace(/\n```$/, '');
      } catch (error) {
        channel.warn(`No goal: ${String(error)}`);
        if (!isBrokenConnection(error) || attempt === MOST_TRIES) return null;
        await turnAfter(before);
      }
    }
  };

  return {
    state: () => status.state(),
    async goalAt(uri, line, character) {
      // The first start may have to prepare Lean, which is not what the limit is for.
      await ensure();
      const late = new Promise<null>((resolve) => setTimeout(resolve, GOAL_MILLISECONDS, null).unref());
      return Promise.race([askGoal(uri, line, character), late]);
    },
  };
}

function isBrokenConnection(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'number' && code >= BROKEN_CONNECTION.from && code <= BROKEN_CONNECTION.to;
}

function aboutOf(client: LanguageClient): string {
  const info = client.initializeResult?.serverInfo;
  return info === undefined ? 'Lean' : `${info.name} ${info.version ?? ''}`.trim();
}
