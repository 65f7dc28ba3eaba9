import {
  UnexpectedModuleError,
  WasmReader,
  encodeName,
  encodeSection,
  encodeSigned,
  encodeUnsigned,
  listSections,
  type WasmSection,
} from './wasm-bytes.ts';

/**
 * V8 in Node 20 refuses modules with more than 100,000 exports, and every thread pays for creating each of them. The
 * shipped module has 201,110, nearly all only there to be found by name. This rewrite puts every exported function into
 * the function table, so that a name can be resolved to a table index from a file, resolves the names of variables to their
 * addresses in the same file, and keeps the exports that the glue
 * itself names, those that resolve imports from the global offset table, and the thread-local variables.
 */

const sectionId = { custom: 0, import: 2, table: 4, global: 6, export: 7, element: 9 } as const;
const exportKind = { function: 0, global: 3 } as const;

interface Export {
  readonly name: string;
  readonly kind: number;
  readonly index: number;
}

export interface SlimModule {
  /** The new module, in pieces to be written one after the other. */
  readonly pieces: readonly Uint8Array[];
  /** Name of every exported function → its index in the function table; of every exported variable → its address. */
  readonly symbols: ReadonlyMap<string, number>;
  readonly exportsBefore: number;
  readonly exportsAfter: number;
}

/** Exports that Emscripten's runtime looks up by a name that does not appear literally in the glue's assignments. */
const runtimeExports =
  /^(main|__main_argc_argv|malloc|free|realloc|calloc|memcpy|memcmp|strerror|fileno|fflush|pthread_.*|htons|htonl|ntohs|socket|_?emscripten_.*|__funcs_on_exit|__dl_seterr|err|setThrew|__cxa_.*|__get_exception_message|__environ|__heap_base|__indirect_function_table|__wasm_.*|__set_stack_limits|__stack_.*|__data_end|__memory_base|__table_base|__tls_.*|lean_main)$/;

/**
 * Rewrites the module as described above.
 *
 * @param module the shipped `lean.wasm`
 * @param glueExports names of exports that the glue assigns
 * @throws UnexpectedModuleError when the module is not laid out as the pinned one is
 */
export function slimModule(module: Uint8Array, glueExports: ReadonlySet<string>): SlimModule {
  const sections = listSections(module);
  const exports = readExports(module, onlySection(sections, sectionId.export));
  const table = readTable(module, onlySection(sections, sectionId.table));
  const elements = onlySection(sections, sectionId.element);
  const tableIndex = readElements(module, elements);

  const missing: number[] = [];
  const symbols = new Map<string, number>();
  for (const { name, kind, index } of exports) {
    if (kind !== exportKind.function) continue;
    let at = tableIndex.get(index);
    if (at === undefined) {
      at = table.minimum + missing.length;
      tableIndex.set(index, at);
      missing.push(index);
    }
    symbols.set(name, at);
  }

  const imports = readImports(module, onlySection(sections, sectionId.import));
  const threadLocal = readThreadLocalExports(module, sections);
  const addresses = readGlobals(module, onlySection(sections, sectionId.global));
  for (const { name, kind, index } of exports) {
    const address = kind === exportKind.global ? addresses[index - imports.globals] : null;
    // A thread-local variable has an offset instead of an address; nobody looks it up by name.
    if (address !== undefined && address !== null && address > 0 && !threadLocal.has(name)) symbols.set(name, address);
  }

  const kept = exports.filter(
    ({ name }) =>
      glueExports.has(name) || imports.offsetTable.has(name) || threadLocal.has(name) || runtimeExports.test(name),
  );

  const pieces: Uint8Array[] = [module.subarray(0, 8)];
  for (const section of sections) {
    if (section.id === sectionId.export) pieces.push(encodeExports(kept));
    else if (section.id === sectionId.table) pieces.push(encodeTable(table, missing.length));
    else if (section.id === sectionId.element) pieces.push(extendElements(module, elements, table.minimum, missing));
    else pieces.push(module.subarray(section.start, section.end));
  }
  return { pieces, symbols, exportsBefore: exports.length, exportsAfter: kept.length };
}

function onlySection(sections: readonly WasmSection[], id: number): WasmSection {
  const [section, ...others] = sections.filter((candidate) => candidate.id === id);
  if (section === undefined || others.length > 0) throw new UnexpectedModuleError(`it needs exactly one section ${id}`);
  return section;
}

function open(module: Uint8Array, section: WasmSection): WasmReader {
  return new WasmReader(module, section.body, section.end);
}

function readExports(module: Uint8Array, section: WasmSection): Export[] {
  const reader = open(module, section);
  return Array.from({ length: reader.unsigned() }, () => ({
    name: reader.name(),
    kind: reader.byte(),
    index: reader.unsigned(),
  }));
}

function encodeExports(exports: readonly Export[]): Uint8Array {
  const entries = exports.flatMap(({ name, kind, index }) => [
    encodeName(name),
    Uint8Array.of(kind),
    encodeUnsigned(index),
  ]);
  return encodeSection(sectionId.export, [encodeUnsigned(exports.length), ...entries]);
}

