import type { DashboardState, ModelView } from '../../extension/protocol/dashboard-state.ts';
import { count, percent } from '../format.ts';
import { t } from '../words.ts';

/** No more than this is advised at once. */
const MOST_STEPS = 4;

/** What to do now, in sentences, the first thing first: the least costly remedy of everything refuted, then what is undecided. */
export function nextSteps(run: DashboardState['run'], model: ModelView): string[] {
  switch (run.kind) {
    case 'idle':
    case 'running':
      return [];
    case 'paused':
      return [t('Resume the run; nothing that was computed is lost.')];
    case 'ended':
      return stepsAfter(model);
  }
}

function stepsAfter({ obligations, result }: ModelView): string[] {
  const refuted = obligations.filter(({ verdict, obligation }) => verdict === 'refuted' && obligation !== 'safe');
  const undecided = obligations.filter(({ verdict }) => verdict === 'stuck').length;
  const unchecked = obligations.filter(({ verdict }) => verdict === 'unchecked').length;
  const stale = obligations.filter(({ verdict }) => verdict === 'stale').length;
  const remedies = refuted.flatMap(({ theorem, remedies: all = [] }) =>
    all.slice(0, 1).map(({ text }) => `${theorem}: ${text}`),
  );
  const without = refuted.filter(({ remedies: all = [] }) => all.length === 0);
  const steps = [
    ...new Set(remedies),
    ...without.slice(0, 2).map(({ theorem, reason }) => t('{0} is refuted: {1}', theorem, reason)),
    ...(undecided > 0 ? [undecidedStep(undecided)] : []),
    ...(stale > 0 ? [staleStep(stale)] : []),
    ...(unchecked > 0 ? [uncheckedStep(unchecked)] : []),
  ];
  if (steps.length === 0 && result !== null && result.verdicts.proved > 0) {
    return [
      t(
        'Everything claimed is proved. Inside the envelope at most {0} fail; to claim less, add structures to the data, and to trust it on new data, falsify the certificate with them.',
        percent(result.validation.upperBound),
      ),
    ];
  }
  return steps.slice(0, MOST_STEPS);
}

function undecidedStep(undecided: number): string {
  return undecided === 1
    ? t('Look into the log for 1 obligation that could not be decided.')
    : t('Look into the log for {0} obligations that could not be decided.', count(undecided));
}

function staleStep(stale: number): string {
  return stale === 1
    ? t('Certify again: 1 verdict belongs to an earlier state of the files.')
    : t('Certify again: {0} verdicts belong to an earlier state of the files.', count(stale));
}

function uncheckedStep(unchecked: number): string {
  return unchecked === 1
    ? t('Have Lean check 1 obligation that has not been checked yet.')
    : t('Have Lean check {0} obligations that have not been checked yet.', count(unchecked));
}
