import type { ThemeIcon, TreeItem } from 'vscode';
import { verdictKinds } from '../core/verdict-kinds.ts';
import type { VsCodeApi } from './api.ts';
import type { Certification } from './certification.ts';
import type { CertificateStore } from './certificate-store.ts';
import { certificateTree, verdictWord, type ItemState, type SortOrder, type TreeNode } from './certificate-tree.ts';
import { addCommands, type FeatureHost } from './feature.ts';

/** Id of the view; package.json declares it and its welcome content. */
export const CERTIFICATE_VIEW = 'pcm.certificates';

/** The PCM view: project, model, certificate, and in it rounds, obligations and counterexamples. */
export function registerCertificateView(
  host: FeatureHost,
  { certifier }: Certification,
  store: CertificateStore,
): void {
  const { api, context } = host;
  const changed = new api.EventEmitter<undefined>();
  let verdicts: readonly ItemState[] | null = null;
  let order: SortOrder = 'certificate';
  let roots: readonly TreeNode[] = [];

  function rebuild(): void {
    const { run } = certifier.state();
    const running = run.kind === 'running' ? (certifier.target() ?? null) : null;
    roots = certificateTree(store.projects(), { verdicts, order, running, t: api.l10n.t });
    changed.fire(undefined);
  }

  const view = api.window.createTreeView<TreeNode>(CERTIFICATE_VIEW, {
    showCollapseAll: true,
    canSelectMany: true,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: (node) => [...(node ?? { children: roots }).children],
      getTreeItem: (node) => itemOf(api, node),
    },
  });

  async function filter(): Promise<void> {
    const picked = await api.window.showQuickPick(
      verdictKinds.map((kind) => ({
        label: verdictWord(kind, api.l10n.t),
        verdict: kind,
        picked: verdicts === null || verdicts.includes(kind),
      })),
      { canPickMany: true, title: api.l10n.t('Show obligations that are …') },
    );
    if (picked === undefined) return;
    verdicts =
      picked.length === 0 || picked.length === verdictKinds.length ? null : picked.map(({ verdict }) => verdict);
    view.message =
      verdicts === null ? '' : api.l10n.t('Showing {0} only.', picked.map(({ label }) => label).join(', '));
    rebuild();
  }

  async function sort(): Promise<void> {
    const orders: { label: string; order: SortOrder }[] = [
      { label: api.l10n.t('As in the certificate'), order: 'certificate' },
      { label: api.l10n.t('By verdict, what needs a look first'), order: 'verdict' },
      { label: api.l10n.t('By name'), order: 'name' },
    ];
    const picked = await api.window.showQuickPick(orders, { title: api.l10n.t('Sort obligations') });
    if (picked === undefined) return;
    order = picked.order;
    rebuild();
  }

  async function copy(node: unknown, selected: unknown): Promise<void> {
    const nodes = Array.isArray(selected) ? (selected as TreeNode[]) : [node as TreeNode];
    const chosen = nodes[0] === undefined ? view.selection : nodes;
    await api.env.clipboard.writeText(chosen.map(copiedText).join('\n'));
  }

  context.subscriptions.push(
    view,
    changed,
    store.changed.on(() => {
      rebuild();
      const any = store.projects().some(({ certificates }) => certificates.length > 0);
      void api.commands.executeCommand('setContext', 'pcm.hasCertificates', any);
    }),
    certifier.changed.on(({ run }) => {
      if (run.kind !== shownRun) rebuild();
      shownRun = run.kind;
    }),
  );
  let shownRun = certifier.state().run.kind;
  addCommands(host, {
    'pcm.filterObligations': filter,
    'pcm.sortObligations': sort,
    'pcm.copyItem': copy,
  });
  rebuild();
}

const copiedText = ({ label, description, tooltip }: TreeNode): string =>
  [label, description, tooltip].filter((part) => part !== '').join('\t');

function itemOf(api: VsCodeApi, node: TreeNode): TreeItem {
  const { None, Collapsed, Expanded } = api.TreeItemCollapsibleState;
  const opened =
    node.kind === 'project' || node.kind === 'model' || node.kind === 'certificate' || node.kind === 'obligations';
  const item = new api.TreeItem(node.label, node.children.length === 0 ? None : opened ? Expanded : Collapsed);
  item.id = node.id;
  item.description = node.description;
  item.tooltip = node.tooltip === '' ? node.label : node.tooltip;
  item.contextValue = node.kind;
  const icon = iconOf(api, node);
  if (icon !== undefined) item.iconPath = icon;
  item.accessibilityInformation = { label: spokenLabel(api, node) };
  const open = commandOf(node);
  if (open !== undefined) item.command = { title: api.l10n.t('Open'), command: open, arguments: [node] };
  return item;
}

/** What a screen reader says: the kind of thing, its verdict where the icon alone tells it, and the rest. */
function spokenLabel(api: VsCodeApi, { label, description, state }: TreeNode): string {
  const { t } = api.l10n;
  const words = state === undefined ? '' : state === 'running' ? t('running') : verdictWord(state, t);
  return [label, description.includes(words) ? '' : words, description].filter((part) => part !== '').join(', ');
}

function commandOf({ kind }: TreeNode): string | undefined {
  if (kind === 'obligation') return 'pcm.revealTheorem';
  return kind === 'counterexample' ? 'pcm.revealStructure' : undefined;
}

/** Shape and colour together, so that neither alone has to carry the meaning. */
export function stateIcon(api: VsCodeApi, state: ItemState): ThemeIcon {
  const icon = (name: string, colour: string): ThemeIcon => new api.ThemeIcon(name, new api.ThemeColor(colour));
  switch (state) {
    case 'proved':
      return icon('pass', 'testing.iconPassed');
    case 'refuted':
      return icon('error', 'testing.iconFailed');
    case 'stuck':
      return icon('question', 'testing.iconErrored');
    case 'stale':
      return icon('history', 'testing.iconSkipped');
    case 'unchecked':
      return icon('circle-outline', 'testing.iconUnset');
    case 'running':
      return icon('sync~spin', 'testing.iconQueued');
  }
}

function iconOf(api: VsCodeApi, { kind, state }: TreeNode): ThemeIcon | undefined {
  if (state !== undefined && kind !== 'project') return stateIcon(api, state);
  switch (kind) {
    case 'project':
      return state === 'running' ? stateIcon(api, state) : new api.ThemeIcon('beaker');
    case 'rounds':
    case 'round':
      return new api.ThemeIcon('target');
    case 'obligations':
      return new api.ThemeIcon('checklist');
    case 'counterexamples':
    case 'counterexample':
      return new api.ThemeIcon('bug');
    case 'model':
    case 'certificate':
    case 'obligation':
    case 'note':
      return undefined;
  }
}
