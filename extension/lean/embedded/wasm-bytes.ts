/**
 * Reading and writing the few pieces of the WebAssembly binary format that the export stripping needs.
 *
 * @see https://webassembly.github.io/spec/core/binary/
 */

/** A module that is not laid out as expected. The pinned module is, so this can only be a bug or a wrong pin. */
export class UnexpectedModuleError extends Error {
  constructor(message: string) {
    super(`unexpected WebAssembly module: ${message}`);
  }
}

/** A cursor over bytes; every read moves it forward, and reading past the end throws. */
export class WasmReader {
  readonly #bytes: Uint8Array;
  #position: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#position = start;
    this.#end = end;
  }

  get position(): number {
    return this.#position;
  }

  get finished(): boolean {
    return this.#position >= this.#end;
  }

  byte(): number {
    if (this.#position >= this.#end) throw new UnexpectedModuleError('it ends too early');
    return this.#bytes[this.#position++]!;
  }

  /** Unsigned LEB128, at most 2^53 − 1. */
  unsigned(): number {
    let result = 0;
    let factor = 1;
    for (;;) {
      const byte = this.byte();
      result += (byte & 0x7f) * factor;
      if (!Number.isSafeInteger(result)) throw new UnexpectedModuleError('a number is too large');
      if (byte < 0x80) return result;
      factor *= 128;
    }
  }

  /** Signed LEB128 of at most 32 bits. */
  signed(): number {
    let result = 0;
    let shift = 0;
    for (;;) {
      const byte = this.byte();
      if (shift > 28) throw new UnexpectedModuleError('a number is too large');
      result |= (byte & 0x7f) << shift;
      shift += 7;
      if (byte < 0x80) return shift < 32 && (byte & 0x40) !== 0 ? result | (-1 << shift) : result;
    }
  }

  name(): string {
    const length = this.unsigned();
    const start = this.#position;
    this.skip(length);
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + start, length).toString('utf8');
  }

  skip(count: number): void {
    if (count > this.#end - this.#position) throw new UnexpectedModuleError('it ends too early');
    this.#position += count;
  }
}

/** Unsigned LEB128 of a nonnegative safe integer. */
export function encodeUnsigned(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return Uint8Array.from(bytes);
}

/** Signed LEB128 of a 32-bit integer. */
export function encodeSigned(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) {
      bytes.push(low);
      return Uint8Array.from(bytes);
    }
    bytes.push(low | 0x80);
  }
}

/** Length-prefixed UTF-8 name. */
export function encodeName(name: string): Uint8Array {
  const text = Buffer.from(name, 'utf8');
  return Buffer.concat([encodeUnsigned(text.length), text]);
}

export interface WasmSection {
  readonly id: number;
  /** Offset of the section's id byte, of its contents, and of the byte after it. */
  readonly start: number;
  readonly body: number;
  readonly end: number;
}

/** The sections of a module, in order. Throws {@link UnexpectedModuleError}. */
export function listSections(bytes: Uint8Array): WasmSection[] {
  const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
  if (header.some((byte, i) => bytes[i] !== byte))
    throw new UnexpectedModuleError('the header is not that of version 1');
  const reader = new WasmReader(bytes, header.length, bytes.length);
  const sections: WasmSection[] = [];
  while (!reader.finished) {
    const start = reader.position;
    const id = reader.byte();
    const length = reader.unsigned();
    const body = reader.position;
    reader.skip(length);
    sections.push({ id, start, body, end: body + length });
  }
  return sections;
}

/** A section with this id and these contents, in full. */
export function encodeSection(id: number, contents: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(contents);
  return Buffer.concat([Uint8Array.of(id), encodeUnsigned(body.length), body]);
}
