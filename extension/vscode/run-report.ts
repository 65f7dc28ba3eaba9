import type { LogOutputChannel } from 'vscode';
import type { VsCodeApi } from './api.ts';
import type { FinishedRun } from './certifier.ts';

/** One sentence about how a run ended, with the way on as a button. */
export async function reportRun(
  api: VsCodeApi,
  log: Pick<LogOutputChannel, 'show'>,
  { outcome, name, results }: FinishedRun,
): Promise<void> {
  const { l10n, window, commands } = api;
  const sum = (verdict: 'proved' | 'refuted' | 'stuck'): number =>
    results.reduce((total, { verdicts }) => total + verdicts[verdict], 0);
  const open = l10n.t('Open Certificate');
  const next = l10n.t('Go to Failing Obligation');
  const showLog = l10n.t('Show Log');
  let answer: string | undefined;
  switch (outcome.kind) {
    case 'proved':
      answer = await window.showInformationMessage(
        l10n.t('{0}: all {1} obligations proved by Lean.', name, sum('proved')),
        open,
      );
      break;
    case 'refuted':
      answer = await window.showWarningMessage(
        l10n.t(
          '{0}: {1} obligations refuted, {2} proved. The dashboard and the Problems view say why.',
          name,
          sum('refuted'),
          sum('proved'),
        ),
        next,
        open,
      );
      break;
    case 'undecided':
      answer = await window.showErrorMessage(
        l10n.t(
          '{0}: could not be certified ({1} obligations undecided). The dashboard and the Problems view say why.',
          name,
          sum('stuck'),
        ),
        showLog,
      );
      break;
    case 'cancelled':
      answer = await window.showInformationMessage(
        l10n.t('{0}: certification cancelled. What was computed is kept; certify again to go on.', name),
      );
      break;
    case 'broken':
      answer = await window.showErrorMessage(`${name}: ${outcome.reason}`, showLog);
      break;
  }
  if (answer === open) await commands.executeCommand('pcm.openCertificate');
  if (answer === next) await commands.executeCommand('pcm.nextFailure');
  if (answer === showLog) log.show(true);
}
