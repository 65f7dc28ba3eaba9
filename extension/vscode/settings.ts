import type { ConfigurationScope } from 'vscode';
import type { VsCodeApi } from './api.ts';

/** Every setting below `pcm`, with its default; package.json declares the same ones, and a test compares the two. */
export const settingDefaults = {
  'lean.backend': 'auto' as 'auto' | 'native' | 'embedded',
  'lint.enabled': true as boolean,
};
type Settings = typeof settingDefaults;

/** A setting as it stands for `scope`, or for the whole window. */
export function setting<Id extends keyof Settings>(api: VsCodeApi, id: Id, scope?: ConfigurationScope): Settings[Id] {
  return api.workspace.getConfiguration('pcm', scope).get<Settings[Id]>(id, settingDefaults[id]);
}
