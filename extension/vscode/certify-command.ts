import { existsSync } from 'node:fs';
import path from 'node:path';
import type { CancellationToken, Progress } from 'vscode';
import { progressDetail, stageTitle } from '../protocol/progress-text.ts';
import type { VsCodeApi } from './api.ts';
import type { Certifier, FinishedRun } from './certifier.ts';
import { projectName } from './claim-places.ts';
import { targetOfArgument } from './command-arguments.ts';
import { chooseProject } from './project-choice.ts';
import { reportRun } from './run-report.ts';
import { addCommands, type FeatureHost } from './feature.ts';

/** Why an untrusted workspace cannot be certified; said by the command and shown on the dashboard. */
const untrusted = ({ t }: VsCodeApi['l10n']): string =>
  t(
    'Certifying runs models and scripts from this folder. Trust the workspace first (Workspaces: Manage Workspace Trust).',
  );

/** Registers *Certify*, *Pause*, *Resume* and *Cancel*. */
export function registerCertify(host: FeatureHost, certifier: Certifier): void {
  const { api, context } = host;
  let told = certifier.state().run.kind;
  const noRun = (): Thenable<unknown> => api.window.showInformationMessage(api.l10n.t('No certification is running.'));
  addCommands(host, {
    'pcm.certify': (argument) => certify(host, certifier, argument),
    'pcm.pause': () => (certifier.pause() ? undefined : noRun()),
    'pcm.resume': () => {
      if (!api.workspace.isTrusted) return refuseUntrusted(host);
      return certifier.resume()
        ? undefined
        : api.window.showInformationMessage(api.l10n.t('No certification is paused.'));
    },
    'pcm.cancel': () => (certifier.cancel() ? undefined : noRun()),
  });
  context.subscriptions.push(
    api.workspace.onDidGrantWorkspaceTrust(() => certifier.block(null)),
    certifier.changed.on(({ run }) => {
      if (run.kind === told) return;
      told = run.kind;
      void api.commands.executeCommand('setContext', 'pcm.run', told);
    }),
    certifier.interrupted.on(({ name, reason }) => void reportInterruption(host, certifier, name, reason)),
  );
  if (!api.workspace.isTrusted) certifier.block(untrusted(api.l10n));
}

/** Says that a run was interrupted, and offers to go on with it. */
async function reportInterruption(
  { api, log }: FeatureHost,
  certifier: Certifier,
  name: string,
  reason: string,
): Promise<void> {
  const { l10n, window, commands } = api;
  const resume = l10n.t('Resume');
  const cancel = l10n.t('Cancel');
  const showLog = l10n.t('Show Log');
  const message = l10n.t('The certification of {0} was interrupted. {1} What was computed is kept.', name, reason);
  const answer = await window.showWarningMessage(message, resume, cancel, showLog);
  if (answer === resume) await commands.executeCommand('pcm.resume');
  if (answer === cancel) certifier.cancel();
  if (answer === showLog) log.show(true);
}

async function refuseUntrusted({ api }: FeatureHost): Promise<void> {
  const manage = api.l10n.t('Manage Workspace Trust');
  const answer = await api.window.showWarningMessage(untrusted(api.l10n), manage);
  if (answer === manage) await api.commands.executeCommand('workbench.trust.manage');
}

/** `PCM: Certify`: chooses a project, runs it with visible progress, and says how it ended. */
async function certify(host: FeatureHost, certifier: Certifier, argument: unknown): Promise<void> {
  const { api, cli } = host;
  const { l10n, window } = api;
  if (!api.workspace.isTrusted) return refuseUntrusted(host);
  if (!existsSync(cli)) {
    await window.showErrorMessage(
      l10n.t(
        'The command line of this extension is missing: {0}. Reinstall the extension, or run "npm run build" in its folder.',
        cli,
      ),
    );
    return;
  }
  const target = targetOfArgument(api, argument);
  const choice = target === undefined ? await chooseProject(api, undefined) : ({ kind: 'chosen', target } as const);
  if (choice.kind === 'dismissed') return;
  if (choice.kind === 'none') {
    await window.showErrorMessage(
      l10n.t('This workspace has no pcm.json. Create one that names a model, the data and a failure criterion.'),
    );
    return;
  }
  const file = api.Uri.file(path.join(choice.target.folder, choice.target.config));
  const config = await api.workspace.openTextDocument(file);
  if (config.isDirty) await config.save();
  const name = projectName(config.getText()) ?? path.basename(choice.target.folder);
  const finished = certifier.start(choice.target, name);
  await api.commands.executeCommand('pcm.showDashboard');
  if (finished === null) {
    await window.showInformationMessage(
      l10n.t('A certification is already running or paused. Cancel it first (PCM: Cancel Certification).'),
    );
    return;
  }
  await followRun(host, certifier, finished);
}

/** Shows a run until it is over, and says how it ended. */
export async function followRun(
  host: FeatureHost,
  certifier: Certifier,
  finished: Promise<FinishedRun>,
): Promise<void> {
  const { api } = host;
  void whileRunning(host, certifier, finished);
  await reportRun(api, host.log, await finished);
}

/** One notification for each stretch between two pauses: a paused run asks for nothing and spins nowhere. */
async function whileRunning(host: FeatureHost, certifier: Certifier, finished: Promise<FinishedRun>): Promise<void> {
  const { api } = host;
  let over = false;
  void finished.then(() => (over = true));
  const inState = (wanted: boolean): Promise<void> =>
    new Promise((resolve) => {
      const reached = (): boolean => (certifier.state().run.kind === 'running') === wanted;
      if (reached()) {
        resolve();
        return;
      }
      const listening = certifier.changed.on(() => {
        if (!reached()) return;
        listening.dispose();
        resolve();
      });
    });
  for (;;) {
    await Promise.race([inState(true), finished]);
    // The flag is set by the promise above; the compiler cannot see that.
    if (over as boolean) return;
    await api.window.withProgress(
      { location: api.ProgressLocation.Notification, title: 'PCM', cancellable: true },
      (progress, token) => show(host, certifier, inState(false), progress, token),
    );
  }
}

/** The text counts; stages differ too much for one common bar. */
async function show(
  { api }: FeatureHost,
  certifier: Certifier,
  stopped: Promise<void>,
  progress: Progress<{ message?: string }>,
  token: CancellationToken,
): Promise<void> {
  const { t } = api.l10n;
  progress.report({ message: t('Starting') });
  const listening = certifier.progressed.on((event) =>
    progress.report({ message: `${stageTitle(event, t)}: ${progressDetail(event, t)}` }),
  );
  const cancellation = token.onCancellationRequested(() => certifier.cancel());
  try {
    await stopped;
  } finally {
    listening.dispose();
    cancellation.dispose();
  }
}
