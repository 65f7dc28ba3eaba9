import * as z from 'zod';

/** Names that a project file gives to its own things and to files in its folder. */

export const identifier = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'must be 1 to 64 letters, digits, ".", "_" or "-", starting with a letter or digit',
  );

/** A path that stays inside the project folder: relative, forward slashes, no "..". */
export const containedPath = z
  .string()
  .min(1)
  .max(1024)
  .refine(
    (path) =>
      !path.startsWith('/') &&
      !path.includes('\\') &&
      !/^[A-Za-z]:/.test(path) &&
      !path.includes('\0') &&
      !path.split('/').includes('..'),
    'must be a relative path inside the project folder (no "..", no absolute path, forward slashes)',
  );
