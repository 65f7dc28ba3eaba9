/** Rows by 64-bit id in typed arrays: 16 to 32 bytes an entry, where a `Map` of strings takes over 100. */
export class IdMap {
  size = 0;
  private high = new Uint32Array(1024);
  private low = new Uint32Array(1024);
  /** Row + 1 by hash, 0 where free; at most half full, probed linearly. */
  private slots = new Int32Array(4096);

  /** The row of an id, counted in the order of addition; -1 where it is not there. */
  find(id: string): number {
    const [high, low] = halves(id);
    return this.slots[this.slotOf(high, low)]! - 1;
  }

  /** Adds an id that is not there yet, as the next row. @param id 16 hex digits. */
  add(id: string): void {
    const [high, low] = halves(id);
    this.push(high, low);
  }

  private push(high: number, low: number): void {
    if (this.size === this.high.length) {
      this.high = grown(this.high);
      this.low = grown(this.low);
    }
    if (2 * (this.size + 1) > this.slots.length) this.rehash(2 * this.slots.length);
    this.high[this.size] = high;
    this.low[this.size] = low;
    this.slots[this.slotOf(high, low)] = ++this.size;
  }

  /** The ids in the order of addition, in two columns. */
  columns(): readonly [high: Uint32Array, low: Uint32Array] {
    return [this.high.subarray(0, this.size), this.low.subarray(0, this.size)];
  }

  /** A map of these ids; null if one of them stands there twice. */
  static of(high: Uint32Array, low: Uint32Array): IdMap | null {
    const map = new IdMap();
    for (let row = 0; row < high.length; row++) {
      if (map.slots[map.slotOf(high[row]!, low[row]!)] !== 0) return null;
      map.push(high[row]!, low[row]!);
    }
    return map;
  }

  private slotOf(high: number, low: number): number {
    const mask = this.slots.length - 1;
    // The ids are parts of cryptographic hashes; one multiplication spreads what tests count up by hand.
    let slot = Math.imul(high ^ Math.imul(low, 0x9e3779b1), 0x85ebca6b) >>> 0;
    for (slot = (slot ^ (slot >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const row = this.slots[slot]! - 1;
      if (row < 0 || (this.high[row] === high && this.low[row] === low)) return slot;
    }
  }

  private rehash(capacity: number): void {
    this.slots = new Int32Array(capacity);
    for (let row = 0; row < this.size; row++) this.slots[this.slotOf(this.high[row]!, this.low[row]!)] = row + 1;
  }
}

const halves = (id: string): [number, number] => [
  Number.parseInt(id.slice(0, 8), 16),
  Number.parseInt(id.slice(8), 16),
];

function grown(old: Uint32Array): Uint32Array<ArrayBuffer> {
  const next = new Uint32Array(2 * old.length);
  next.set(old);
  return next;
}
