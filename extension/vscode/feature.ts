import type { ExtensionContext, LogOutputChannel } from 'vscode';
import type { VsCodeApi } from './api.ts';
import type { CommandId } from './commands.ts';

/** What every feature of the extension is registered with. */
export interface FeatureHost {
  readonly api: VsCodeApi;
  readonly context: ExtensionContext;
  readonly log: LogOutputChannel;
  /** Absolute path of the bundled command line, `dist/pcm.cjs`. */
  readonly cli: string;
}

/** Registers commands that live as long as the extension. What they throw is shown by the editor. */
export function addCommands(
  { api, context }: FeatureHost,
  commands: Readonly<Partial<Record<CommandId, (...parameters: unknown[]) => unknown>>>,
): void {
  for (const [id, handler] of Object.entries(commands)) {
    context.subscriptions.push(api.commands.registerCommand(id, handler));
  }
}
