import type { ProgressEvent, Stage } from './events.ts';

const stageTitles: Record<Stage, string> = {
  read: 'Reading structures',
  search: 'Searching for counterexamples',
  refine: 'Refining the envelope',
  risk: 'Bounding the risk of failure',
  validate: 'Validating on held-out structures',
  probe: 'Probing the laws of physics',
  write: 'Writing the certificate',
  'prepare-lean': 'Preparing Lean',
  check: 'Checking proofs in Lean',
};

/** The stage in words, with the model where there is one: "Searching for counterexamples in mace". */
export function stageTitle(progress: ProgressEvent): string {
  const title = stageTitles[progress.stage];
  return progress.model === null ? title : `${title}, ${progress.model}`;
}

/** Done, total, rate and time left, as far as they are known: "812 of 2,000 structures, 240/s, 5 s left". */
export function progressDetail(progress: ProgressEvent): string {
  if (progress.unit === 'percent') return `${count((progressShare(progress) ?? 0) * 100)} %`;
  const done = count(progress.done);
  const parts = [
    progress.total === null ? `${done} ${progress.unit}` : `${done} of ${count(progress.total)} ${progress.unit}`,
  ];
  if (progress.rate !== null && Number.isFinite(progress.rate)) parts.push(`${rate(progress.rate)}/s`);
  if (progress.secondsLeft !== null && Number.isFinite(progress.secondsLeft))
    parts.push(`${duration(progress.secondsLeft)} left`);
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
