import path from 'node:path';
import type { TextDocument, Uri } from 'vscode';
import type { Certification } from './certification.ts';
import { createCertificateStore, type CertificateStore } from './certificate-store.ts';
import { addCommands, type FeatureHost } from './feature.ts';
import { isConfig } from './project-choice.ts';

/** More project files than this in one workspace are not looked at. */
const MOST_CONFIGS = 200;

/** Files settle for so long before they are read again, and so does the text of a project file that is typed, in ms. */
const SETTLE = { files: 400, typing: 250 } as const;

/** Keeps the store true to the files: at activation, whenever one of them changes, and while a claim is typed. */
export function registerCertificates(host: FeatureHost, { certifier }: Certification): CertificateStore {
  const { api, context, cli, log } = host;
  const store = createCertificateStore({ cli, log });
  const settle = createDelays();

  async function findProjects(): Promise<void> {
    const found = await api.workspace.findFiles(
      '**/pcm*.json',
      '**/{node_modules,certificates,.git,.pcm}/**',
      MOST_CONFIGS,
    );
    const projects = new Map<string, string[]>();
    for (const uri of found.filter(isConfig)) {
      const folder = path.dirname(uri.fsPath);
      projects.set(folder, [...(projects.get(folder) ?? []), path.basename(uri.fsPath)]);
    }
    for (const configs of projects.values()) configs.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
    store.setProjects(projects);
    await api.commands.executeCommand('setContext', 'pcm.hasProject', projects.size > 0);
  }

  /** The projects that a changed file lies in. */
  function touched(uri: Uri): void {
    for (const { folder } of store.projects()) {
      if (!uri.fsPath.startsWith(folder + path.sep)) continue;
      settle(folder, SETTLE.files, () => void store.refresh(folder));
    }
  }

  function typed(document: TextDocument): void {
    if (!isConfig(document.uri)) return;
    const { fsPath } = document.uri;
    settle(fsPath, SETTLE.typing, () => {
      if (document.isClosed) return;
      void store.foretell(path.dirname(fsPath), path.basename(fsPath), document.getText());
    });
  }

  const projectFiles = api.workspace.createFileSystemWatcher('**/pcm*.json');
  const inputs = api.workspace.createFileSystemWatcher('**/*.{xyz,extxyz,cif,vasp,parquet,csv,onnx,pcm-cert.json}');
  const search = (): void => settle('projects', SETTLE.files, () => void findProjects());
  context.subscriptions.push(
    store,
    projectFiles,
    inputs,
    settle,
    projectFiles.onDidCreate(search),
    projectFiles.onDidDelete(search),
    projectFiles.onDidChange(touched),
    inputs.onDidCreate(touched),
    inputs.onDidChange(touched),
    inputs.onDidDelete(touched),
    api.workspace.onDidChangeWorkspaceFolders(search),
    api.workspace.onDidChangeTextDocument(({ document }) => typed(document)),
    certifier.ended.on(({ target }) => void store.refresh(target.folder)),
  );
  addCommands(host, { 'pcm.refresh': () => store.refresh() });
  void findProjects();
  return store;
}

/** Calls that wait until nothing more of their kind has come for a while. */
function createDelays(): { (key: string, milliseconds: number, call: () => void): void; dispose(): void } {
  const waiting = new Map<string, NodeJS.Timeout>();
  const settle = (key: string, milliseconds: number, call: () => void): void => {
    clearTimeout(waiting.get(key));
    waiting.set(
      key,
      setTimeout(() => {
        waiting.delete(key);
        call();
      }, milliseconds),
    );
  };
  return Object.assign(settle, { dispose: () => waiting.forEach((timer) => clearTimeout(timer)) });
}
