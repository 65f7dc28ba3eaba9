import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { neededLabel } from '../core/criterion.ts';
import { LARGEST_PROJECT_FILE, readProject } from '../core/project-file.ts';

/** Folders looked through upwards for a project; data lie below it, not far. */
const MOST_FOLDERS = 8;

export interface NeededLabels {
  readonly needsEnergy: boolean;
  readonly needsForces: boolean;
}

const NOTHING: NeededLabels = { needsEnergy: false, needsForces: false };

/** Which labels the project that `file` belongs to asks of its structures: the nearest `pcm.json` at or above it. */
export async function neededLabels(file: string): Promise<NeededLabels> {
  let folder = path.dirname(file);
  for (let step = 0; step < MOST_FOLDERS; step++) {
    const text = await readFile(path.join(folder, 'pcm.json'), 'utf8').catch(() => null);
    if (text !== null) return text.length > LARGEST_PROJECT_FILE ? NOTHING : needsOf(text);
    const above = path.dirname(folder);
    if (above === folder) return NOTHING;
    folder = above;
  }
  return NOTHING;
}

function needsOf(text: string): NeededLabels {
  const read = readProject(text, 'pcm.json');
  if (read.kind === 'rejected') return NOTHING;
  const { failure, reference } = read.value;
  // A reference that is computed, or known by construction, needs no labels.
  if (reference.kind !== 'data') return NOTHING;
  const needed = neededLabel(failure, 'data');
  return { needsEnergy: needed === 'energy', needsForces: needed === 'forces' };
}
