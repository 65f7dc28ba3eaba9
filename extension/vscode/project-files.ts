import path from 'node:path';
import type { Uri } from 'vscode';
import type { VsCodeApi } from './api.ts';

/** Files of a folder that a project could use, as paths relative to it with forward slashes, sorted. */
export interface FoundFiles {
  readonly models: readonly string[];
  readonly structures: readonly string[];
  /** Files that may hold predictions. */
  readonly tables: readonly string[];
}

/** More files of one sort than this are not offered. */
const MOST_FILES = 500;

const PASSED_OVER = '**/{node_modules,.git,.pcm,.venv,certificates,__pycache__}/**';

/** Looks through `folder` for models, files of structures and tables. */
export async function findProjectFiles(api: VsCodeApi, folder: Uri): Promise<FoundFiles> {
  const find = async (glob: string): Promise<string[]> => {
    const found = await api.workspace.findFiles(new api.RelativePattern(folder, glob), PASSED_OVER, MOST_FILES);
    return found.map((uri) => path.posix.relative(folder.path, uri.path)).sort();
  };
  const [models, structures, tables] = await Promise.all([
    find('**/*.onnx'),
    find('**/{*.xyz,*.extxyz,*.cif,*.vasp,*.poscar,POSCAR,CONTCAR}'),
    find('**/*.{csv,parquet}'),
  ]);
  return { models, structures, tables };
}

/** An id for the model in `file`: its name without what an id must not hold, made different from those in `taken`. */
export function modelIdOf(file: string, taken: readonly string[]): string {
  const stem = path.posix.basename(file).replace(/\.[^.]*$/, '');
  const plain =
    stem
      .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, 56) || 'model';
  const used = new Set(taken.map((id) => id.toLowerCase()));
  let id = plain;
  for (let number = 2; used.has(id.toLowerCase()); number++) id = `${plain}-${number}`;
  return id;
}
