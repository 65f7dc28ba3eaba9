import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Certifier } from './certifier.ts';
import { followRun } from './certify-command.ts';
import type { FeatureHost } from './feature.ts';

/** Where the editor keeps, per workspace, the run that goes on or is paused. */
const KEY = 'pcm.run';

/** Remembers the run across a reload of the window: it comes back paused, and goes on where it stopped. */
export function registerInterruptedRun(host: FeatureHost, certifier: Certifier): void {
  const { context, log } = host;
  const stored = context.workspaceState.get(KEY);
  context.subscriptions.push(certifier.runChanged.on((run) => void context.workspaceState.update(KEY, run)));
  if (stored === undefined) return;
  adopt(host, certifier, stored).catch((error: unknown) => log.error(`The interrupted run: ${String(error)}`));
}

async function adopt(host: FeatureHost, certifier: Certifier, stored: unknown): Promise<void> {
  const { api, context } = host;
  const { readStoredRun } = await import('./stored-run.ts');
  const started = readStoredRun(stored);
  if (started === undefined) return;
  const { folder, config } = started.target;
  const isOpen = (api.workspace.workspaceFolders ?? []).some(({ uri }) => contains(uri.fsPath, folder));
  if (!isOpen || !existsSync(path.join(folder, config))) {
    void context.workspaceState.update(KEY, undefined);
    return;
  }
  const run = certifier.adopt(started, api.l10n.t('The window was closed or reloaded in the middle of it.'));
  if (run !== null) await followRun(host, certifier, run);
}

function contains(outer: string, inner: string): boolean {
  const relative = path.relative(outer, inner);
  return !path.isAbsolute(relative) && relative !== '..' && !relative.startsWith(`..${path.sep}`);
}
