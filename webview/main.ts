import './without-eval.ts';
import { z } from 'zod';
import { toDashboardSchema, type FromDashboard } from '../extension/protocol/dashboard.ts';
import { emptyDashboard, type DashboardState } from '../extension/protocol/dashboard-state.ts';
import type { Kept, Section } from './page.ts';
import { emptySection } from './sections/empty.ts';
import { envelopeSection } from './sections/envelope.ts';
import { headerSection, modelsSection, progressSection } from './sections/header.ts';
import { modelSection } from './sections/model.ts';
import { obligationsSection } from './sections/obligations.ts';
import { problemsSection } from './sections/problems.ts';
import { roundsSection } from './sections/rounds.ts';
import { summarySection } from './sections/summary.ts';
import './style.css';
import { registerComponents } from './toolkit.ts';

const keptSchema = z.object({ model: z.string().optional(), groups: z.record(z.string(), z.boolean()) });

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
let kept = readKept();

const actions = {
  send,
  selectModel(id: string): void {
    actions.keep({ ...kept, model: id });
    update();
  },
  kept: () => kept,
  keep(next: Kept): void {
    kept = next;
    editor.setState(next);
  },
};

const sections: readonly Section[] = [
  headerSection(actions),
  progressSection(),
  modelsSection(actions),
  emptySection(),
  summarySection(),
  problemsSection(actions),
  envelopeSection(),
  roundsSection(),
  obligationsSection(actions),
  modelSection(),
];

function readKept(): Kept {
  const read = keptSchema.safeParse(editor.getState());
  return read.success ? { model: read.data.model, groups: read.data.groups } : { model: undefined, groups: {} };
}

function update(): void {
  const model = state.models.find(({ id }) => id === kept.model) ?? state.models[0];
  for (const section of sections) section.update({ state, model });
}

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  const message = toDashboardSchema.safeParse(event.data);
  if (!message.success) {
    fault(`Message of the host refused: ${message.error.issues[0]?.message ?? 'unknown shape'}`);
    return;
  }
  state = message.data.state;
  update();
  document.body.dataset['drawn'] = state.run.kind;
});

document.getElementById('dashboard')?.append(...sections.map(({ root }) => root));
update();
send({ kind: 'ready' });
