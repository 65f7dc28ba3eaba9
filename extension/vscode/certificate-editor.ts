import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { CustomDocument, Uri, Webview, WebviewPanel } from 'vscode';
import type { CertificateView, FromCertificatePage, ToCertificatePage } from '../protocol/certificate-page.ts';
import { certificateAt, certificateHistory } from './certificate-history.ts';
import { compareCertificates } from './certificate-comparison.ts';
import type { CertificateReading } from './certificate-reading.ts';
import { LONGEST_CERTIFICATE } from './certificate-size.ts';
import { readCertificateInThread } from './certificate-thread.ts';
import { certificateOfArgument } from './command-arguments.ts';
import { CERTIFICATE_VIEW_TYPE } from './commands.ts';
import { addCommands, type FeatureHost } from './feature.ts';
import { pickCertificate } from './pick-certificate.ts';
import { webviewPage } from './webview-page.ts';

/** Time for a writer to finish with a file that has just changed, milliseconds. */
const SETTLE_MILLISECONDS = 200;

/** Pages that are open, by the certificate they show; who has news of a certificate tells them through this. */
export interface CertificatePages {
  readonly tell: (certificate: string, message: ToCertificatePage) => void;
}

/**
 * The read-only editor of `*.pcm-cert.json`, and the comparison of two. Reads, and runs nothing: it works in an untrusted
 * workspace.
 */
