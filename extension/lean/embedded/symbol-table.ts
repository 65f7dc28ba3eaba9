/**
 * Symbol name → index in the module's function table, as an open-addressing hash table of 32-bit words that a thread
 * can use as it lies on disk: three words a slot, two hashes of the name and the index. Every thread of Lean needs this
 * table; reading 192,675 names from JSON takes 300 ms each time, reading this takes a few milliseconds.
 *
 * The table stores hashes only. The build checks that no two names share both, and a name that is not in the module
 * meets one of them by chance with probability below 2^-45.
 */

/** First and second hash of a name's bytes, as 32-bit integers. {@link SYMBOL_LOOKUP} computes the same. */
function hashName(name: string): { readonly first: number; readonly second: number } {
  let first = 0x811c9dc5 | 0;
  let second = 0x2545f491 | 0;
  for (const byte of Buffer.from(name, 'utf8')) {
    first = Math.imul(first ^ byte, 0x01000193);
    second = Math.imul(second + byte, 0x85ebca6b | 0);
    second ^= second >>> 13;
  }
  return { first, second };
}

/**
 * @param symbols name → table index; indices are at least 1, as index 0 of a table is the null function.
 * @returns little-endian words; the number of slots is a power of two and at least 4/3 of the number of names.
 */
export function buildSymbolTable(symbols: ReadonlyMap<string, number>): Uint8Array {
  let slots = 4;
  while (slots * 3 < symbols.size * 4) slots *= 2;
  const table = new Int32Array(slots * 3);
  for (const [name, index] of symbols) {
    if (!(index > 0)) throw new RangeError(`the table index of ${name} is ${index}`);
    const { first, second } = hashName(name);
    let slot = first & (slots - 1);
    while (table[slot * 3 + 2] !== 0) {
      if (table[slot * 3] === first && table[slot * 3 + 1] === second)
        throw new RangeError(`${name} shares its hashes with another symbol`);
      slot = (slot + 1) & (slots - 1);
    }
    table.set([first, second, index], slot * 3);
  }
  const bytes = Buffer.alloc(table.length * 4);
  table.forEach((word, i) => bytes.writeInt32LE(word, i * 4));
  return bytes;
}

/**
 * JavaScript for the glue: `leanFindSymbol(bytes, start)` reads a NUL-terminated name and returns its table index, or 0
 * when the module has no such function; `leanFindName(text)` does so for a string. `fs` and `__dirname` are in scope.
 */
export const SYMBOL_LOOKUP = [
  'var leanSymbols;',
  'var leanFindSymbol=(bytes,start)=>{',
  'if(!leanSymbols){var file=fs.readFileSync(__dirname+"/symbols.bin");leanSymbols=new Int32Array(file.buffer.slice(file.byteOffset,file.byteOffset+file.length))}',
  'var first=0x811c9dc5|0,second=0x2545f491|0;',
  'for(var at=start,byte;byte=bytes[at];at++){first=Math.imul(first^byte,0x01000193);second=Math.imul(second+byte,0x85ebca6b|0);second^=second>>>13}',
  'var mask=leanSymbols.length/3-1;',
  'for(var slot=first&mask;leanSymbols[slot*3+2]!==0;slot=(slot+1)&mask){if(leanSymbols[slot*3]===first&&leanSymbols[slot*3+1]===second)return leanSymbols[slot*3+2]}',
  'return 0};',
  'var leanFindName=text=>leanFindSymbol(Buffer.from(text+"\\0"),0);',
].join('');
