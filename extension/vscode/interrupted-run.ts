import { existsSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { Certifier } from './certifier.ts';
import { followRun } from './certify-command.ts';
import type { FeatureHost } from './feature.ts';

/** Where the editor keeps, per workspace, the run that goes on or is paused. */
const KEY = 'pcm.run';

const storedRunSchema = z.strictObject({
  target: z.strictObject({ folder: z.string(), config: z.string(), model: z.string().optional() }),
  name: z.string(),
  finished: z.array(z.string()),
});

/** Remembers the run across a reload of the window: it comes back paused, and goes on where it stopped. */
export function registerInterruptedRun(host: FeatureHost, certifier: Certifier): void {
  const { api, context } = host;
  const stored = storedRunSchema.safeParse(context.workspaceState.get(KEY));
  context.subscriptions.push(certifier.runChanged.on((run) => void context.workspaceState.update(KEY, run)));
  if (!stored.success) return;
  const { name, target, finished } = stored.data;
  const { folder, config, model } = target;
  const isOpen = (api.workspace.workspaceFolders ?? []).some(({ uri }) => contains(uri.fsPath, folder));
  if (!isOpen || !existsSync(path.join(folder, config))) {
    void context.workspaceState.update(KEY, undefined);
    return;
  }
  const run = certifier.adopt(
    { name, finished, target: { folder, config, ...(model !== undefined && { model }) } },
    api.l10n.t('The window was closed or reloaded in the middle of it.'),
  );
  if (run !== null) void followRun(host, certifier, run);
}

function contains(outer: string, inner: string): boolean {
  const relative = path.relative(outer, inner);
  return !path.isAbsolute(relative) && relative !== '..' && !relative.startsWith(`..${path.sep}`);
}
