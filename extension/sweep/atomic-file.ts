import { open, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** A file was replaced as a whole, or not at all. */
export type WriteOutcome =
  { readonly kind: 'written' } | { readonly kind: 'failed'; readonly message: string; readonly fix: string };

/**
 * Writes a file so that a reader, or a crash at any instant, sees the old content or the new, never a part: to a
 * temporary name in the same folder, flushed, then renamed. Missing folders are made.
 */
export async function writeFileAtomically(file: string, content: string | Uint8Array): Promise<WriteOutcome> {
  const folder = path.dirname(file);
  const temporary = path.join(folder, `.${path.basename(file)}.${process.pid}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    return { kind: 'written' };
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const { code, message } = error as NodeJS.ErrnoException;
    return { kind: 'failed', message, fix: fixFor(code, folder) };
  }
}

/** What a user can do about a file system error. */
function fixFor(code: string | undefined, folder: string): string {
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return `Free some space on the disk of ${folder} and run the command again; nothing was lost.`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return `Make ${folder} writable, or choose another folder with --out.`;
  return `Check that ${folder} is a folder that can be written.`;
}
