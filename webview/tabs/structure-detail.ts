import { symbolOf } from '../../extension/core/element-symbols.ts';
import type { StructureEvent } from '../../extension/protocol/structure-event.ts';
import { cardChoice } from '../card-choice.ts';
import { twinElement } from '../chart-card.ts';
import { element } from '../element.ts';
import { atoms, quantity } from '../format.ts';
import type { Observations } from '../observations.ts';
import type { Actions, Section } from '../page.ts';
import { openStructureView, type StructureView } from '../structure-view-loader.ts';
import { onThemeChange } from '../theme.ts';
import { button } from '../toolkit.ts';
import { errorText } from './error-text.ts';
import { t } from '../words.ts';

/** The chosen structure: its cell in three dimensions with both sets of forces as arrows, or the same as a table. */
export function structureDetail(actions: Actions): Section {
  const { isTable, setTable } = cardChoice(actions, 'structure');
  const title = element('h3', {});
  const facts = element('p', { class: 'faint numbers' });
  const stage = element('div', { class: 'stage', role: 'img' });
  const twin = element('div', { class: 'twin' });
  const words = element('p', { class: 'faint', role: 'status' });
  const toggle = element('button', { type: 'button', class: 'toggle', 'data-focus': 'table structure' });
  const tools = element('div', { class: 'actions' });
  const root = element(
    'section',
    { class: 'structure card', 'aria-label': t('Structure') },
    element('div', { class: 'card-title' }, element('div', {}, title, facts), toggle),
    stage,
    legend(),
    twin,
    words,
    tools,
  );
  root.hidden = true;
  let shown: { table: Observations; row: number } | null = null;
  let structure: StructureEvent | null = null;
  let view: StructureView | null = null;
  toggle.addEventListener('click', () => {
    setTable(!isTable());
    draw();
  });
  onThemeChange(draw);

  function draw(): void {
    const table = isTable();
    toggle.textContent = table ? t('Picture') : t('Table');
    stage.hidden = table || structure === null;
    twin.hidden = !table || structure === null;
    toggle.hidden = structure === null;
    if (structure === null) return;
    if (table) twin.replaceChildren(atomTable(structure));
    else void drawStage(structure);
  }

  async function drawStage(wanted: StructureEvent): Promise<void> {
    stage.setAttribute('aria-label', stageWords(wanted));
    const opened = view === null ? await openStructureView(stage) : ({ kind: 'opened', view } as const);
    if (opened.kind === 'unavailable') {
      words.textContent = t('{0} The forces are shown as a table instead.', opened.reason);
      stage.hidden = true;
      twin.hidden = false;
      twin.replaceChildren(atomTable(wanted));
      return;
    }
    ({ view } = opened);
    if (wanted === structure) view.show(wanted);
  }

  async function load(table: Observations, row: number): Promise<void> {
    structure = null;
    words.textContent = t('Asking the model for its forces …');
    draw();
    const answer = await actions.ask({ kind: 'structure', model: table.head.model, row });
    if (shown?.row !== row || shown.table !== table) return;
    switch (answer.kind) {
      case 'structure':
        structure = answer.structure;
        words.textContent = [
          answer.structure.generator === null
            ? ''
            : t('{0} has made it of the structure in the data file.', answer.structure.generator),
          answer.structure.reason ?? '',
        ]
          .filter((sentence) => sentence !== '')
          .join(' ');
        break;
      case 'failed':
        words.textContent = answer.reason;
        break;
      case 'done':
        words.textContent = answer.message;
        break;
    }
    draw();
  }

  return {
    root,
    update({ table, model }) {
      const { row } = actions.kept();
      if (table === undefined || row === null || row >= table.length) {
        root.hidden = true;
        shown = null;
        return;
      }
      root.hidden = false;
      if (shown?.row === row && shown.table === table) return;
      shown = { table, row };
      title.textContent = table.formula[row]! === '' ? t('Structure') : table.formula[row]!;
      facts.textContent =
        t(
          '{0} {1} {2}, threshold {3} {2}',
          table.head.criterion,
          errorText(table, row),
          table.head.unit,
          quantity(table.head.threshold),
        ) + `; ${table.head.files[table.file[row]!] ?? ''}:${table.line[row]!}`;
      tools.replaceChildren(
        button({
          label: t('Open in the data file'),
          focus: 'reveal',
          onPress: () =>
            void actions.ask({ kind: 'reveal', model: model?.id ?? '', row }).then((answer) => {
              if (answer.kind === 'failed') words.textContent = answer.reason;
            }),
        }),
      );
      void load(table, row);
    },
  };
}

function stageWords({ formula, species, referenceForces, modelForces }: StructureEvent): string {
  return t(
    '{0}, {1} in the cell. Largest force of the reference {2}, of the model {3}. The table has every atom.',
    formula,
    atoms(species.length),
    largest(referenceForces),
    largest(modelForces),
  );
}

function largest(forces: readonly number[] | null): string {
  if (forces === null) return t('unknown');
  let most = 0;
  for (let at = 0; at < forces.length; at += 3) most = Math.max(most, norm(forces, at / 3));
  return `${quantity(most)} eV/Å`;
}

function norm(forces: readonly number[], atom: number): number {
  return Math.hypot(forces[3 * atom]!, forces[3 * atom + 1]!, forces[3 * atom + 2]!);
}

/** Every atom with its forces; more atoms than this are in the data file. */
const MOST_ATOMS = 500;

function atomTable(structure: StructureEvent): HTMLElement {
  const { species, referenceForces, modelForces } = structure;
  const vector = (forces: readonly number[] | null, atom: number): string =>
    forces === null
      ? '–'
      : forces
          .slice(3 * atom, 3 * atom + 3)
          .map((each) => each.toFixed(3))
          .join('  ');
  const difference = (atom: number): string =>
    referenceForces === null || modelForces === null
      ? '–'
      : quantity(norm(modelForces.map((each, at) => each - referenceForces[at]!).slice(3 * atom, 3 * atom + 3), 0));
  return twinElement(
    {
      columns: [t('atom'), t('force of the reference, eV/Å'), t('force of the model, eV/Å'), t('difference, eV/Å')],
      rows: species
        .slice(0, MOST_ATOMS)
        .map((z, atom) => [
          `${symbolOf(z)} ${atom + 1}`,
          vector(referenceForces, atom),
          vector(modelForces, atom),
          difference(atom),
        ]),
      omitted: Math.max(0, species.length - MOST_ATOMS),
    },
    t('Forces on the atoms of {0}', structure.formula),
  );
}

function legend(): HTMLElement {
  return element(
    'div',
    { class: 'legend faint' },
    element('span', { class: 'arrow-key reference' }),
    element('span', {}, t('force of the reference (thin)')),
    element('span', { class: 'arrow-key model' }),
    element('span', {}, t('force of the model (thick)')),
  );
}