interface Table {
  readonly elementType: number;
  readonly minimum: number;
  readonly maximum: number | null;
}

function readTable(module: Uint8Array, section: WasmSection): Table {
  const reader = open(module, section);
  if (reader.unsigned() !== 1) throw new UnexpectedModuleError('it needs exactly one table');
  const elementType = reader.byte();
  const flags = reader.unsigned();
  if (flags > 1) throw new UnexpectedModuleError(`the table has limits of kind ${flags}`);
  return { elementType, minimum: reader.unsigned(), maximum: flags === 1 ? reader.unsigned() : null };
}

function encodeTable({ elementType, minimum, maximum }: Table, added: number): Uint8Array {
  return encodeSection(sectionId.table, [
    encodeUnsigned(1),
    Uint8Array.of(elementType),
    encodeUnsigned(maximum === null ? 0 : 1),
    encodeUnsigned(minimum + added),
    ...(maximum === null ? [] : [encodeUnsigned(maximum + added)]),
  ]);
}

/** Function index → first table index, from the active segments. */
function readElements(module: Uint8Array, section: WasmSection): Map<number, number> {
  const reader = open(module, section);
  const found = new Map<number, number>();
  const segments = reader.unsigned();
  for (let s = 0; s < segments; s++) {
    if (reader.unsigned() !== 0 || reader.byte() !== 0x41)
      throw new UnexpectedModuleError('an element segment is not active at a constant offset');
    const offset = reader.signed();
    if (reader.byte() !== 0x0b) throw new UnexpectedModuleError('the offset of an element segment is not one constant');
    const count = reader.unsigned();
    for (let i = 0; i < count; i++) {
      const index = reader.unsigned();
      if (!found.has(index)) found.set(index, offset + i);
    }
  }
  return found;
}

/** The old segments, and one more that puts `functions` at `offset`. */
function extendElements(
  module: Uint8Array,
  section: WasmSection,
  offset: number,
  functions: readonly number[],
): Uint8Array {
  const reader = open(module, section);
  const segments = reader.unsigned();
  return encodeSection(sectionId.element, [
    encodeUnsigned(segments + 1),
    module.subarray(reader.position, section.end),
    Uint8Array.of(0x00, 0x41),
    encodeSigned(offset),
    Uint8Array.of(0x0b),
    encodeUnsigned(functions.length),
    ...functions.map(encodeUnsigned),
  ]);
}

/** Names imported from `GOT.func` and `GOT.mem`, and the number of imported globals. */
function readImports(
  module: Uint8Array,
  section: WasmSection,
): { readonly offsetTable: Set<string>; readonly globals: number } {
  const reader = open(module, section);
  const offsetTable = new Set<string>();
  let globals = 0;
  const skipLimits = (): void => {
    const flags = reader.unsigned();
    reader.unsigned();
    if ((flags & 1) !== 0) reader.unsigned();
  };
  const count = reader.unsigned();
  for (let i = 0; i < count; i++) {
    const from = reader.name();
    const name = reader.name();
    if (from.startsWith('GOT.')) offsetTable.add(name);
    const kind = reader.byte();
    if (kind === 0) reader.unsigned();
    else if (kind === 1) {
      reader.byte();
      skipLimits();
    } else if (kind === 2) skipLimits();
    else if (kind === 3) {
      reader.skip(2);
      globals++;
    } else {
      reader.byte();
      reader.unsigned();
    }
  }
  return { offsetTable, globals };
}

/** Value of every global that the module defines: a constant, or null for one of another type. */
function readGlobals(module: Uint8Array, section: WasmSection): (number | null)[] {
  const reader = open(module, section);
  const values: (number | null)[] = [];
  const count = reader.unsigned();
  for (let i = 0; i < count; i++) {
    reader.skip(2);
    const isConstant = reader.byte() === 0x41;
    if (isConstant) values.push(reader.signed());
    else values.push(null);
    if (isConstant ? reader.byte() !== 0x0b : !skipToEnd(reader))
      throw new UnexpectedModuleError('a global has a long initialiser');
  }
  return values;
}

/** Skips what is left of a one-instruction initialiser. */
function skipToEnd(reader: WasmReader): boolean {
  for (let i = 0; i < 10; i++) if (reader.byte() === 0x0b) return true;
  return false;
}

/** Exports that the `dylink.0` section marks as thread-local. @see the tool conventions' DynamicLinking.md */
function readThreadLocalExports(module: Uint8Array, sections: readonly WasmSection[]): Set<string> {
  const exportInfo = 3;
  const threadLocal = 0x100;
  const names = new Set<string>();
  for (const section of sections) {
    if (section.id !== sectionId.custom) continue;
    const reader = open(module, section);
    if (reader.name() !== 'dylink.0') continue;
    while (!reader.finished) {
      const kind = reader.byte();
      const length = reader.unsigned();
      if (kind !== exportInfo) {
        reader.skip(length);
        continue;
      }
      const count = reader.unsigned();
      for (let i = 0; i < count; i++) {
        const name = reader.name();
        if ((reader.unsigned() & threadLocal) !== 0) names.add(name);
      }
    }
  }
  return names;
}
