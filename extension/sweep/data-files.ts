import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Checked, Problem } from '../core/problem.ts';

/** A data file of the project. */
export interface DataFile {
  /** Relative to the project folder, forward slashes. */
  readonly path: string;
  /** Resolved, inside the project folder. */
  readonly absolute: string;
}

/** More directory entries than this are not looked at, so that a pattern like `**` in a home folder ends. */
const MOST_ENTRIES = 200_000;
const DEEPEST = 32;

/** A pattern's segment (`*.xyz`, `run-?`) as a regular expression; `*` and `?` do not match a leading dot. */
function segmentPattern(segment: string): RegExp {
  const body = segment
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  return new RegExp(`^${/^[*?]/.test(segment) ? '(?!\\.)' : ''}${body}$`, 'u');
}

interface Walk {
  readonly root: string;
  entries: number;
  readonly found: Set<string>;
  readonly outside: Set<string>;
}

async function list(walk: Walk, folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(join(walk.root, folder), { withFileTypes: true });
    walk.entries += entries.length;
    return walk.entries > MOST_ENTRIES ? [] : entries;
  } catch {
    return [];
  }
}

/** Whether a path of the project, links resolved, is a file or a folder in it; 'outside' if a link leads out. */
async function locate(walk: Walk, path: string): Promise<'file' | 'folder' | 'outside' | 'none'> {
  try {
    const real = await realpath(join(walk.root, path));
    if (real !== walk.root && !real.startsWith(walk.root + sep)) return 'outside';
    const status = await stat(real);
    return status.isFile() ? 'file' : status.isDirectory() ? 'folder' : 'none';
  } catch {
    return 'none';
  }
}

async function match(walk: Walk, folder: string, segments: readonly string[], depth: number): Promise<void> {
  const [segment, ...rest] = segments;
  if (segment === undefined || depth > DEEPEST || walk.entries > MOST_ENTRIES) return;
  if (segment === '.' || segment === '') return match(walk, folder, rest, depth);
  const visit = async (name: string, remaining: readonly string[]): Promise<void> => {
    const path = folder === '' ? name : `${folder}/${name}`;
    const kind = await locate(walk, path);
    if (kind === 'outside') walk.outside.add(path);
    else if (remaining.length === 0) {
      if (kind === 'file') walk.found.add(path);
    } else if (kind === 'folder') await match(walk, path, remaining, depth + 1);
  };
  if (segment === '**') {
    await match(walk, folder, rest, depth + 1);
    for (const entry of await list(walk, folder)) {
      // Links to folders are not followed here: they can form circles.
      if (entry.isDirectory() && !entry.name.startsWith('.')) await visit(entry.name, segments);
    }
  } else if (/[*?]/.test(segment)) {
    const pattern = segmentPattern(segment);
    for (const entry of await list(walk, folder)) if (pattern.test(entry.name)) await visit(entry.name, rest);
  } else {
    await visit(segment, rest);
  }
}

/**
 * Files that patterns name: `*`, `?` and `**` as in shells, relative to the project folder. The order is that of the
 * patterns, and within a pattern by code units, so that it is the same on every machine. Paths that leave the project,
 * also through a symbolic link, are refused; a pattern that names no file is an error.
 * @param project absolute path of the project folder.
 * @param configFile name of the file the patterns stand in, for messages.
 */
export async function findDataFiles(
  project: string,
  patterns: readonly string[],
  configFile: string,
): Promise<Checked<DataFile[]>> {
  const problems: Problem[] = [];
  const complain = (message: string, fix: string): void => {
    problems.push({ kind: 'problem', severity: 'error', file: configFile, line: null, message, fix });
  };
  const root = await realpath(project);
  const files = new Map<string, DataFile>();
  for (const pattern of patterns) {
    const segments = pattern.split('/');
    if (pattern.startsWith('/') || /^[A-Za-z]:/.test(pattern) || pattern.includes('\\') || segments.includes('..')) {
      complain(
        `The data pattern ${JSON.stringify(pattern)} leaves the project folder.`,
        'Use a relative path with forward slashes inside the project folder.',
      );
      continue;
    }
    const walk: Walk = { root, entries: 0, found: new Set(), outside: new Set() };
    await match(walk, '', segments, 0);
    if (walk.entries > MOST_ENTRIES) {
      complain(
        `The data pattern ${JSON.stringify(pattern)} looks through more than ${MOST_ENTRIES} directory entries.`,
        'Name the folder with the data more exactly.',
      );
    }
    for (const path of walk.outside) {
      complain(`${path} is a link that leads out of the project folder.`, 'Copy the file into the project.');
    }
    if (walk.found.size === 0 && walk.outside.size === 0) {
      complain(`No file matches ${JSON.stringify(pattern)}.`, 'Correct the pattern in "data", or put the file there.');
    }
    for (const path of [...walk.found].sort((a, b) => (a < b ? -1 : 1))) {
      if (!files.has(path)) files.set(path, { path, absolute: await realpath(join(root, path)) });
    }
  }
  if (problems.length > 0) return { kind: 'rejected', problems };
  return { kind: 'ok', value: [...files.values()], warnings: [] };
}
