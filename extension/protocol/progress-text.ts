import type { ProgressEvent, Stage } from './events.ts';
import type { Translate } from './translate.ts';

const stageTitles = (t: Translate): Record<Stage, string> => ({
  read: t('Reading structures'),
  search: t('Searching for counterexamples'),
  refine: t('Refining the envelope'),
  risk: t('Bounding the risk of failure'),
  validate: t('Validating on held-out structures'),
  probe: t('Probing the laws of physics'),
  write: t('Writing the certificate'),
  'prepare-lean': t('Preparing Lean'),
  check: t('Checking proofs in Lean'),
});

/** The stage in words, with the model where there is one: "Searching for counterexamples in mace". */
export function stageTitle(progress: ProgressEvent, t: Translate): string {
  const title = stageTitles(t)[progress.stage];
  return progress.model === null ? title : `${title}, ${progress.model}`;
}

/** Done, total, rate and time left, as far as they are known: "812 of 2,000 structures, 240/s, 5 s left". */
export function progressDetail(progress: ProgressEvent, t: Translate): string {
  if (progress.unit === 'percent') return `${count((progressShare(progress) ?? 0) * 100)} %`;
  const done = count(progress.done);
  const parts = [
    progress.total === null
      ? `${done} ${progress.unit}`
      : t('{0} of {1} {2}', done, count(progress.total), progress.unit),
  ];
  if (progress.rate !== null && Number.isFinite(progress.rate)) parts.push(`${rate(progress.rate)}/s`);
  if (progress.secondsLeft !== null && Number.isFinite(progress.secondsLeft))
    parts.push(t('{0} left', duration(progress.secondsLeft)));
  return parts.join(', ');
}

/** Share done in [0, 1], or null while the total is unknown. */
export function progressShare(progress: ProgressEvent): number | null {
  if (progress.total === null || !(progress.total > 0)) return null;
  return Math.min(1, Math.max(0, progress.done / progress.total));
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function rate(value: number): string {
  return value >= 10 ? count(value) : value.toFixed(1);
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
