import type { DashboardState, ModelView } from '../../extension/protocol/dashboard-state.ts';
import { percent, plural } from '../format.ts';

/** No more than this is advised at once. */
const MOST_STEPS = 4;

/** What to do now, in sentences, the first thing first: the least costly remedy of everything refuted, then what is undecided. */
export function nextSteps(run: DashboardState['run'], model: ModelView): string[] {
  switch (run.kind) {
    case 'idle':
    case 'running':
      return [];
    case 'paused':
      return ['Resume the run; nothing that was computed is lost.'];
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
    ...without.slice(0, 2).map(({ theorem, reason }) => `${theorem} is refuted: ${reason}`),
    ...(undecided > 0 ? [`Look into the log for ${plural(undecided, 'obligation')} that could not be decided.`] : []),
    ...(stale > 0 ? [`Certify again: ${plural(stale, 'verdict')} belong to an earlier state of the files.`] : []),
    ...(unchecked > 0 ? [`Have Lean check ${plural(unchecked, 'obligation')} that nobody has checked yet.`] : []),
  ];
  if (steps.length === 0 && result !== null && result.verdicts.proved > 0) {
    return [
      `Everything claimed is proved. Inside the envelope at most ${percent(result.validation.upperBound)} fail; ` +
        'to claim less, add structures to the data, and to trust it on new data, falsify the certificate with them.',
    ];
  }
  return steps.slice(0, MOST_STEPS);
}
