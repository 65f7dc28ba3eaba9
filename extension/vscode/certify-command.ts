import { existsSync } from 'node:fs';
import path from 'node:path';
import type { CancellationToken, Progress, Uri } from 'vscode';
import type { ProgressEvent } from '../protocol/events.ts';
import { progressDetail, stageTitle } from '../protocol/progress-text.ts';
import type { VsCodeApi } from './api.ts';
import type { Certifier, FinishedRun } from './certifier.ts';
import { projectName } from './claim-places.ts';
import { chooseProject } from './project-choice.ts';

/** Why an untrusted workspace cannot be certified; said by the command and shown on the dashboard. */
export const UNTRUSTED =
  'Certifying runs models and scripts from this folder. Trust the workspace first (Workspaces: Manage Workspace Trust).';

export interface CertifyCommandHost {
  readonly certifier: Certifier;
  readonly cli: string;
  readonly showDashboard: () => void;
  readonly showLog: () => void;
  readonly openCertificate: (model: string | undefined) => Promise<void>;
  /** Subscribes to the progress of the run that goes on; returns the way to stop listening. */
  readonly onProgress: (listener: (progress: ProgressEvent) => void) => () => void;
}

/** `PCM: Certify`: chooses a project, runs it with visible progress, and says how it ended. */
export async function certifyCommand(
  api: VsCodeApi,
  host: CertifyCommandHost,
  resource: Uri | undefined,
): Promise<void> {
  if (!api.workspace.isTrusted) {
    const manage = 'Manage Workspace Trust';
    const answer = await api.window.showWarningMessage(UNTRUSTED, manage);
    if (answer === manage) await api.commands.executeCommand('workbench.trust.manage');
    return;
  }
  if (!existsSync(host.cli)) {
    await api.window.showErrorMessage(
      `The command line of this extension is missing: ${host.cli}. Reinstall the extension, or run "npm run build" in its folder.`,
    );
    return;
  }
  const choice = await chooseProject(api, resource);
  if (choice.kind === 'dismissed') return;
  if (choice.kind === 'none') {
    await api.window.showErrorMessage(
      'This workspace has no pcm.json. Create one that names a model, the data and a failure criterion.',
    );
    return;
  }
  const file = api.Uri.file(path.join(choice.target.folder, choice.target.config));
  const config = await api.workspace.openTextDocument(file);
  if (config.isDirty) await config.save();
  const name = projectName(config.getText()) ?? path.basename(choice.target.folder);
  const finished = host.certifier.start(choice.target, name);
  if (finished === null) {
    host.showDashboard();
    await api.window.showInformationMessage('A certification is already running. Cancel it first (PCM: Cancel).');
    return;
  }
  host.showDashboard();
  const run = await api.window.withProgress(
    { location: api.ProgressLocation.Notification, title: 'PCM', cancellable: true },
    (progress, token) => follow(host, finished, progress, token),
  );
  await report(api, host, run);
}

/** Shows the run in a notification until it is over. The text counts; stages differ too much for one common bar. */
async function follow(
  host: CertifyCommandHost,
  finished: Promise<FinishedRun>,
  progress: Progress<{ message?: string }>,
  token: CancellationToken,
): Promise<FinishedRun> {
  progress.report({ message: 'Starting' });
  const stopListening = host.onProgress((event) =>
    progress.report({ message: `${stageTitle(event)}: ${progressDetail(event)}` }),
  );
  const cancellation = token.onCancellationRequested(() => host.certifier.cancel());
  try {
    return await finished;
  } finally {
    stopListening();
    cancellation.dispose();
  }
}

/** One sentence about how the run ended, with the way on as a button. */
async function report(api: VsCodeApi, host: CertifyCommandHost, run: FinishedRun): Promise<void> {
  const { outcome, name } = run;
  const sum = (verdict: 'proved' | 'refuted' | 'stuck'): number =>
    run.results.reduce((total, { verdicts }) => total + verdicts[verdict], 0);
  const open = 'Open Certificate';
  const log = 'Show Log';
  let answer: string | undefined;
  switch (outcome.kind) {
    case 'proved':
      answer = await api.window.showInformationMessage(
        `${name}: all ${sum('proved')} obligations proved by Lean.`,
        open,
      );
      break;
    case 'refuted':
      answer = await api.window.showWarningMessage(
        `${name}: ${sum('refuted')} obligations refuted, ${sum('proved')} proved. The dashboard and the Problems view say why.`,
        open,
      );
      break;
    case 'undecided':
      answer = await api.window.showErrorMessage(
        `${name}: could not be certified (${sum('stuck')} obligations undecided). The dashboard and the Problems view say why.`,
        log,
      );
      break;
    case 'cancelled':
      answer = await api.window.showInformationMessage(
        `${name}: certification cancelled. What was computed is kept; certify again to go on.`,
      );
      break;
    case 'broken':
      answer = await api.window.showErrorMessage(`${name}: ${outcome.reason}`, log);
      break;
  }
  if (answer === open) await host.openCertificate(undefined);
  if (answer === log) host.showLog();
}
