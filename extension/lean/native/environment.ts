/** Would have Lean look for modules elsewhere than in the workspace, or take its configuration for broken. */
const MISLEADING = new Set(['LEAN_PATH', 'LEAN_SRC_PATH', 'LAKE_INVALID_CONFIG']);

/**
 * The environment for programs of a toolchain: the user's, as `elan` and `lake` look for their homes in it.
 *
 * @param leanPath folder of compiled modules besides the workspace's; Lake looks there last
 */
export function toolEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  leanPath?: string,
): Readonly<Record<string, string | undefined>> {
  const kept = Object.fromEntries(Object.entries(environment).filter(([name]) => !MISLEADING.has(name)));
  return leanPath === undefined ? kept : { ...kept, LEAN_PATH: leanPath };
}
