import type * as vscode from 'vscode';

/**
 * The editor's API as a value. It is handed to whoever needs it, so that only `extension.ts` imports `vscode` and
 * everything else also loads in plain Node.
 */
export type VsCodeApi = typeof vscode;
