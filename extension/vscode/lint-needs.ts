import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { neededLabels, NO_LABELS, type NeededLabels } from '../core/needed-labels.ts';
import { LARGEST_PROJECT_FILE, readProject } from '../core/project-file.ts';

/** Folders looked through upwards for a project; data lie below it, not far. */
const MOST_FOLDERS = 8;

/** Which labels the project that `file` belongs to asks of its structures: the nearest `pcm.json` at or above it. */
export async function labelsNeededBy(file: string): Promise<NeededLabels> {
  let folder = path.dirname(file);
  for (let step = 0; step < MOST_FOLDERS; step++) {
    const text = await readFile(path.join(folder, 'pcm.json'), 'utf8').catch(() => null);
    if (text !== null) return text.length > LARGEST_PROJECT_FILE ? NO_LABELS : needsOf(text);
    const above = path.dirname(folder);
    if (above === folder) return NO_LABELS;
    folder = above;
  }
  return NO_LABELS;
}

function needsOf(text: string): NeededLabels {
  const read = readProject(text, 'pcm.json');
  return read.kind === 'rejected' ? NO_LABELS : neededLabels(read.value);
}
