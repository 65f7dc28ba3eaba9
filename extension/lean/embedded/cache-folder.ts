import { join } from 'node:path';

/**
 * Where prepared runtimes and compiled libraries are kept: `PCM_CACHE`, else `XDG_CACHE_HOME`, else `~/.cache`, and in
 * it a folder of our own. Relative values are ignored, as the XDG specification asks.
 *
 * @param env environment variables of the process
 * @param home the user's home folder
 */
export function chooseCacheFolder(env: Readonly<Record<string, string | undefined>>, home: string): string {
  const absolute = (path: string | undefined): path is string =>
    path !== undefined && /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path);
  const own = env['PCM_CACHE'];
  const shared = env['XDG_CACHE_HOME'];
  if (absolute(own)) return join(own, 'proof-carrying-materials');
  if (absolute(shared)) return join(shared, 'proof-carrying-materials');
  return join(home, '.cache', 'proof-carrying-materials');
}
