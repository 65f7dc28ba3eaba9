import './without-eval.ts';
import type { DashboardReport } from '../extension/protocol/dashboard-data.ts';
import { LONGEST_KEPT, toDashboardSchema, type FromDashboard } from '../extension/protocol/dashboard.ts';
import { emptyDashboard } from '../extension/protocol/dashboard-reducer.ts';
import type { DashboardState } from '../extension/protocol/dashboard-state.ts';
import { element } from './element.ts';
import { rowsMatching } from './filter.ts';
import { filterBar } from './filter-bar.ts';
import { readKept, tabIds, type Kept, type TabId } from './kept.ts';
import { addRows, emptyObservations, type Observations } from './observations.ts';
import type { Actions, Section, View } from './page.ts';
import { createRequests } from './requests.ts';
import { emptySection } from './sections/empty.ts';
import { headerSection, modelsSection, progressSection } from './sections/header.ts';
import './style.css';
import './views.css';
import { tabBar } from './tab-bar.ts';
import { counterexamplesTab } from './tabs/counterexamples.ts';
import { discoveryTab } from './tabs/discovery.ts';
import { elementsTab } from './tabs/elements.ts';
import { modelsTab } from './tabs/models.ts';
import { overviewTab } from './tabs/overview.ts';
import { refinementTab } from './tabs/refinement.ts';
import { riskTab } from './tabs/risk.ts';
import { registerComponents } from './toolkit.ts';
import { t } from './words.ts';

const editor = acquireVsCodeApi();
const send = (message: FromDashboard): void => editor.postMessage(message);
const fault = (message: string): void => send({ kind: 'fault', message: message.slice(0, 1000) });

window.addEventListener('error', (event) => fault(event.message));
window.addEventListener('unhandledrejection', (event) => fault(String(event.reason)));
document.addEventListener('securitypolicyviolation', (event) =>
  fault(`${event.violatedDirective} refused ${event.blockedURI || 'an inline resource'}`),
);

registerComponents();

let state: DashboardState = emptyDashboard;
const root = document.getElementById('dashboard');
let kept = readKept(editor.getState(), root?.dataset['kept']);
const tables = new Map<string, Observations>();
const reports = new Map<string, DashboardReport>();
const requests = createRequests(
  (id, request) => send({ kind: 'request', id, request }),
  (act, milliseconds) => window.setTimeout(act, milliseconds),
  (timer) => window.clearTimeout(timer),
);

const actions: Actions = {
  send,
  ask: (request) => requests.ask(request),
  kept: () => kept,
  keep(change: Partial<Kept>): void {
    kept = { ...kept, ...change, changes: kept.changes + 1 };
    editor.setState(kept);
    const text = JSON.stringify(kept);
    if (text.length <= LONGEST_KEPT) send({ kind: 'keep', kept: text });
    schedule();
  },
  setFilter: (change) => actions.keep({ filter: { ...kept.filter, ...change } }),
  showRow: (row) => actions.keep({ tab: 'counterexamples', row }),
};

/** Above the tabs, and the same for all of them. */
const frame: readonly Section[] = [headerSection(actions), progressSection(), modelsSection(actions), emptySection()];
const filter = filterBar(actions);

const titles: Record<TabId, string> = {
  overview: t('Overview'),
  refinement: t('Refinement'),
  discovery: t('Discovery'),
  elements: t('Elements'),
  models: t('Models'),
  risk: t('Risk'),
  counterexamples: t('Counterexamples'),
};
const contents: Record<TabId, readonly Section[]> = {
  overview: overviewTab(actions),
  refinement: refinementTab(actions),
  discovery: discoveryTab(actions),
  elements: elementsTab(actions),
  models: modelsTab(actions),
  risk: riskTab(actions),
  counterexamples: counterexamplesTab(actions),
};
const tabs = tabIds
  .filter((id) => contents[id].length > 0)
  .map((id) => ({
    id,
    title: titles[id],
    panel: element('div', { class: 'panel', tabindex: '-1' }, ...contents[id].map(({ root }) => root)),
  }));
const bar = tabBar(tabs, (tab) => actions.keep({ tab }));
const panels = element('div', { class: 'panels' }, filter.root, ...tabs.map(({ panel }) => panel));

let matched: { table: Observations; length: number; filter: Kept['filter']; rows: Uint32Array } | undefined;

/** The rows of the filter; one pass per change, however many parts of the page ask. */
function rowsOf(table: Observations | undefined): Uint32Array {
  if (table === undefined) return new Uint32Array(0);
  if (matched?.table !== table || matched.length !== table.length || matched.filter !== kept.filter) {
    matched = { table, length: table.length, filter: kept.filter, rows: rowsMatching(table, kept.filter) };
  }
  return matched.rows;
}

let completed: { from: DashboardReport; report: DashboardReport } | undefined;

/** A comparison is of all models: the first certificate's report lacks it, for the others had no answers yet. */
function withComparison(own: DashboardReport | undefined): DashboardReport | undefined {
  if (own === undefined || own.comparison !== null) return own;
  const other = [...reports.values()].find(({ comparison }) => comparison !== null);
  if (other === undefined) return own;
  if (completed?.from !== own || completed.report.comparison !== other.comparison)
    completed = { from: own, report: { ...own, comparison: other.comparison } };
  return completed.report;
}

function update(): void {
  const model = state.models.find(({ id }) => id === kept.model) ?? state.models[0];
  const table = model === undefined ? undefined : tables.get(model.id);
  const report = model === undefined ? undefined : withComparison(reports.get(model.id));
  const view: View = { state, model, table, report, filter: kept.filter, rows: rowsOf(table) };
  for (const each of frame) each.update(view);
  const hasModel = model !== undefined;
  bar.root.hidden = !hasModel;
  panels.hidden = state.run.kind === 'idle' && !hasModel;
  const tab = tabs.some(({ id }) => id === kept.tab) ? kept.tab : 'overview';
  bar.show(tab);
  // Overview and refinement speak of the certificate as a whole.
  filter.root.hidden = tab === 'overview' || tab === 'refinement' || tab === 'models' || tab === 'risk';
  if (!filter.root.hidden) filter.update(view);
  for (const each of contents[tab]) each.update(view);
  document.body.dataset['drawn'] = state.run.kind;
  document.body.dataset['rows'] = String(table?.length ?? 0);
}

let due = false;

/** Several messages of one moment are drawn once. */
function schedule(): void {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    update();
  });
}

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  const read = toDashboardSchema.safeParse(event.data);
  if (!read.success) {
    const issue = read.error.issues[0];
    fault(`Message of the host refused: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'unknown shape'}`);
    return;
  }
  const message = read.data;
  switch (message.kind) {
    case 'state':
      ({ state } = message);
      break;
    case 'table':
      tables.set(message.head.model, emptyObservations(message.head));
      reports.delete(message.head.model);
      break;
    case 'rows': {
      const table = tables.get(message.model);
      if (table === undefined || !addRows(table, message.columns)) fault(`Rows of ${message.model} out of order.`);
      break;
    }
    case 'report':
      reports.set(message.model, message.report);
      break;
    case 'forget':
      tables.delete(message.model);
      reports.delete(message.model);
      break;
    case 'answer':
      requests.answer(message.id, message.answer);
      break;
  }
  schedule();
});

root?.append(...frame.map(({ root }) => root), bar.root, panels);
update();
send({ kind: 'ready' });
