/**
 * The editor's own environment, less what would reach into the child: `ELECTRON_RUN_AS_NODE` makes the editor's
 * executable behave as the Node it contains.
 */
export function childEnvironment(inherited: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...inherited, ELECTRON_RUN_AS_NODE: '1' };
  delete environment['NODE_OPTIONS'];
  delete environment['VSCODE_INSPECTOR_OPTIONS'];
  return environment;
}
