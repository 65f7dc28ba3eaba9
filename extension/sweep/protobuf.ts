/** Thrown by the wire reader when bytes are not protobuf; `readOnnxSummary` turns it into a problem. */
export class MalformedProtobuf extends Error {
  override readonly name = 'MalformedProtobuf';
}

/**
 * One field of a message. `number` is the field's number; for wire type 0 (varint) `value` holds the signed integer,
 * for wire type 2 (length-delimited) the payload is bytes [start, end). Fixed 32- and 64-bit fields carry no value.
 */
export interface Field {
  readonly number: number;
  readonly wire: 0 | 1 | 2 | 5;
  readonly value: number;
  readonly start: number;
  readonly end: number;
}

interface Cursor {
  at: number;
}

/** Reads a varint at `cursor`, as two's complement int64; integers beyond ±2^53 lose their low bits. */
function readVarint(bytes: Uint8Array, cursor: Cursor, end: number): number {
  let value = 0;
  let scale = 1;
  for (let length = 0; length < 10; length++) {
    if (cursor.at >= end) throw new MalformedProtobuf('a number is cut off');
    const byte = bytes[cursor.at++]!;
    if (length === 9) {
      // Ten bytes are used by negative int64 only: value − 2^64, computed without leaving exact doubles.
      if (byte > 1) throw new MalformedProtobuf('a number has more than 64 bits');
      return byte === 1 ? value - 2 ** 63 : value;
    }
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
    scale *= 128;
  }
  throw new MalformedProtobuf('a number has more than ten bytes');
}

/**
 * Calls `visit` for every field of the message in bytes [start, end), in order. Nothing is copied or allocated per
 * byte, so a length-delimited field of any size costs nothing unless it is looked into.
 * @throws MalformedProtobuf where a field reaches beyond `end` or has an unknown wire type.
 */
export function forEachField(bytes: Uint8Array, start: number, end: number, visit: (field: Field) => void): void {
  const cursor: Cursor = { at: start };
  while (cursor.at < end) {
    const tag = readVarint(bytes, cursor, end);
    const number = Math.floor(tag / 8);
    if (tag < 8 || number > 0x1fffffff) throw new MalformedProtobuf('a field has an impossible number');
    const wire = tag % 8;
    switch (wire) {
      case 0: {
        const from = cursor.at;
        visit({ number, wire, value: readVarint(bytes, cursor, end), start: from, end: cursor.at });
        break;
      }
      case 1:
      case 5: {
        const from = cursor.at;
        cursor.at += wire === 1 ? 8 : 4;
        if (cursor.at > end) throw new MalformedProtobuf('a field reaches beyond the end');
        visit({ number, wire, value: 0, start: from, end: cursor.at });
        break;
      }
      case 2: {
        const length = readVarint(bytes, cursor, end);
        const from = cursor.at;
        if (length < 0 || length > end - from) throw new MalformedProtobuf('a field reaches beyond the end');
        cursor.at = from + length;
        visit({ number, wire, value: 0, start: from, end: cursor.at });
        break;
      }
      default:
        throw new MalformedProtobuf(`wire type ${wire} does not exist`);
    }
  }
}

/** The integers of a repeated int64 field, which may come packed (wire type 2) or one at a time (wire type 0). */
export function readIntegers(bytes: Uint8Array, field: Field): number[] {
  if (field.wire === 0) return [field.value];
  if (field.wire !== 2) throw new MalformedProtobuf('a list of integers has the wrong wire type');
  const cursor: Cursor = { at: field.start };
  const values: number[] = [];
  while (cursor.at < field.end) values.push(readVarint(bytes, cursor, field.end));
  return values;
}

const decoder = new TextDecoder('utf-8', { fatal: false });

/** A string field; longer than `limit` bytes is malformed, so that hostile names cannot fill the memory. */
export function readText(bytes: Uint8Array, field: Field, limit: number): string {
  if (field.wire !== 2) throw new MalformedProtobuf('a text has the wrong wire type');
  if (field.end - field.start > limit) throw new MalformedProtobuf(`a text is longer than ${limit} bytes`);
  return decoder.decode(bytes.subarray(field.start, field.end));
}
