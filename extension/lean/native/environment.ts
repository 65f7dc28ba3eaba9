/** Would have Lean look for modules elsewhere than in the workspace, or take its configuration for broken. */
const MISLEADING = new Set(['LEAN_PATH', 'LEAN_SRC_PATH', 'LAKE_INVALID_CONFIG']);

/** The environment for programs of a toolchain: the user's, as `elan` and `lake` look for their homes in it. */
export const toolEnvironment = (
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !MISLEADING.has(name)));
