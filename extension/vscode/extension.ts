import path from 'node:path';
import * as vscode from 'vscode';
import type { DashboardState } from '../protocol/dashboard-state.ts';
import type { ProgressEvent } from '../protocol/events.ts';
import { certifyCommand, UNTRUSTED } from './certify-command.ts';
import { createCertifier } from './certifier.ts';
import { DASHBOARD_VIEW_TYPE, type CommandId } from './commands.ts';
import { createDashboard } from './dashboard-panel.ts';
import { createFindings } from './diagnostics.ts';
import { openCertificate } from './open-certificate.ts';
import { createStatusItem } from './status-item.ts';

/** What the extension offers to other extensions and to its own tests. */
export interface PcmExtension {
  /** What the dashboard shows now. */
  dashboard(): DashboardState;
}

export function activate(context: vscode.ExtensionContext): PcmExtension {
  const log = vscode.window.createOutputChannel('Proof-Carrying Materials', { log: true });
  const findings = createFindings(vscode);
  const status = createStatusItem(vscode);
  const progressListeners = new Set<(progress: ProgressEvent) => void>();
  const cli = context.asAbsolutePath(path.join('dist', 'pcm.cjs'));

  const certifier = createCertifier({
    cli,
    log,
    findings,
    onChange: (state) => {
      status.show(state);
      dashboard.refresh();
    },
    onProgress: (progress) => progressListeners.forEach((listener) => listener(progress)),
  });

  const dashboard = createDashboard(vscode, {
    extensionUri: context.extensionUri,
    state: () => certifier.state(),
    onBadMessage: (reason) => log.error(`Message of the dashboard refused: ${reason}`),
    onMessage: (message) => {
      switch (message.kind) {
        case 'certify':
          void vscode.commands.executeCommand('pcm.certify');
          break;
        case 'cancel':
          certifier.cancel();
          break;
        case 'open-certificate':
          void vscode.commands.executeCommand('pcm.openCertificate', message.model);
          break;
        case 'show-problems':
          void vscode.commands.executeCommand('workbench.actions.view.problems');
          break;
        case 'fault':
          log.error(`Fault in the dashboard: ${message.message}`);
          break;
      }
    },
  });

  const open = (model: string | undefined): Promise<void> => openCertificate(vscode, certifier, model);
  const certifyHost = {
    certifier,
    cli,
    showDashboard: () => dashboard.show(),
    showLog: () => log.show(true),
    openCertificate: open,
    onProgress: (listener: (progress: ProgressEvent) => void) => {
      progressListeners.add(listener);
      return () => progressListeners.delete(listener);
    },
  };

  const commands: Record<CommandId, (argument: unknown) => unknown> = {
    'pcm.certify': (resource) =>
      certifyCommand(vscode, certifyHost, resource instanceof vscode.Uri ? resource : undefined),
    'pcm.cancel': () =>
      certifier.cancel() ? undefined : vscode.window.showInformationMessage('No certification is running.'),
    'pcm.showDashboard': () => dashboard.show(),
    'pcm.openCertificate': (model) => open(typeof model === 'string' ? model : undefined),
  };

  context.subscriptions.push(
    log,
    findings,
    status,
    dashboard,
    { dispose: () => certifier.dispose() },
    ...Object.entries(commands).map(([id, handler]) => vscode.commands.registerCommand(id, handler)),
    vscode.window.registerWebviewPanelSerializer(DASHBOARD_VIEW_TYPE, {
      deserializeWebviewPanel: (panel) => {
        dashboard.adopt(panel);
        return Promise.resolve();
      },
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => certifier.block(null)),
  );
  if (!vscode.workspace.isTrusted) certifier.block(UNTRUSTED);
  status.show(certifier.state());
  return { dashboard: () => certifier.state() };
}
