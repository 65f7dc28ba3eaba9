import { randomUUID } from 'node:crypto';
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { computeFeatures, featureById, scaledFeature } from '../core/features.ts';
import { formulaOf } from '../core/formula.ts';
import { formatOfContent, formatOfName, readStructures, type StructureFormat } from '../core/formats/detect.ts';
import type { Checked, Problem } from '../core/problem.ts';
import type { Structure, StructureSource } from '../core/structure.ts';
import type { DataFile } from './data-files.ts';
import { DataFileError, openDataStream, type DataStream } from './data-stream.ts';
import { StructureColumns } from './structure-columns.ts';
import { structureId } from './structure-id.ts';
import { StructureReader } from './structure-reader.ts';

export interface PoolFile {
  /** Relative to the project folder. */
  readonly path: string;
  readonly sha256: string;
  /** Structures read from it, refused ones not counted. */
  readonly structures: number;
}

/** A structure that takes no part, and why. */
export interface RefusedStructure {
  /** Index into `PoolIndex.files`. */
  readonly file: number;
  readonly index: number;
  readonly line: number;
  readonly reason: string;
}

/**
 * All structures of a project, by row: in the order of the files and of their place in them. Holds features and places,
 * not structures, about 110 bytes a row with eight features.
 */
export interface PoolIndex {
  readonly files: readonly PoolFile[];
  readonly size: number;
  /** features[f][row], scaled as `scaledFeature` does. */
  readonly features: readonly Float64Array[];
  /** For each row the first row with the same content; the row itself where it is the first. */
  readonly firstOccurrence: Int32Array;
  readonly refused: readonly RefusedStructure[];
  /** Problems of single structures and warnings, at most `MOST_PROBLEMS`; `furtherProblems` counts the rest. */
  readonly problems: readonly Problem[];
  readonly furtherProblems: number;
  id(row: number): string;
  atoms(row: number): number;
  /** Reduced formula: "BaTiO3". */
  formula(row: number): string;
  /** Source of a row; its `file` is relative to the project folder. */
  source(row: number): StructureSource;
  /** Index into `files` of a row's file. */
  fileOf(row: number): number;
  /**
   * Reads a structure from its file; null if the file has changed since it was indexed.
   * @param labelKey the key of extended XYZ under which its name is looked for first.
   */
  readStructure(row: number, labelKey?: string): Promise<Structure | null>;
  close(): Promise<void>;
}

export interface PoolIndexOptions {
  readonly files: readonly DataFile[];
  /** Feature ids, all known. */
  readonly features: readonly string[];
  /** Folder for the uncompressed copies of gzip files; they are deleted by `close`. */
  readonly spoolFolder: string;
  readonly signal?: AbortSignal;
  /** Called every thousand structures. */
  readonly onProgress?: (structures: number, file: string) => void;
}

export const MOST_PROBLEMS = 1000;
const MOST_FILES = 65_535;
const PROGRESS_EVERY = 1000;

/** What grows while files are read. */
interface Draft {
  readonly columns: StructureColumns;
  readonly files: PoolFile[];
  readonly readers: StructureReader[];
  readonly refused: RefusedStructure[];
  readonly problems: Problem[];
  /** Errors about whole files: they make the index useless. */
  readonly fatal: Problem[];
  readonly spools: string[];
  furtherProblems: number;
}

function note(draft: Draft, problem: Problem): void {
  if (draft.problems.length < MOST_PROBLEMS) draft.problems.push(problem);
  else draft.furtherProblems++;
}

function problemOf(
  severity: 'error' | 'warning',
  source: { file: string; line: number | null },
  message: string,
  fix: string,
): Problem {
  return { kind: 'problem', severity, file: source.file, line: source.line, message, fix };
}

/** Passes chunks on after writing them to a file. */
async function* spooled(chunks: AsyncIterable<Uint8Array>, handle: FileHandle): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    await handle.write(chunk);
    yield chunk;
  }
}

/** Which format a file has, by its name or else its beginning; `chunks` are all of its bytes. */
export async function formatOf(
  file: DataFile,
  stream: DataStream,
): Promise<{ format: StructureFormat | undefined; chunks: AsyncIterable<Uint8Array> }> {
  const named = formatOfName(file.path);
  if (named !== undefined) return { format: named, chunks: stream.chunks };
  const first = await stream.chunks.next();
  const beginning = first.done === true ? new Uint8Array(0) : first.value;
  const chunks = (async function* () {
    yield beginning;
    yield* stream.chunks;
  })();
  return { format: formatOfContent(Buffer.from(beginning.subarray(0, 65_536)).toString('utf8')), chunks };
}

/** Adds a structure with its features, or refuses it because a feature is not defined for it. */
function take(draft: Draft, options: PoolIndexOptions, structure: Structure, offset: number, length: number): void {
  const file = draft.files.length;
  const { index, line } = structure.source;
  const outcome = computeFeatures(structure, options.features);
  if (outcome.kind === 'undefined') {
    const reason = `feature ${outcome.feature} is not defined: ${outcome.reason}`;
    draft.refused.push({ file, index, line, reason });
    note(
      draft,
      problemOf(
        'warning',
        structure.source,
        `This structure is left out: ${reason}.`,
        `Remove "${outcome.feature}" from "features", or the structure from the data.`,
      ),
    );
    return;
  }
  const features = Array.from(outcome.values, (value, f) =>
    scaledFeature(value, featureById(options.features[f]!)!.scale),
  );
  draft.columns.push({
    id: structureId(structure),
    file,
    index,
    line,
    offset,
    length,
    atoms: structure.species.length,
    formula: formulaOf(structure.species),
    features,
  });
}

