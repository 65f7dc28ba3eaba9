import { progressShare, stageTitle } from '../protocol/progress-text.ts';
import type { DashboardState, RunOutcome } from '../protocol/dashboard-state.ts';
import type { Translate } from '../protocol/translate.ts';
import type { VsCodeApi } from './api.ts';

/** One item in the status bar: what goes on, or how the last run ended; a click opens the dashboard. */
export function createStatusItem(api: VsCodeApi): { show(state: DashboardState): void; dispose(): void } {
  const item = api.window.createStatusBarItem('pcm.status', api.StatusBarAlignment.Left);
  item.name = 'Proof-Carrying Materials';
  item.command = 'pcm.showDashboard';
  return {
    show(state) {
      const { text, tooltip } = statusOf(state, api.l10n.t);
      item.text = text;
      item.tooltip = tooltip;
      item.show();
    },
    dispose: () => item.dispose(),
  };
}

/** Text (with codicons) and tooltip of the status item. */
export function statusOf(state: DashboardState, t: Translate): { text: string; tooltip: string } {
  switch (state.run.kind) {
    case 'idle':
      return { text: '$(verified) PCM', tooltip: t('Proof-Carrying Materials: open the dashboard') };
    case 'running': {
      const share = state.progress === null ? null : progressShare(state.progress);
      const percent = share === null ? '' : ` ${Math.floor(share * 100)} %`;
      const stage = state.progress === null ? t('Starting') : stageTitle(state.progress, t);
      return { text: `$(sync~spin) PCM${percent}`, tooltip: `${state.run.target.project}: ${stage}` };
    }
    case 'paused':
      return {
        text: `$(debug-pause) PCM: ${t('paused')}`,
        tooltip: t('{0}: paused, ready to resume', state.run.target.project),
      };
    case 'ended':
      return {
        text: `${outcomeIcon(state.run.outcome)} PCM: ${outcomeWord(state.run.outcome, t)}`,
        tooltip: t('{0} ({1}): open the dashboard', state.run.target.project, state.run.target.config),
      };
  }
}

function outcomeIcon(outcome: RunOutcome): string {
  switch (outcome.kind) {
    case 'proved':
      return '$(verified-filled)';
    case 'refuted':
      return '$(error)';
    case 'undecided':
      return '$(question)';
    case 'cancelled':
      return '$(circle-slash)';
    case 'broken':
      return '$(warning)';
  }
}

function outcomeWord(outcome: RunOutcome, t: Translate): string {
  switch (outcome.kind) {
    case 'proved':
      return t('proved');
    case 'refuted':
      return t('refuted');
    case 'undecided':
      return t('undecided');
    case 'cancelled':
      return t('cancelled');
    case 'broken':
      return t('failed');
  }
}
