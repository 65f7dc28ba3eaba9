import path from 'node:path';
import type { Uri } from 'vscode';
import type { FalsificationEvent } from '../protocol/falsification-events.ts';
import type { CertificatePages } from './certificate-editor.ts';
import { addCommands, type FeatureHost } from './feature.ts';
import { certificateOfArgument, isCertificate } from './command-arguments.ts';
import { callPcm } from './pcm-events.ts';
import { pickCertificate } from './pick-certificate.ts';

/** Time the child has to end by itself once it is asked to, milliseconds. */
const PATIENCE_MILLISECONDS = 8000;

/** `PCM: Falsify`: holds a certificate against new data, and says whether it stands. Runs the model, so it needs trust. */
export function registerFalsify(host: FeatureHost, pages: CertificatePages): void {
  const { api, cli, log } = host;
  const { t } = api.l10n;

  async function falsify(first: unknown, second: unknown): Promise<FalsificationEvent | undefined> {
    if (!api.workspace.isTrusted) {
      await api.window.showWarningMessage(t('Falsifying runs the model. Trust the workspace first.'));
      return undefined;
    }
    const given = [first, second].filter((each): each is Uri => each instanceof api.Uri);
    const certificate =
      certificateOfArgument(api, first) ??
      certificateOfArgument(api, second) ??
      (await pickCertificate(api, t('Certificate to falsify'), undefined));
    if (certificate === undefined) return undefined;
    const data = given.find((uri) => !isCertificate(uri)) ?? (await pickData(certificate));
    if (data === undefined) return undefined;
    return await run(certificate, data);
  }

  async function pickData(certificate: Uri): Promise<Uri | undefined> {
    const picked = await api.window.showOpenDialog({
      title: t('New data to hold the certificate against'),
      openLabel: t('Falsify'),
      defaultUri: api.Uri.joinPath(certificate, '..'),
      filters: { [t('Structures')]: ['xyz', 'extxyz', 'cif', 'vasp', 'poscar'], [t('All files')]: ['*'] },
    });
    return picked?.[0];
  }

  async function run(certificate: Uri, data: Uri): Promise<FalsificationEvent | undefined> {
    let event: FalsificationEvent | undefined;
    let complaint = '';
    const title = t('Falsifying {0} with {1}', path.basename(certificate.fsPath), path.basename(data.fsPath));
    const stopped = await api.window.withProgress(
      { location: api.ProgressLocation.Notification, title, cancellable: true },
      async (_progress, token) => {
        const child = callPcm({
          cli,
          args: ['falsify', certificate.fsPath, data.fsPath],
          cwd: path.dirname(certificate.fsPath),
          patience: PATIENCE_MILLISECONDS,
          log,
          onEvent(said) {
            if (said.kind === 'falsification') event = said;
            if (said.kind === 'problem') complaint = `${said.message} ${said.fix}`;
          },
        });
        const cancellation = token.onCancellationRequested(() => child.cancel());
        try {
          return await child.stopped;
        } finally {
          cancellation.dispose();
        }
      },
    );
    if (stopped.kind === 'cancelled') return undefined;
    if (event === undefined) {
      const showLog = t('Show Log');
      const reason = complaint === '' ? t('The log says more.') : complaint;
      const answer = await api.window.showErrorMessage(t('Could not falsify. {0}', reason), showLog);
      if (answer === showLog) log.show(true);
      return undefined;
    }
    await api.commands.executeCommand('vscode.openWith', certificate, 'pcm.certificate');
    pages.tell(certificate.fsPath, { kind: 'falsification', event });
    void announce(event, certificate);
    return event;
  }

  async function announce(event: FalsificationEvent, certificate: Uri): Promise<void> {
    const { verdict, counterexample, rate } = event;
    const name = path.basename(certificate.fsPath);
    const bound = `${(100 * rate.pooled.upperBound).toPrecision(3)} %`;
    if (verdict === 'stands') {
      await api.window.showInformationMessage(t('{0} stands: with the new data at most {1} fail.', name, bound));
      return;
    }
    if (verdict === 'undecided' || counterexample === null) {
      await api.window.showWarningMessage(`${name}: ${verdict}. ${event.reasons.join(' ')}`);
      return;
    }
    const show = t('Show Structure');
    const atoms = counterexample.atoms === 1 ? t('1 atom') : t('{0} atoms', counterexample.atoms);
    const sentence = t('{0} is revoked by {1} ({2}).', name, counterexample.formula, atoms);
    if ((await api.window.showWarningMessage(sentence, show)) !== show) return;
    const file = api.Uri.file(path.resolve(path.dirname(certificate.fsPath), counterexample.file));
    const at = new api.Position(counterexample.line - 1, 0);
    await api.window.showTextDocument(file, { selection: new api.Range(at, at) });
  }

  addCommands(host, { 'pcm.falsify': falsify });
}
