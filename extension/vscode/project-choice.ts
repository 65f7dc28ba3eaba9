import path from 'node:path';
import type { Uri } from 'vscode';
import type { VsCodeApi } from './api.ts';

/** A project and the configuration to certify it by. */
export interface CertifyTarget {
  /** Absolute folder of the project. */
  readonly folder: string;
  /** File name of the configuration inside that folder: `pcm.json`, `pcm.strict.json`. */
  readonly config: string;
  /** Only this model, if one is named. */
  readonly model?: string;
}

export type ProjectChoice =
  | { readonly kind: 'chosen'; readonly target: CertifyTarget }
  | { readonly kind: 'dismissed' }
  | { readonly kind: 'none' };

const CONFIG_NAME = /^pcm(\.[^/\\]+)?\.json$/;

/** More configurations than this in one workspace are not offered. */
const MOST_CONFIGS = 200;

/**
 * The configuration that `resource` is, if it is one; else the only one of the workspace; else the one that the user
 * picks.
 */
export async function chooseProject(api: VsCodeApi, resource: Uri | undefined): Promise<ProjectChoice> {
  if (resource !== undefined && isConfig(resource)) return { kind: 'chosen', target: targetOf(resource) };
  const found = await api.workspace.findFiles('**/pcm*.json', '**/{node_modules,certificates,.git}/**', MOST_CONFIGS);
  const configs = found.filter(isConfig).sort(byDepthThenName);
  const first = configs[0];
  if (first === undefined) return { kind: 'none' };
  if (configs.length === 1) return { kind: 'chosen', target: targetOf(first) };
  const picked = await api.window.showQuickPick(
    configs.map((uri) => ({
      label: path.posix.basename(uri.path),
      description: path.posix.dirname(api.workspace.asRelativePath(uri, true)),
      uri,
    })),
    { title: api.l10n.t('Certify'), placeHolder: api.l10n.t('Project file that states the claim') },
  );
  return picked === undefined ? { kind: 'dismissed' } : { kind: 'chosen', target: targetOf(picked.uri) };
}

export function isConfig(uri: Uri): boolean {
  return uri.scheme === 'file' && CONFIG_NAME.test(path.posix.basename(uri.path));
}

export function targetOf(uri: Uri): CertifyTarget {
  return { folder: path.dirname(uri.fsPath), config: path.basename(uri.fsPath) };
}

/** `pcm.json` at the top comes first; its variants after it. */
function byDepthThenName(a: Uri, b: Uri): number {
  const depth = (uri: Uri): number => uri.path.split('/').length;
  const plain = (uri: Uri): number => (path.posix.basename(uri.path) === 'pcm.json' ? 0 : 1);
  return depth(a) - depth(b) || plain(a) - plain(b) || (a.path < b.path ? -1 : 1);
}
