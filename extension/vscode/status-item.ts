import { progressShare, stageTitle } from '../protocol/progress-text.ts';
import type { DashboardState, RunOutcome } from '../protocol/dashboard-state.ts';
import type { VsCodeApi } from './api.ts';

/** One item in the status bar: what goes on, or how the last run ended; a click opens the dashboard. */
export function createStatusItem(api: VsCodeApi): { show(state: DashboardState): void; dispose(): void } {
  const item = api.window.createStatusBarItem('pcm.status', api.StatusBarAlignment.Left);
  item.name = 'Proof-Carrying Materials';
  item.command = 'pcm.showDashboard';
  return {
    show(state) {
      const { text, tooltip } = statusOf(state);
      item.text = text;
      item.tooltip = tooltip;
      item.show();
    },
    dispose: () => item.dispose(),
  };
}

/** Text (with codicons) and tooltip of the status item. */
export function statusOf(state: DashboardState): { text: string; tooltip: string } {
  switch (state.run.kind) {
    case 'idle':
      return { text: '$(verified) PCM', tooltip: 'Proof-Carrying Materials: open the dashboard' };
    case 'running': {
      const share = state.progress === null ? null : progressShare(state.progress);
      const percent = share === null ? '' : ` ${Math.floor(share * 100)} %`;
      const stage = state.progress === null ? 'Starting' : stageTitle(state.progress);
      return { text: `$(sync~spin) PCM${percent}`, tooltip: `${state.run.target.project}: ${stage}` };
    }
    case 'paused':
      return { text: '$(debug-pause) PCM: paused', tooltip: `${state.run.target.project}: paused, ready to resume` };
    case 'ended':
      return {
        text: `${outcomeIcon(state.run.outcome)} PCM: ${outcomeWord(state.run.outcome)}`,
        tooltip: `${state.run.target.project} (${state.run.target.config}): open the dashboard`,
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

function outcomeWord(outcome: RunOutcome): string {
  return outcome.kind === 'broken' ? 'failed' : outcome.kind;
}
