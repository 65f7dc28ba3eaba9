const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/** One line of a byte stream. `bytes` is only valid until the next chunk is pushed. */
export interface ByteLine {
  readonly bytes: Uint8Array;
  /** The text is bytes[start, end), without the line's end (`\n` or `\r\n`). */
  readonly start: number;
  readonly end: number;
  /** One-based line number. */
  readonly number: number;
  /** Offset of the line's first byte, and of the first byte after its end, in the stream. */
  readonly offset: number;
  readonly next: number;
  /** The line is longer than allowed; its text is not kept and reads as empty. */
  readonly tooLong: boolean;
}

/** Cuts chunks into lines. Keeps at most `maximumLength` bytes of a line that is not yet complete. */
export class LineSplitter {
  readonly #maximumLength: number;
  #pieces: Uint8Array[] = [];
  #heldLength = 0;
  #number = 1;
  #offset: number;

  /** `firstLine` and `offset` place the first byte that will be pushed. */
  constructor(maximumLength: number, firstLine = 1, offset = 0) {
    this.#maximumLength = maximumLength;
    this.#number = firstLine;
    this.#offset = offset;
  }

  /** The lines that `chunk` completes. Must be iterated to its end before the next call. */
  *push(chunk: Uint8Array): Generator<ByteLine> {
    let start = 0;
    while (start < chunk.length) {
      const newline = chunk.indexOf(NEWLINE, start);
      if (newline < 0) {
        this.#hold(chunk.subarray(start));
        return;
      }
      if (this.#heldLength === 0) yield this.#line(chunk, start, newline, newline + 1 - start);
      else {
        this.#hold(chunk.subarray(start, newline));
        yield this.#release(1);
      }
      start = newline + 1;
    }
  }

  /** The last line, where the stream does not end in a newline. */
  *finish(): Generator<ByteLine> {
    if (this.#heldLength > 0) yield this.#release(0);
  }

  #hold(piece: Uint8Array): void {
    this.#heldLength += piece.length;
    // The caller may reuse its chunk, so the piece is copied.
    if (this.#heldLength <= this.#maximumLength) this.#pieces.push(piece.slice());
    else this.#pieces = [];
  }

  #release(terminator: number): ByteLine {
    const length = this.#heldLength;
    const joined = new Uint8Array(length <= this.#maximumLength ? length : 0);
    let at = 0;
    for (const piece of this.#pieces) {
      joined.set(piece, at);
      at += piece.length;
    }
    this.#pieces = [];
    this.#heldLength = 0;
    return this.#line(joined, 0, joined.length, length + terminator);
  }

  #line(bytes: Uint8Array, start: number, end: number, consumed: number): ByteLine {
    const tooLong = consumed - 1 > this.#maximumLength;
    const last = end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
    const line = {
      bytes,
      start,
      end: tooLong ? start : last,
      number: this.#number,
      offset: this.#offset,
      next: this.#offset + consumed,
      tooLong,
    };
    this.#number += 1;
    this.#offset += consumed;
    return line;
  }
}
