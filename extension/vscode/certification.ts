import { createCertifier, type Certifier } from './certifier.ts';
import { registerCertify } from './certify-command.ts';
import { registerCertifyLens } from './certify-lens.ts';
import { createFindings, type Findings } from './diagnostics.ts';
import { certificateOfArgument } from './command-arguments.ts';
import { CERTIFICATE_VIEW_TYPE } from './commands.ts';
import { addCommands, type FeatureHost } from './feature.ts';
import { registerInterruptedRun } from './interrupted-run.ts';
import { openCertificate } from './open-certificate.ts';
import { createStatusItem } from './status-item.ts';

/** What runs, and what it found. */
export interface Certification {
  readonly certifier: Certifier;
  readonly findings: Findings;
}

/** Certify, pause, resume, cancel, open the certificate: the commands, the child process, its status item and its problems. */
export function registerCertification(host: FeatureHost): Certification {
  const { api, context, log, cli } = host;
  const findings = createFindings(api);
  const status = createStatusItem(api);
  const certifier = createCertifier({ cli, log, findings });
  context.subscriptions.push(
    findings,
    status,
    certifier,
    certifier.changed.on((state) => status.show(state)),
  );
  addCommands(host, {
    'pcm.openCertificate': async (argument) => {
      const file = certificateOfArgument(api, argument);
      if (file !== undefined) await api.commands.executeCommand('vscode.openWith', file, CERTIFICATE_VIEW_TYPE);
      else await openCertificate(api, certifier, typeof argument === 'string' ? argument : undefined);
    },
  });
  registerCertify(host, certifier);
  registerCertifyLens(host);
  status.show(certifier.state());
  registerInterruptedRun(host, certifier);
  return { certifier, findings };
}
