import type { Certification } from './certification.ts';
import { createCertificateFeed } from './certificate-feed.ts';
import { DASHBOARD_VIEW_TYPE } from './commands.ts';
import { createDashboard } from './dashboard-panel.ts';
import { answerRequest } from './dashboard-requests.ts';
import { addCommands, type FeatureHost } from './feature.ts';
import { restoredRun } from './restore-certificates.ts';

/** Where the workspace remembers what the reader of the dashboard chose. */
const KEPT = 'pcm.dashboard.kept';

/** The dashboard: its command, its panel (restored after a reload), its data, and what the buttons on it do. */
export function registerDashboard(host: FeatureHost, { certifier }: Certification): void {
  const { api, context, log, cli } = host;
  const feed = createCertificateFeed({ cli, log, onChange: () => dashboard.refreshTables() });
  let restored = false;

  /** A page in a new window shows what the last window's runs left on the disk. */
  async function restore(): Promise<void> {
    if (restored || certifier.state().run.kind !== 'idle') return;
    restored = true;
    const run = await restoredRun(api, feed);
    if (run !== null) certifier.restore(run);
  }

  const dashboard = createDashboard(api, {
    extensionUri: context.extensionUri,
    state: () => certifier.state(),
    tables: () => feed.tables(),
    memory: {
      get: () => context.workspaceState.get<string>(KEPT),
      set: (kept) => void context.workspaceState.update(KEPT, kept),
    },
    onReady: () => {
      restore().catch((error: unknown) => log.error(`Certificates could not be shown: ${String(error)}`));
    },
    onBadMessage: (reason) => log.error(`Message of the dashboard refused: ${reason}`),
    onMessage: (message) => {
      switch (message.kind) {
        case 'certify':
          void api.commands.executeCommand('pcm.certify');
          break;
        case 'cancel':
          certifier.cancel();
          break;
        case 'pause':
          certifier.pause();
          break;
        case 'resume':
          void api.commands.executeCommand('pcm.resume');
          break;
        case 'open-certificate':
          void api.commands.executeCommand('pcm.openCertificate', message.model);
          break;
        case 'show-problems':
          void api.commands.executeCommand('workbench.actions.view.problems');
          break;
        case 'request':
          void answerRequest(host, feed.tables(), message.request).then((answer) =>
            dashboard.answer(message.id, answer),
          );
          break;
        case 'fault':
          log.error(`Fault in the dashboard: ${message.message}`);
          break;
      }
    },
  });
  addCommands(host, { 'pcm.showDashboard': () => dashboard.show() });
  context.subscriptions.push(
    dashboard,
    feed,
    certifier.changed.on(() => dashboard.refresh()),
    certifier.runChanged.on((run) => {
      // What earlier certificates say does not belong beside the run that replaces them.
      if (run !== undefined) {
        restored = true;
        feed.clear();
      }
    }),
    certifier.ended.on(({ results, target }) => {
      void (async () => {
        for (const { certificate } of results) if (certificate !== null) await feed.read(certificate, target.config);
      })();
    }),
    api.window.registerWebviewPanelSerializer(DASHBOARD_VIEW_TYPE, {
      deserializeWebviewPanel: (panel) => {
        dashboard.adopt(panel);
        return Promise.resolve();
      },
    }),
  );
}
