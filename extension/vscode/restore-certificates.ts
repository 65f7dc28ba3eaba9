import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { PcmEvent } from '../protocol/events.ts';
import type { VsCodeApi } from './api.ts';
import type { CertificateFeed } from './certificate-feed.ts';
import type { RestoredRun } from './certifier.ts';
import { projectName } from './claim-places.ts';

/** Certificates that are looked at, and models of one project that are read. */
const MOST_FOUND = 200;
const MOST_MODELS = 32;

/**
 * What the workspace's newest certificates say: those that lie in the folder of the newest one. Null where there are
 * none. Only reads; nothing of the workspace is run.
 */
export async function restoredRun(api: VsCodeApi, feed: CertificateFeed): Promise<RestoredRun | null> {
  const found = await api.workspace.findFiles('**/*.pcm-cert.json', '**/node_modules/**', MOST_FOUND);
  const dated = await Promise.all(found.map(async ({ fsPath }) => ({ file: fsPath, at: await timeOf(fsPath) })));
  const newest = dated.sort((a, b) => b.at - a.at)[0];
  if (newest === undefined) return null;
  const folder = path.dirname(newest.file);
  const project = path.dirname(folder);
  const events: PcmEvent[] = [];
  const siblings = dated.filter(({ file }) => path.dirname(file) === folder).slice(0, MOST_MODELS);
  for (const { file } of siblings.sort((a, b) => (a.file < b.file ? -1 : 1))) {
    events.push(...(await feed.read(file, 'pcm.json')));
  }
  if (!events.some(({ kind }) => kind === 'result')) return null;
  const name = (await nameOf(path.join(project, 'pcm.json'))) ?? path.basename(project);
  return { target: { folder: project, config: 'pcm.json' }, name, events };
}

async function nameOf(file: string): Promise<string | undefined> {
  try {
    return projectName(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}

async function timeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).mtimeMs;
  } catch {
    return 0;
  }
}
