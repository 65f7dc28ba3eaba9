import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashOf, pcm, problemsOf, smallProject, startPcm, sweepOf, temporaryProject, type Run } from './pcm-project.ts';
import { jitter } from './sweep-workbench.ts';

const whole = temporaryProject();
const parts = temporaryProject();
afterAll(() => [whole, parts].forEach((project) => project.remove()));

const logsOf = (folder: string): string => path.join(folder, '.pcm/observations');
const linesOf = (file: string): string[] => readFileSync(file, 'utf8').trimEnd().split('\n');
const filesOf = (folder: string, pattern: RegExp): string[] =>
  readdirSync(logsOf(folder))
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => path.join(logsOf(folder), name));
const mainLog = (folder: string): string => filesOf(folder, /^observations-[0-9a-f]{16}\.jsonl$/)[0]!;
const shardLogs = (folder: string): string[] => filesOf(folder, /-of-\d+\.jsonl$/);
/** Lines of a log without its header, sorted: their order is of no meaning. */
const contentOf = (file: string): string[] => linesOf(file).slice(1).sort();

const run = (folder: string, ...words: string[]): Promise<Run> =>
  pcm('sweep', 'run', folder, '--workers', '1', ...words);
const merge = (folder: string, ...words: string[]): Promise<Run> => pcm('sweep', 'merge', folder, ...words);

/** Lines of a log that a kill cannot have torn, without its header; none where there is no log. */
function wholeLines(file: string): string[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(1, -1);
}

describe('shards that are killed', () => {
  /** All of the sample. */
  const STRUCTURES = 325;
  const KILLS_PER_SHARD = 4;

  it('lose nothing, double nothing, and merge to what one run stores', { timeout: 600_000 }, async () => {
    const local = temporaryProject(smallProject, STRUCTURES);
    const place = temporaryProject(smallProject, STRUCTURES);
    const random = jitter(5);
    try {
      expect((await run(local.folder)).code).toBe(0);
      const expected = contentOf(mainLog(local.folder));
      const name = path.basename(mainLog(local.folder), '.jsonl');
      let kills = 0;
      for (const shard of [1, 2, 3]) {
        const log = path.join(logsOf(place.folder), `${name}.${shard}-of-3.jsonl`);
        for (let attempt = 0; attempt < KILLS_PER_SHARD; attempt++) {
          const before = wholeLines(log);
          const { child, done } = startPcm(['sweep', 'run', place.folder, '--workers', '1', '--shard', `${shard}/3`]);
          // Every fourth is killed before it has stored anything, the others somewhere after their first line.
          while (attempt !== 3 && child.exitCode === null && wholeLines(log).length <= before.length) await wait(5);
          await wait((attempt === 3 ? 400 : 40) * (random() + 0.5));
          if (child.kill('SIGKILL')) kills++;
          await done;
          expect(wholeLines(log).slice(0, before.length)).toEqual(before);
        }
        // What there is of unfinished shards is taken over at any time, and not taken for everything.
        const early = await merge(place.folder);
        if (shard < 3) expect(early.code).toBe(2);
      }
      expect(kills).toBeGreaterThan(2);
      for (const shard of [3, 1, 2]) expect((await run(place.folder, '--shard', `${shard}/3`)).code).toBe(0);
      const merged = await merge(place.folder);
      expect(sweepOf(merged)).toMatchObject({ complete: true, disagreements: 0 });
      expect(contentOf(mainLog(place.folder))).toEqual(expected);
      expect(shardLogs(place.folder).flatMap(contentOf).sort()).toEqual(expected);
    } finally {
      local.remove();
      place.remove();
    }
  });
});

