import { randomBytes } from 'node:crypto';
import type { Uri, WebviewPanel } from 'vscode';
import { fromDashboardSchema, type FromDashboard, type ToDashboard } from '../protocol/dashboard.ts';
import type { DashboardState } from '../protocol/dashboard-state.ts';
import type { VsCodeApi } from './api.ts';
import { DASHBOARD_VIEW_TYPE } from './commands.ts';
import { dashboardPage } from './dashboard-page.ts';

/** At most ten states a second reach the page, however fast the events come. */
const SEND_EVERY_MILLISECONDS = 100;

export interface DashboardHost {
  readonly extensionUri: Uri;
  readonly state: () => DashboardState;
  /** Called for each message of the page that has the right shape. */
  readonly onMessage: (message: Exclude<FromDashboard, { kind: 'ready' }>) => void;
  /** Called with the reason for each message that has not. */
  readonly onBadMessage: (reason: string) => void;
}

export interface Dashboard {
  /** Opens the panel beside the editor, or brings it to the front; the focus stays where it is. */
  show(): void;
  /** Takes over a panel that the editor restored after a reload. */
  adopt(panel: WebviewPanel): void;
  /** Tells the page, soon, that the state has changed. */
  refresh(): void;
  dispose(): void;
}

export function createDashboard(api: VsCodeApi, host: DashboardHost): Dashboard {
  let panel: WebviewPanel | undefined;
  let ready = false;
  let pending: NodeJS.Timeout | undefined;

  function send(): void {
    clearTimeout(pending);
    pending = undefined;
    if (!ready || panel?.visible !== true) return;
    const message: ToDashboard = { kind: 'state', state: host.state() };
    void panel.webview.postMessage(message);
  }

  function receive(raw: unknown): void {
    const message = fromDashboardSchema.safeParse(raw);
    if (!message.success) {
      host.onBadMessage(message.error.issues[0]?.message ?? 'unknown shape');
    } else if (message.data.kind === 'ready') {
      ready = true;
      send();
    } else {
      host.onMessage(message.data);
    }
  }

  function adopt(adopted: WebviewPanel): void {
    panel?.dispose();
    panel = adopted;
    ready = false;
    const dist = api.Uri.joinPath(host.extensionUri, 'dist');
    const icons = api.Uri.joinPath(host.extensionUri, 'media', 'icons');
    adopted.webview.options = { enableScripts: true, localResourceRoots: [dist] };
    adopted.iconPath = {
      light: api.Uri.joinPath(icons, 'pcm-on-light.svg'),
      dark: api.Uri.joinPath(icons, 'pcm-on-dark.svg'),
    };
    // A page that was hidden is thrown away and loaded anew; it says `ready` again.
    adopted.onDidChangeViewState(() => {
      if (!adopted.visible) ready = false;
    });
    adopted.webview.onDidReceiveMessage(receive);
    adopted.onDidDispose(() => {
      if (panel === adopted) panel = undefined;
    });
    const address = (file: string): string => adopted.webview.asWebviewUri(api.Uri.joinPath(dist, file)).toString();
    adopted.webview.html = dashboardPage({
      cspSource: adopted.webview.cspSource,
      nonce: randomBytes(16).toString('base64url'),
      script: address('webview.js'),
      style: address('webview.css'),
    });
  }

  return {
    show() {
      if (panel !== undefined) {
        panel.reveal(undefined, true);
        return;
      }
      const beside = api.window.activeTextEditor === undefined ? api.ViewColumn.Active : api.ViewColumn.Beside;
      const place = { viewColumn: beside, preserveFocus: true };
      adopt(api.window.createWebviewPanel(DASHBOARD_VIEW_TYPE, 'PCM Dashboard', place));
    },
    adopt,
    refresh() {
      pending ??= setTimeout(send, SEND_EVERY_MILLISECONDS);
    },
    dispose() {
      clearTimeout(pending);
      panel?.dispose();
    },
  };
}
