import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const folderSchema = z.object({
  workspaceFolders: z.array(z.object({ uri: z.string() })).nullish(),
  rootUri: z.string().nullish(),
});

/** Where a Lake workspace lies in a folder that an editor opens: the folder itself, or where `pcm certify` puts it. */
const PLACES = ['.', 'certificates/lean', 'lean'];

/**
 * The Lake workspace that a client means.
 *
 * @param params of `initialize`
 * @returns an absolute folder with a Lake configuration, or null where the client opens none
 */
export async function findWorkspaceRoot(params: unknown): Promise<string | null> {
  const parsed = folderSchema.safeParse(params);
  if (!parsed.success) return null;
  const { workspaceFolders, rootUri } = parsed.data;
  const uris = [...(workspaceFolders ?? []).map(({ uri }) => uri), ...(typeof rootUri === 'string' ? [rootUri] : [])];
  for (const uri of uris) {
    const folder = pathOf(uri);
    if (folder === null) continue;
    for (const place of PLACES) if (await isWorkspace(join(folder, place))) return join(folder, place);
  }
  return null;
}

/** Whether a folder holds a Lake configuration. */
export async function isWorkspace(folder: string): Promise<boolean> {
  const found = await Promise.all(
    ['lakefile.toml', 'lakefile.lean'].map((name) => stat(join(folder, name)).catch(() => null)),
  );
  return found.some((file) => file?.isFile() === true);
}

function pathOf(uri: string): string | null {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : null;
  } catch {
    return null;
  }
}
