import type { SweepEvent } from '../protocol/events.ts';
import { rangesOf } from '../sweep/shards/coverage.ts';

type Shard = SweepEvent['shards'][number];

/** Where a sweep stands, for a person: however many shards it has, a few lines. */
export function sweepLines(event: SweepEvent): string[] {
  const { shards, job, observations } = event;
  const done = shards.filter(({ state }) => state === 'complete').length;
  const merged =
    event.added + event.duplicates === 0
      ? ''
      : ` (${event.added} added, ${event.duplicates} known, ${event.disagreements} of them different)`;
  const facts = [
    ...(observations === null ? [] : [`${observations} observations in its log${merged}`]),
    ...(shards.length === 0 ? [] : [`${done} of ${shards.length} shards complete`]),
  ];
  return [
    `  ${event.model}: ${facts.join(', ')}`,
    ...shardLines(shards),
    ...(event.statistics === null ? [] : statisticsLines(event.statistics)),
    ...(job === null ? [] : [`    ${job.name}, job ${job.ids.at(-1) ?? 'not yet submitted'}${taskText(job.tasks)}`]),
  ];
}

const number = (value: number): string => String(Number(value.toPrecision(3)));

function statisticsLines(statistics: NonNullable<SweepEvent['statistics']>): string[] {
  const { structures, stored, failed, refused, failureRate, errors, running, rate, secondsLeft } = statistics;
  const amount = structures === null ? `${stored} structures` : `${stored} of ${structures} structures`;
  const left = secondsLeft === null ? [] : [`${duration(secondsLeft)} left`];
  const pace = running === 0 ? [] : [`${running} running`, ...(rate === null ? [] : [`${number(rate)}/s`]), ...left];
  const percent = (share: number): string => `${number(100 * share)} %`;
  const quantile = (value: number | null): string => (value === null ? 'not finite' : number(value));
  const largest = errors.notFinite > 0 ? ` (${errors.notFinite} not finite)` : '';
  return [
    `    ${[amount, ...(refused === 0 ? [] : [`${refused} without a verdict`]), ...pace].join(', ')}`,
    ...(failureRate === null
      ? []
      : [
          `    ${failed} counterexamples: ${percent(failureRate.estimate)} ` +
            `(${percent(failureRate.confidence)} interval ${percent(failureRate.lower)} to ${percent(failureRate.upper)})`,
          `    error in ${errors.unit}: median ${quantile(errors.median)}, 90 % ${quantile(errors.p90)}, 99 % ${quantile(errors.p99)} ` +
            `(each ± ${percent(errors.relativeError)}), largest ${quantile(errors.max)}${largest}`,
        ]),
  ];
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${number(seconds / 3600)} h`;
}

/** One line per set of shards and state. */
function shardLines(shards: readonly Shard[]): string[] {
  const groups = new Map<string, Shard[]>();
  for (const shard of shards) {
    if (shard.state === 'complete') continue;
    const key = `${shard.state} of ${shard.count}`;
    groups.set(key, [...(groups.get(key) ?? []), shard]);
  }
  return [...groups].map(([key, group]) => {
    const stored = group.reduce((sum, shard) => sum + shard.stored, 0);
    const structures = group.reduce((sum, shard) => sum + (shard.structures ?? 0), 0);
    const amount = structures === 0 ? '' : ` (${stored} of ${structures} structures)`;
    return `    ${key}: ${rangesOf(group.map(({ index }) => index))}${amount}`;
  });
}

function taskText(tasks: NonNullable<SweepEvent['job']>['tasks']): string {
  const groups = new Map<string, number[]>();
  for (const { shard, state, attempts } of tasks) {
    const key = attempts > 1 ? `${state}, attempt ${attempts}` : state;
    groups.set(key, [...(groups.get(key) ?? []), shard]);
  }
  return [...groups].map(([key, group]) => `; ${key}: ${rangesOf(group)}`).join('');
}
