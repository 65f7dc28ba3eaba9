import * as vscode from 'vscode';
import type { PcmExtension } from '../../extension/vscode/extension.ts';

/** A test that runs inside the extension host. */
export interface HostTest {
  readonly name: string;
  readonly body: () => Promise<void>;
}

export function thisExtension(): vscode.Extension<PcmExtension> {
  const found = vscode.extensions.getExtension<PcmExtension>('proof-carrying-materials.proof-carrying-materials');
  if (found === undefined) throw new Error('the extension is not installed');
  return found;
}

/** Asks again and again until the answer is not undefined; an error that names what was waited for otherwise. */
export async function eventually<T>(what: string, seconds: number, ask: () => T | undefined): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Tells whoever measures how long something took; nothing is asserted, because the machine decides it as much as we do. */
export function figure(what: string, milliseconds: number): void {
  console.log(`[pcm] ${JSON.stringify({ figure: what, milliseconds: Math.round(milliseconds) })}`);
}

/** A file of the open workspace. */
export function workspaceFile(...parts: readonly string[]): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error('no folder is open');
  return vscode.Uri.joinPath(folder.uri, ...parts);
}

/** The editor's own marks of when it loaded and activated this extension, in milliseconds; undefined where it has none. */
export function activationTime(): number | undefined {
  const { MonacoPerformanceMarks: marks } = globalThis as {
    MonacoPerformanceMarks?: { getMarks(): readonly { readonly name: string; readonly startTime: number }[] };
  };
  const at = (step: string): number | undefined =>
    marks?.getMarks().find(({ name }) => name === `code/extHost/${step}/${thisExtension().id}`)?.startTime;
  const [begin, loaded, called, end] = [
    'willLoadExtensionCode',
    'didLoadExtensionCode',
    'willActivateExtension',
    'didActivateExtension',
  ].map(at);
  return begin === undefined || loaded === undefined || called === undefined || end === undefined
    ? undefined
    : loaded - begin + (end - called);
}
