import type { Uri } from 'vscode';
import type { CertificateVersion } from '../protocol/certificate-page.ts';
import type { VsCodeApi } from './api.ts';

/** Versions that are listed, newest first. */
const MOST_VERSIONS = 20;

/** The part of the built-in Git extension's interface that is used here. */
interface GitExtension {
  getAPI(version: 1): { getRepository(uri: Uri): GitRepository | null };
}
interface GitRepository {
  log(options: {
    path: string;
    maxEntries: number;
  }): Promise<readonly { readonly hash: string; readonly message: string; readonly authorDate?: Date }[]>;
  show(ref: string, path: string): Promise<string>;
}

export type CertificateHistory =
  | { readonly kind: 'versions'; readonly versions: readonly CertificateVersion[] }
  | { readonly kind: 'none'; readonly reason: string };

/** Earlier versions of a certificate, as the workspace's Git keeps them. Nothing is asked in an untrusted workspace. */
export async function certificateHistory(api: VsCodeApi, uri: Uri): Promise<CertificateHistory> {
  const { t } = api.l10n;
  if (!api.workspace.isTrusted)
    return { kind: 'none', reason: t('The workspace is not trusted, so Git is not asked.') };
  const repository = await repositoryOf(api, uri);
  if (repository === null) return { kind: 'none', reason: t('This folder is in no Git repository.') };
  const commits = await repository.log({ path: uri.fsPath, maxEntries: MOST_VERSIONS });
  if (commits.length === 0) return { kind: 'none', reason: t('This certificate has not been committed yet.') };
  return {
    kind: 'versions',
    versions: commits.map(({ hash, message, authorDate }) => ({
      commit: hash,
      date: authorDate?.toISOString() ?? '',
      message: message.split('\n')[0]!.slice(0, 500),
    })),
  };
}

/** The text of a certificate as one commit has it; null where that commit has none. */
export async function certificateAt(api: VsCodeApi, uri: Uri, commit: string): Promise<string | null> {
  const repository = await repositoryOf(api, uri);
  if (repository === null) return null;
  return await repository.show(commit, uri.fsPath).catch(() => null);
}

async function repositoryOf(api: VsCodeApi, uri: Uri): Promise<GitRepository | null> {
  const git = api.extensions.getExtension<GitExtension>('vscode.git');
  if (git === undefined) return null;
  try {
    return (await git.activate()).getAPI(1).getRepository(uri);
  } catch {
    // Git is switched off in the settings.
    return null;
  }
}
