import type { DashboardState } from '../protocol/dashboard-state.ts';
import type { ProgressEvent } from '../protocol/events.ts';
import { certifyCommand, UNTRUSTED } from './certify-command.ts';
import { createCertifier, type Certifier } from './certifier.ts';
import { createFindings } from './diagnostics.ts';
import { addCommands, type FeatureHost } from './feature.ts';
import { openCertificate } from './open-certificate.ts';
import { createStatusItem } from './status-item.ts';

/** The certifier, and the way to hear of its changes. */
export interface Certification {
  readonly certifier: Certifier;
  /** Calls `listener` after every change of the certifier's state; returns the way to stop listening. */
  readonly onChange: (listener: (state: DashboardState) => void) => () => void;
}

/** Certify, cancel, open the certificate: the commands, the child process, its status item and its problems. */
export function registerCertification(host: FeatureHost): Certification {
  const { api, context, log, cli } = host;
  const findings = createFindings(api);
  const status = createStatusItem(api);
  const changeListeners = new Set<(state: DashboardState) => void>();
  const progressListeners = new Set<(progress: ProgressEvent) => void>();

  const certifier = createCertifier({
    cli,
    log,
    findings,
    onChange: (state) => {
      status.show(state);
      changeListeners.forEach((listener) => listener(state));
    },
    onProgress: (progress) => progressListeners.forEach((listener) => listener(progress)),
  });

  const open = (model: string | undefined): Promise<void> => openCertificate(api, certifier, model);
  const certifyHost = {
    certifier,
    cli,
    showDashboard: () => void api.commands.executeCommand('pcm.showDashboard'),
    showLog: () => log.show(true),
    openCertificate: open,
    onProgress: (listener: (progress: ProgressEvent) => void) => {
      progressListeners.add(listener);
      return () => progressListeners.delete(listener);
    },
  };

  addCommands(host, {
    'pcm.certify': (resource) => certifyCommand(api, certifyHost, resource instanceof api.Uri ? resource : undefined),
    'pcm.cancel': () =>
      certifier.cancel() ? undefined : api.window.showInformationMessage('No certification is running.'),
    'pcm.openCertificate': (model) => open(typeof model === 'string' ? model : undefined),
  });
  context.subscriptions.push(
    findings,
    status,
    { dispose: () => certifier.dispose() },
    api.workspace.onDidGrantWorkspaceTrust(() => certifier.block(null)),
  );
  if (!api.workspace.isTrusted) certifier.block(UNTRUSTED);
  status.show(certifier.state());
  return {
    certifier,
    onChange(listener) {
      changeListeners.add(listener);
      return () => changeListeners.delete(listener);
    },
  };
}
