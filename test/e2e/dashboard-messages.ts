import { symbolOf } from '../../extension/core/element-symbols.ts';
import { elementsOfFormula } from '../../extension/core/formula.ts';
import { randomStream } from '../../extension/core/random.ts';
import { evaluateRisk } from '../../extension/core/risk/risk-evaluation.ts';
import type { RiskReport } from '../../extension/core/risk/risk-report.ts';
import { FAILED } from '../../extension/protocol/dashboard-rows.ts';
import { emptyDashboard, reduceDashboard } from '../../extension/protocol/dashboard-reducer.ts';
import type { ToDashboard } from '../../extension/protocol/dashboard.ts';
import type { PcmEvent } from '../../extension/protocol/events.ts';
import { ROWS_PER_EVENT } from '../../extension/protocol/observation-events.ts';
import { storedTable, storeRows, type StoredTable } from '../../extension/vscode/observation-store.ts';
import { createOutbox } from '../../extension/vscode/outbox.ts';

export { webviewPage } from '../../extension/vscode/webview-page.ts';

/** Everything the host would send for the events of a replay, with an evaluation of risk, in its order. */
export function messagesOf(events: readonly PcmEvent[]): ToDashboard[] {
  const state = reduceDashboard(emptyDashboard, {
    kind: 'restored',
    target: { project: 'measured', config: 'pcm.json' },
    events,
    outcome: { kind: 'proved' },
  });
  const tables = new Map<string, StoredTable>();
  for (const event of events) {
    if (event.kind === 'table') tables.set(event.model, storedTable(event, '/nowhere/certificates/x', 'pcm.json'));
    if (event.kind === 'rows' && !storeRows(tables.get(event.model)!, event)) throw new Error('rows out of order');
  }
  for (const table of tables.values()) {
    table.report = { confidence: 0.95, alternatives: null, risk: riskOf(table), comparison: null, notes: [] };
  }
  const outbox = createOutbox(
    () => state,
    () => tables,
  );
  const messages: ToDashboard[] = [];
  for (let next = outbox.next(); next !== null; next = outbox.next()) messages.push(next);
  return messages;
}

/** Rows of the evaluation: enough for every figure, few enough not to be waited for. */
const EVALUATED_ROWS = 400;

/** The evaluation of risk on the first rows, as the command line would compute it with less effort. */
function riskOf({ head, columns, length }: StoredTable): RiskReport {
  const rows = Math.min(length, EVALUATED_ROWS);
  const steps = evaluateRisk(
    {
      features: head.features,
      columns: columns.features.map((column) => column.slice(0, rows)),
      failed: columns.flags.slice(0, rows).map((flags) => flags & FAILED),
      keys: columns.formula.slice(0, rows),
      elements: columns.formula.slice(0, rows).map(elementsOfFormula),
      baselines: [],
    },
    { replicates: 100, permutations: 2, trees: 20, shuffles: 2 },
  );
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** A replay of `rows` observations: elements of unequal difficulty, errors that span four decades, eight features. */
export function syntheticRun(rows: number): PcmEvent[] {
  const random = randomStream(7, 'dashboard-scale');
  const features = Array.from({ length: 8 }, (_, f) => ({ id: `feature_${f + 1}`, unit: '1' }));
  const bound = (value: number) => ({ value, percentile: { lower: value - 0.02, upper: value + 0.02 }, bca: null });
  const events: PcmEvent[] = Array.from({ length: 4 }, (_, at) => ({
    kind: 'round' as const,
    model: 'measured',
    round: at + 1,
    rounds: 4,
    tested: rows / 4,
    failed: rows / 20,
    discovered: ((at + 1) * rows) / 20,
    coverage: 1 - 0.1 * (at + 1),
    features: features.map(({ id, unit }) => ({
      feature: id,
      unit,
      lower: bound(0.05 * (at + 1)),
      upper: bound(1 - 0.05 * (at + 1)),
      compression: 0.1 * (at + 1),
    })),
  }));
  events.push({
    kind: 'table',
    model: 'measured',
    rows,
    files: ['data/measured.xyz'],
    strategies: ['random', 'surrogate', 'local-search'],
    features,
    rounds: 4,
    criterion: 'force-error',
    unit: 'eV/Å',
    threshold: 0.5,
  });
  for (let from = 0; from < rows; from += ROWS_PER_EVENT) {
    const each = Array.from({ length: Math.min(ROWS_PER_EVENT, rows - from) }, (_, at) => {
      const elements = Array.from({ length: 3 }, () => 1 + random.integer(94));
      const hardness = Math.max(...elements) / 94;
      const error = 10 ** (-3 + 3.2 * random.uniform() * hardness + 0.6 * random.uniform());
      return { elements, error: Math.ceil(1e4 * error) / 1e4, row: from + at };
    });
    const count = <T>(of: (one: (typeof each)[number]) => T): T[] => each.map(of);
    events.push({
      kind: 'rows',
      model: 'measured',
      from,
      formula: count(({ elements }) => elements.map((z, at) => `${symbolOf(z)}${at === 0 ? '' : at + 1}`).join('')),
      id: count(({ row }) => row.toString(16).padStart(16, '0')),
      made: count(() => 0),
      split: count(({ row }) => (row < 0.7 * rows ? 0 : 1)),
      error: count(({ error }) => error),
      failed: count(({ error }) => (error > 0.5 ? 1 : 0)),
      file: count(() => 0),
      index: count(({ row }) => row),
      line: count(({ row }) => 1 + 12 * row),
      inside: count(() => random.integer(5)),
      strategy: count(() => 1 + random.integer(3)),
      round: count(() => 1 + random.integer(4)),
      features: features.map(() => count(() => Math.round(1e4 * random.uniform()) / 1e4)),
    });
  }
  return events;
}