async function readFile(draft: Draft, options: PoolIndexOptions, file: DataFile, stream: DataStream): Promise<void> {
  const { format, chunks } = await formatOf(file, stream);
  if (format === undefined) {
    draft.fatal.push(
      problemOf(
        'error',
        { file: file.path, line: null },
        'This is no file of structures that can be read.',
        'Name extended XYZ (.xyz, .extxyz), POSCAR or CIF files in "data".',
      ),
    );
    return;
  }
  let path = file.absolute;
  let source = chunks;
  let spool: FileHandle | null = null;
  if (stream.compressed) {
    await mkdir(options.spoolFolder, { recursive: true });
    path = join(options.spoolFolder, `spool-${randomUUID()}`);
    draft.spools.push(path);
    spool = await open(path, 'wx');
    source = spooled(chunks, spool);
  }
  const before = draft.columns.length;
  try {
    for await (const item of readStructures(source, file.path, format)) {
      options.signal?.throwIfAborted();
      if (item.kind === 'structure') {
        take(draft, options, item.structure, item.byteOffset, item.byteLength);
        if (draft.columns.length % PROGRESS_EVERY === 0) options.onProgress?.(draft.columns.length, file.path);
      } else if (item.rejected !== null) {
        draft.refused.push({ file: draft.files.length, ...item.rejected, reason: item.problem.message });
        note(draft, item.problem);
      } else if (item.problem.severity === 'error') {
        draft.fatal.push(item.problem);
      } else {
        note(draft, item.problem);
      }
    }
  } finally {
    await spool?.close();
  }
  draft.readers.push(new StructureReader(await open(path, 'r'), format));
  draft.files.push({ path: file.path, sha256: stream.digest(), structures: draft.columns.length - before });
}

async function discard(draft: Draft): Promise<void> {
  for (const reader of draft.readers) await reader.close();
  for (const path of draft.spools) await rm(path, { force: true });
}

function warnOfDuplicates(draft: Draft, firstOccurrence: Int32Array): void {
  const { columns, files } = draft;
  const place = (row: number): string => {
    const { file, line } = columns.placement(row);
    return `${files[file]!.path}:${line}`;
  };
  firstOccurrence.forEach((first, row) => {
    if (first === row) return;
    const { file, line } = columns.placement(row);
    note(
      draft,
      problemOf(
        'warning',
        { file: files[file]!.path, line },
        `This structure is the same as the one at ${place(first)}, labels included.`,
        'Remove one of the two; it is counted once.',
      ),
    );
  });
}

/**
 * Reads all data files once, from beginning to end, and keeps what a sweep needs to know of each structure. Structures
 * that cannot be read, or lack a requested feature, are listed in `refused`; errors that concern whole files reject.
 * @throws AbortSignal's reason when aborted.
 */
export async function buildPoolIndex(options: PoolIndexOptions): Promise<Checked<PoolIndex>> {
  const draft: Draft = {
    columns: new StructureColumns(options.features.length),
    files: [],
    readers: [],
    refused: [],
    problems: [],
    fatal: [],
    spools: [],
    furtherProblems: 0,
  };
  try {
    for (const file of options.files.slice(0, MOST_FILES)) {
      try {
        const stream = await openDataStream(file.absolute, file.path);
        try {
          await readFile(draft, options, file, stream);
        } finally {
          await stream.close();
        }
      } catch (error) {
        if (!(error instanceof DataFileError)) throw error;
        draft.fatal.push(error.problem);
      }
    }
  } catch (error) {
    await discard(draft);
    throw error;
  }
  if (draft.fatal.length > 0) {
    await discard(draft);
    return { kind: 'rejected', problems: [...draft.fatal, ...draft.problems] };
  }

  const { columns, files, readers } = draft;
  const firstOccurrence = columns.firstOccurrences();
  warnOfDuplicates(draft, firstOccurrence);
  const source = (row: number): StructureSource => {
    const { file, index, line } = columns.placement(row);
    return { file: files[file]!.path, index, line };
  };
  const index: PoolIndex = {
    files,
    size: columns.length,
    features: columns.features(),
    firstOccurrence,
    refused: draft.refused,
    problems: draft.problems,
    furtherProblems: draft.furtherProblems,
    id: (row) => columns.id(row),
    atoms: (row) => columns.atoms(row),
    formula: (row) => columns.formula(row),
    source,
    fileOf: (row) => columns.placement(row).file,
    readStructure(row, labelKey) {
      const { file, offset, length } = columns.placement(row);
      return readers[file]!.read(offset, length, source(row), columns.id(row), labelKey);
    },
    close: () => discard(draft),
  };
  return { kind: 'ok', value: index, warnings: [] };
}
