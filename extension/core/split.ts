import { mixWords, wordsOfInteger } from './word-mixing.ts';

export type Split = 'search' | 'validation';

const contentId = /^[0-9a-f]{16}$/;

/**
 * Which split a structure belongs to. The decision depends on the seed and the structure's content alone: not on its
 * place, on other structures, or on how many there are. Adding data never moves a structure from one split to the
 * other, and two copies of a structure always land on the same side, so validation data cannot leak into the search.
 *
 * The id and the seed are mixed to a 53-bit integer h; the structure is validated on if h < validationShare × 2^53,
 * which is exact in double precision. A larger share keeps everything that a smaller one put into validation.
 *
 * @param id content hash of the structure: 16 hexadecimal digits, lower case
 * @param validationShare expected share of structures that are set aside, 0 ≤ share < 1
 */
export function splitOf(id: string, validationShare: number, seed: number): Split {
  if (!contentId.test(id)) throw new RangeError('A content id has 16 hexadecimal digits.');
  if (!(validationShare >= 0 && validationShare < 1)) {
    throw new RangeError(`The validation share must lie in [0, 1), not be ${validationShare}.`);
  }
  const high = Number.parseInt(id.slice(0, 8), 16);
  const low = Number.parseInt(id.slice(8), 16);
  const [first, second] = mixWords([...wordsOfInteger(seed), 0x73706c74, high, low]);
  const hash = (first >>> 5) * 2 ** 26 + (second >>> 6);
  return hash < validationShare * 2 ** 53 ? 'validation' : 'search';
}
