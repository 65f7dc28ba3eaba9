import path from 'node:path';
import * as vscode from 'vscode';
import type { DashboardState } from '../protocol/dashboard-state.ts';
import { registerCertificateEditor } from './certificate-editor.ts';
import { registerCertification } from './certification.ts';
import { registerCertificateView } from './certificate-view.ts';
import { registerCertificates } from './certificates-feature.ts';
import { registerDashboard } from './dashboard-feature.ts';
import { registerFailureNavigation } from './failure-navigation.ts';
import { registerFalsify } from './falsify.ts';
import type { FeatureHost } from './feature.ts';
import { registerFixes } from './fixes.ts';
import { registerLean } from './lean-client.ts';
import type { LeanState } from './lean-status.ts';
import { registerLeanHighlighting } from './lean-highlighting.ts';
import { registerLint } from './lint.ts';
import { registerProjectCommands } from './project-commands.ts';
import { registerRoutedProblems } from './routed-problems.ts';
import { registerTestExplorer } from './test-explorer.ts';

/** What the extension offers to other extensions and to its own tests. */
export interface PcmExtension {
  /** Goes up when something here changes its meaning or goes; what is added leaves it as it is. */
  readonly version: 1;
  /** What the dashboard shows now. */
  dashboard(): DashboardState;
  /** How the Lean server of generated files stands. */
  lean(): LeanState['kind'];
}

/** Puts the features together; what each of them does is in its own file. */
export function activate(context: vscode.ExtensionContext): PcmExtension {
  const log = vscode.window.createOutputChannel('Proof-Carrying Materials', { log: true });
  context.subscriptions.push(log);
  const host: FeatureHost = { api: vscode, context, log, cli: context.asAbsolutePath(path.join('dist', 'pcm.cjs')) };

  const certification = registerCertification(host);
  registerDashboard(host, certification);
  registerProjectCommands(host);
  registerLint(host);
  registerLeanHighlighting(host);
  registerFalsify(host, registerCertificateEditor(host));
  const certificates = registerCertificates(host, certification);
  registerCertificateView(host, certification, certificates);
  registerRoutedProblems(host, certificates);
  const lean = registerLean(host);
  registerFixes(host, certificates, registerFailureNavigation(host, certificates, lean.goalAt));
  registerTestExplorer(host, certificates);

  return { version: 1, dashboard: () => certification.certifier.state(), lean: () => lean.state() };
}
