import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_SHARDS, parseShards, shardOf, shardRanges } from './shard.ts';

describe('shards', () => {
  it('cover every id exactly once, whatever their number', () => {
    const id = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => value.toString(16).padStart(16, '0'));
    fc.assert(
      fc.property(id, fc.integer({ min: 1, max: MOST_SHARDS }), (text, count) => {
        const index = shardOf(text, count);
        expect(Number.isInteger(index) && index >= 1 && index <= count).toBe(true);
      }),
    );
    expect([shardOf('0'.repeat(16), 8), shardOf('f'.repeat(16), 8), shardOf('8'.padEnd(16, '0'), 2)]).toEqual([
      1, 8, 2,
    ]);
  });

  it('are read from "i/n", lists and ranges, and nothing else', () => {
    expect(parseShards('3/8')).toEqual([{ index: 3, count: 8 }]);
    expect(parseShards('7,1-3,2/8')?.map(({ index }) => index)).toEqual([1, 2, 3, 7]);
    for (const text of [
      '0/8',
      '9/8',
      '3',
      '3/8/2',
      '03/8',
      '-1/8',
      '1/9999',
      '1.5/8',
      ' 1/8',
      '1/8;ls',
      '3-1/8',
      ',/8',
    ])
      expect(parseShards(text)).toBeNull();
    const indices = fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 1 });
    fc.assert(
      fc.property(indices, (list) => {
        const sorted = [...list].sort((a, b) => a - b);
        expect(parseShards(`${shardRanges(sorted)}/50`)?.map(({ index }) => index)).toEqual(sorted);
      }),
    );
  });
});