export function registerCertificateEditor(host: FeatureHost): CertificatePages {
  const { api, context, log } = host;
  const { t } = api.l10n;
  const script = context.asAbsolutePath(path.join('dist', 'certificate-reader.cjs'));
  const open = new Map<string, Set<Webview>>();
  /** The latest news of a certificate, for a page that is not there yet. */
  const news = new Map<string, ToCertificatePage>();

  async function read(uri: Uri): Promise<CertificateReading> {
    const file = path.basename(uri.fsPath);
    try {
      const { size } = await stat(uri.fsPath);
      if (size > LONGEST_CERTIFICATE) return { kind: 'unreadable', file, reason: t('It has {0} bytes.', size) };
      return await readCertificateInThread(script, await readFile(uri.fsPath), file);
    } catch (error) {
      return { kind: 'unreadable', file, reason: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Puts the page into `webview`; `onMessage` gets what it says once it is there. */
  function fill(webview: Webview, onMessage: (message: FromCertificatePage) => Promise<void>): void {
    const dist = api.Uri.joinPath(context.extensionUri, 'dist');
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    // Loaded while the page loads.
    const messages = import('../protocol/certificate-page.ts');
    const receive = async (raw: unknown): Promise<void> => {
      const message = (await messages).fromCertificatePageSchema.safeParse(raw);
      if (message.success) await onMessage(message.data);
      else log.error(`Message of the certificate page refused: ${message.error.issues[0]?.message ?? ''}`);
    };
    webview.onDidReceiveMessage((raw: unknown) => {
      receive(raw).catch((error: unknown) => log.error(`Certificate page: ${String(error)}`));
    });
    const address = (file: string): string => webview.asWebviewUri(api.Uri.joinPath(dist, file)).toString();
    webview.html = webviewPage({
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64url'),
      script: address('certificate.js'),
      style: address('certificate.css'),
      title: 'PCM Certificate',
      attributes: { 'data-words': JSON.stringify(api.l10n.bundle ?? {}) },
    });
  }

  function resolve(document: CustomDocument, panel: WebviewPanel): void {
    const { uri } = document;
    const { webview } = panel;
    const post = (message: ToCertificatePage): void => void webview.postMessage(message);
    const show = async (): Promise<void> => {
      post(await read(uri));
      const latest = news.get(uri.fsPath);
      if (latest !== undefined) post(latest);
      const history = await certificateHistory(api, uri);
      post(
        history.kind === 'versions'
          ? { kind: 'history', versions: [...history.versions], reason: null }
          : { kind: 'history', versions: [], reason: history.reason },
      );
    };
    fill(webview, async (message) => {
      switch (message.kind) {
        case 'ready':
          return show();
        case 'copy':
          await api.env.clipboard.writeText(message.text);
          api.window.setStatusBarMessage(t('Copied'), 2000);
          return;
        case 'open-text':
          await api.commands.executeCommand('vscode.openWith', uri, 'default');
          return;
        case 'compare':
          return message.commit === null ? compareWithPicked(uri) : compareWithCommit(uri, message.commit);
        case 'falsify': {
          const [first] = message.addresses;
          const data = first === undefined ? undefined : api.Uri.parse(first);
          await api.commands.executeCommand('pcm.falsify', uri, data);
          return;
        }
        case 'fault':
          log.error(`Fault in the certificate page: ${message.message}`);
      }
    });
    const key = uri.fsPath;
    const pages = open.get(key) ?? new Set();
    open.set(key, pages.add(webview));
    let settling: NodeJS.Timeout | undefined;
    const watcher = api.workspace.createFileSystemWatcher(
      new api.RelativePattern(api.Uri.joinPath(uri, '..'), path.basename(uri.fsPath)),
    );
    const changed = (): void => {
      clearTimeout(settling);
      settling = setTimeout(() => void show(), SETTLE_MILLISECONDS);
    };
    watcher.onDidChange(changed);
    watcher.onDidCreate(changed);
    panel.onDidDispose(() => {
      clearTimeout(settling);
      watcher.dispose();
      pages.delete(webview);
      if (pages.size === 0) open.delete(key);
    });
  }

  async function viewOf(uri: Uri): Promise<CertificateView | undefined> {
    return shown(await read(uri));
  }

  function shown(reading: CertificateReading): CertificateView | undefined {
    if (reading.kind === 'certificate') return reading.view;
    void api.window.showErrorMessage(t('{0} cannot be read as a certificate. {1}', reading.file, reading.reason));
    return undefined;
  }

  async function compareWithPicked(uri: Uri): Promise<void> {
    const other = await pickCertificate(api, t('Compare with'), uri);
    if (other === undefined) return;
    const [left, right] = [await viewOf(uri), await viewOf(other)];
    if (left === undefined || right === undefined) return;
    const name = (each: Uri): string => api.workspace.asRelativePath(each);
    showComparison(left, right, [name(uri), name(other)]);
  }

  async function compareWithCommit(uri: Uri, commit: string): Promise<void> {
    const text = await certificateAt(api, uri, commit);
    const now = await viewOf(uri);
    if (text === null || now === undefined) return;
    const before = shown(await readCertificateInThread(script, text, path.basename(uri.fsPath)));
    if (before !== undefined) showComparison(before, now, [commit.slice(0, 10), t('now')]);
  }

  function showComparison(left: CertificateView, right: CertificateView, names: readonly [string, string]): void {
    const title = t('Compare certificates');
    const panel = api.window.createWebviewPanel('pcm.comparison', title, api.ViewColumn.Active);
    const comparison = compareCertificates(left, right, names);
    fill(panel.webview, async (message) => {
      if (message.kind === 'ready') await panel.webview.postMessage({ kind: 'comparison', comparison });
      if (message.kind === 'copy') await api.env.clipboard.writeText(message.text);
    });
  }

  addCommands(host, {
    'pcm.compareCertificates': async (resource) => {
      const first = certificateOfArgument(api, resource) ?? (await pickCertificate(api, t('Compare'), undefined));
      if (first !== undefined) await compareWithPicked(first);
    },
  });
  context.subscriptions.push(
    api.window.registerCustomEditorProvider(
      CERTIFICATE_VIEW_TYPE,
      {
        openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
        resolveCustomEditor: resolve,
      },
      { supportsMultipleEditorsPerDocument: true },
    ),
  );
  return {
    tell(certificate, message) {
      news.set(certificate, message);
      open.get(certificate)?.forEach((webview) => void webview.postMessage(message));
    },
  };
}
