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
    ...(job === null ? [] : [`    ${job.name}, job ${job.ids.at(-1) ?? 'not yet submitted'}${taskText(job.tasks)}`]),
  ];
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
