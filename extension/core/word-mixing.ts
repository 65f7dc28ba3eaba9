/** MurmurHash3's 32-bit finaliser (public domain, A. Appleby): a bijection in which every input bit moves every output bit. */
function avalanche(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Odd multipliers, one per lane, so that the four lanes see different functions of the same words. */
const LANES = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f] as const;

/**
 * Four well-mixed unsigned 32-bit words from any number of 32-bit words (only the low 32 bits of each count). Not a
 * cryptographic hash: it spreads small seeds and labels over the state space of a generator, identically everywhere.
 */
export function mixWords(words: readonly number[]): [number, number, number, number] {
  const state: [number, number, number, number] = [LANES[0], LANES[1], LANES[2], LANES[3]];
  const absorb = (word: number): void => {
    for (let lane = 0; lane < 4; lane++) {
      const before = state[(lane + 3) & 3]!;
      state[lane] = avalanche((state[lane]! + Math.imul(word ^ (before >>> 7), LANES[lane]!)) | 0);
    }
  };
  for (const word of words) absorb(word | 0);
  // The length, and two more turns, so that the last word reaches all lanes as thoroughly as the first.
  absorb(words.length);
  absorb(0x5bd1e995);
  absorb(0x1b873593);
  return [state[0] >>> 0, state[1] >>> 0, state[2] >>> 0, state[3] >>> 0];
}

/** Low and high 32 bits of an integer with |value| ≤ 2^53 − 1, sign included; any other number throws. */
export function wordsOfInteger(value: number): [number, number] {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a safe integer.`);
  const high = Math.floor(value / 2 ** 32);
  return [value - high * 2 ** 32, high];
}
