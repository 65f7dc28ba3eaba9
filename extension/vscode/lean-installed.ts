import { existsSync } from 'node:fs';
import path from 'node:path';

/** Whether a native Lean that the Lean extension would start is installed: elan's, or a `lake` on the path. */
export function hasNativeLean(
  environment: NodeJS.ProcessEnv,
  home: string,
  exists: (file: string) => boolean = existsSync,
): boolean {
  const name = process.platform === 'win32' ? 'lake.exe' : 'lake';
  const elan = environment['ELAN_HOME'] ?? path.join(home, '.elan');
  const folders = [path.join(elan, 'bin'), ...(environment['PATH'] ?? '').split(path.delimiter)];
  return folders.some((folder) => folder !== '' && exists(path.join(folder, name)));
}
