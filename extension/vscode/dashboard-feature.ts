import type { Certification } from './certification.ts';
import { DASHBOARD_VIEW_TYPE } from './commands.ts';
import { createDashboard } from './dashboard-panel.ts';
import { addCommands, type FeatureHost } from './feature.ts';

/** The dashboard: its command, its panel (restored after a reload), and what the buttons on it do. */
export function registerDashboard(host: FeatureHost, { certifier }: Certification): void {
  const { api, context, log } = host;
  const dashboard = createDashboard(api, {
    extensionUri: context.extensionUri,
    state: () => certifier.state(),
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
        case 'fault':
          log.error(`Fault in the dashboard: ${message.message}`);
          break;
      }
    },
  });
  addCommands(host, { 'pcm.showDashboard': () => dashboard.show() });
  context.subscriptions.push(
    dashboard,
    certifier.changed.on(() => dashboard.refresh()),
    api.window.registerWebviewPanelSerializer(DASHBOARD_VIEW_TYPE, {
      deserializeWebviewPanel: (panel) => {
        dashboard.adopt(panel);
        return Promise.resolve();
      },
    }),
  );
}