describe('pcm sweep', () => {
  beforeAll(async () => {
    expect((await run(whole.folder)).code).toBe(0);
  });

  it('stores in shards what it stores as a whole, each structure in one', async () => {
    const before = await merge(parts.folder);
    expect([before.code, sweepOf(before).observations]).toEqual([0, 0]);
    for (const shard of ['3/3', '1/3']) {
      const event = sweepOf(await run(parts.folder, '--shard', shard));
      expect(event).toMatchObject({ complete: true, observations: null });
      expect(event.shards[0]!.stored).toBe(event.shards[0]!.structures);
    }
    const early = await merge(parts.folder);
    expect(early.code).toBe(2);
    expect(problemsOf(early)[0]!.message).toContain('missing: 2');
    const status = sweepOf(await pcm('sweep', 'status', parts.folder));
    expect(status.shards.map(({ state }) => state)).toEqual(['complete', 'missing', 'complete']);

    expect((await run(parts.folder, '--shard', '2/3')).code).toBe(0);
    const merged = await merge(parts.folder);
    expect(merged.code).toBe(0);
    expect(sweepOf(merged)).toMatchObject({ complete: true, disagreements: 0 });
    expect(contentOf(mainLog(parts.folder))).toEqual(contentOf(mainLog(whole.folder)));
    expect(shardLogs(parts.folder).flatMap(contentOf).sort()).toEqual(contentOf(mainLog(whole.folder)));

    const bytes = readFileSync(mainLog(parts.folder));
    expect(sweepOf(await merge(parts.folder)).added).toBe(0);
    expect(readFileSync(mainLog(parts.folder)).equals(bytes)).toBe(true);
  });

  it('goes on where a shard was torn off, and does not merge what is damaged', async () => {
    const place = temporaryProject();
    try {
      cpSync(path.join(parts.folder, '.pcm'), path.join(place.folder, '.pcm'), { recursive: true });
      rmSync(mainLog(place.folder));
      const [first, second] = shardLogs(place.folder) as [string, string];
      const complete = readFileSync(first, 'utf8');
      truncateSync(first, complete.length - 7);
      const lines = linesOf(second);
      writeFileSync(second, [...lines.slice(0, 4), 'xxx', ...lines.slice(5), ''].join('\n'));
      const torn = await merge(place.folder);
      expect(torn.code).toBe(2);
      expect(problemsOf(torn).map(({ line, message }) => [line, message])).toEqual([
        [5, 'This line is damaged; nothing from here on is merged.'],
        [null, expect.stringContaining('not complete: 1–2') as string],
      ]);
      for (const shard of ['1/3', '2/3']) expect((await run(place.folder, '--shard', shard)).code).toBe(0);
      expect(readFileSync(first, 'utf8')).toBe(complete);
      expect((await merge(place.folder)).code).toBe(0);
      expect(contentOf(mainLog(place.folder))).toEqual(contentOf(mainLog(whole.folder)));
    } finally {
      place.remove();
    }
  });

  it('takes logs from other machines, if they are about the same model, and keeps the first of two answers', async () => {
    const home = temporaryProject();
    const [usb, other] = [path.join(home.folder, 'usb'), path.join(home.folder, 'other')];
    try {
      for (const folder of [usb, other]) mkdirSync(folder);
      for (const log of shardLogs(parts.folder)) {
        cpSync(log, path.join(usb, path.basename(log)));
        const state = log.replace(/jsonl$/, 'state.json');
        cpSync(state, path.join(usb, path.basename(state)));
      }
      const wrong = path.join(other, 'observations-0123456789abcdef.jsonl');
      const [header, ...lines] = linesOf(mainLog(whole.folder)) as [string, ...string[]];
      writeFileSync(wrong, [header.replace(/onnxruntime-node [^"]*/, 'onnxruntime-node 0.0'), ...lines, ''].join('\n'));
      const refused = await merge(home.folder, usb, other);
      expect(refused.code).toBe(2);
      expect(problemsOf(refused)[0]!.message).toContain('its runtime was onnxruntime-node 0.0');
      expect(contentOf(mainLog(home.folder))).toEqual(contentOf(mainLog(whole.folder)));

      const known = JSON.parse(lines[0]!) as { id: string; energy: number };
      writeFileSync(wrong, `${header}\n${JSON.stringify({ ...known, energy: known.energy + 1 })}\n`);
      appendFileSync(wrong, lines[1]!.slice(0, 20));
      const disagreeing = await merge(home.folder, other);
      expect(sweepOf(disagreeing)).toMatchObject({ added: 0, duplicates: 1, disagreements: 1 });
    } finally {
      home.remove();
    }
  });

  it('refuses shards of other data, by name, and takes them once they were swept again', async () => {
    const other = temporaryProject(smallProject, 149);
    try {
      cpSync(path.join(parts.folder, '.pcm/observations'), path.join(other.folder, 'usb'), { recursive: true });
      const refused = await merge(other.folder, path.join(other.folder, 'usb'));
      expect(refused.code).toBe(2);
      const messages = problemsOf(refused).filter(({ message }) => message.includes('over other data'));
      expect(messages.map(({ file }) => path.basename(file).replace(/^[^.]*/, ''))).toEqual([
        '.1-of-3.jsonl',
        '.2-of-3.jsonl',
        '.3-of-3.jsonl',
      ]);
      cpSync(path.join(parts.folder, '.pcm/observations'), logsOf(other.folder), { recursive: true });
      rmSync(mainLog(other.folder));
      expect((await run(other.folder, '--shard', '1-3/3')).code).toBe(0);
      expect(sweepOf(await merge(other.folder))).toMatchObject({ complete: true, disagreements: 0 });
    } finally {
      other.remove();
    }
  });

  it('leaves nothing for pcm certify to ask, and the certificate as it would be without', async () => {
    const plain = temporaryProject();
    try {
      const log = readFileSync(mainLog(parts.folder));
      const [swept, unswept] = [
        await pcm('certify', parts.folder, '--no-check'),
        await pcm('certify', plain.folder, '--no-check'),
      ];
      expect(hashOf(swept)).toBe(hashOf(unswept));
      expect(readFileSync(mainLog(parts.folder)).equals(log)).toBe(true);
    } finally {
      plain.remove();
    }
  });
});
