import { randomBytes } from 'node:crypto';
import type { Uri, WebviewPanel } from 'vscode';
import type { DashboardAnswer } from '../protocol/dashboard-data.ts';
import type { FromDashboard, fromDashboardSchema } from '../protocol/dashboard.ts';
import type { DashboardState } from '../protocol/dashboard-state.ts';
import type { VsCodeApi } from './api.ts';
import { DASHBOARD_VIEW_TYPE } from './commands.ts';
import type { StoredTable } from './observation-store.ts';
import { createOutbox } from './outbox.ts';
import { webviewPage } from './webview-page.ts';

/** At most ten messages a second reach the page, however fast the events come. */
const SEND_EVERY_MILLISECONDS = 100;

export interface DashboardHost {
  readonly extensionUri: Uri;
  readonly state: () => DashboardState;
  readonly tables: () => ReadonlyMap<string, StoredTable>;
  /** What the reader of the page chose lasts as long as the workspace. */
  readonly memory: { readonly get: () => string | undefined; readonly set: (kept: string) => void };
  /** Called whenever a page says that it can draw. */
  readonly onReady: () => void;
  /** Called for each other message of the page that has the right shape; requests are answered with `answer`. */
  readonly onMessage: (message: Exclude<FromDashboard, { kind: 'ready' | 'keep' }>) => void;
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
  /** Tells the page, soon, which observations have come. */
  refreshTables(): void;
  answer(id: number, answer: DashboardAnswer): void;
  dispose(): void;
}

export function createDashboard(api: VsCodeApi, host: DashboardHost): Dashboard {
  let panel: WebviewPanel | undefined;
  let ready = false;
  let pending: NodeJS.Timeout | undefined;
  const outbox = createOutbox(host.state, host.tables);

  function send(): void {
    pending = undefined;
    if (!ready || panel?.visible !== true) return;
    const message = outbox.next();
    if (message === null) return;
    void panel.webview.postMessage(message);
    pending = setTimeout(send, SEND_EVERY_MILLISECONDS);
  }

  /** Sends at once where nothing was sent a moment ago. */
  function wake(): void {
    if (pending === undefined) send();
  }

  function receive(message: ReturnType<(typeof fromDashboardSchema)['safeParse']>): void {
    if (!message.success) {
      host.onBadMessage(message.error.issues[0]?.message ?? 'unknown shape');
    } else if (message.data.kind === 'ready') {
      ready = true;
      outbox.reset();
      host.onReady();
      wake();
    } else if (message.data.kind === 'keep') {
      host.memory.set(message.data.kept);
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
    // Loaded while the page loads.
    const messages = import('../protocol/dashboard.ts');
    adopted.webview.onDidReceiveMessage((raw: unknown) => {
      void messages.then((protocol) => receive(protocol.fromDashboardSchema.safeParse(raw)));
    });
    adopted.onDidDispose(() => {
      if (panel === adopted) panel = undefined;
    });
    const address = (file: string): string => adopted.webview.asWebviewUri(api.Uri.joinPath(dist, file)).toString();
    const kept = host.memory.get();
    adopted.webview.html = webviewPage({
      cspSource: adopted.webview.cspSource,
      nonce: randomBytes(16).toString('base64url'),
      script: address('webview.js'),
      style: address('webview.css'),
      title: 'Proof-Carrying Materials',
      attributes: {
        id: 'dashboard',
        'data-words': JSON.stringify(api.l10n.bundle ?? {}),
        // Loaded by the page itself when a structure is first looked at.
        'data-structure-view': address('structure-view.js'),
        ...(kept !== undefined && { 'data-kept': kept }),
      },
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
      outbox.stateChanged();
      wake();
    },
    refreshTables: wake,
    answer(id, answer) {
      outbox.answer({ kind: 'answer', id, answer });
      wake();
    },
    dispose() {
      clearTimeout(pending);
      panel?.dispose();
    },
  };
}
