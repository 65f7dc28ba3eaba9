import { axisText } from './axis-text.ts';
import { drawPlot, type DrawnPlot } from './draw-plot.ts';
import { element } from './element.ts';
import { count } from './format.ts';
import { twinOf, type Plot, type Twin } from './plot.ts';
import { onThemeChange, readColours } from './theme.ts';
import { t } from './words.ts';

export interface ChartCard {
  readonly root: HTMLElement;
  /** Draws `plot`; null where there is nothing yet, which `words` then says. `words` are also read to whom cannot see it. */
  update(plot: Plot | null, words: string): void;
}

export interface ChartCardOptions {
  /** Unique on the page; the focus and the reader's choice of chart or table are kept by it. */
  readonly id: string;
  readonly title: string;
  /** What one looks for in it. */
  readonly hint?: string;
  readonly tall?: boolean;
  readonly isTable: () => boolean;
  readonly setTable: (table: boolean) => void;
  readonly onPick?: (row: number) => void;
}

/** A chart in a frame, with a button that shows the same numbers as a table. */
export function chartCard(options: ChartCardOptions): ChartCard {
  const canvas = document.createElement('canvas');
  canvas.setAttribute('role', 'img');
  const plotFrame = element('div', { class: options.tall === true ? 'plot tall' : 'plot' }, canvas);
  const tableFrame = element('div', { class: 'twin' });
  const words = element('p', { class: 'faint card-summary numbers' });
  const toggle = element('button', { type: 'button', class: 'toggle', 'data-focus': `table ${options.id}` });
  const root = element(
    'article',
    { class: 'card chart-card', 'aria-label': options.title, 'data-chart': options.id },
    element(
      'div',
      { class: 'card-title' },
      element(
        'div',
        {},
        element('h3', {}, options.title),
        options.hint === undefined ? null : element('p', { class: 'faint' }, options.hint),
      ),
      toggle,
    ),
    plotFrame,
    tableFrame,
    words,
  );
  let drawn: DrawnPlot | undefined;
  let shown: Plot | null = null;
  onThemeChange(() => drawn?.recolour(readColours()));
  toggle.addEventListener('click', () => {
    options.setTable(!options.isTable());
    draw();
  });

  function draw(): void {
    const table = options.isTable();
    toggle.textContent = table ? t('Chart') : t('Table');
    toggle.setAttribute(
      'aria-label',
      table ? t('Show {0} as a chart', options.title) : t('Show {0} as a table', options.title),
    );
    toggle.hidden = shown === null;
    plotFrame.hidden = table || shown === null;
    tableFrame.hidden = !table || shown === null;
    tableFrame.replaceChildren();
    if (shown === null) return;
    if (table) tableFrame.append(twinElement(twinOf(shown, axisText), options.title));
    else if (drawn === undefined) drawn = drawPlot(canvas, shown, readColours(), options.onPick);
    else drawn.update(shown);
  }

  return {
    root,
    update(plot, text) {
      shown = plot;
      words.textContent = text;
      canvas.setAttribute('aria-label', `${options.title}. ${text}`);
      draw();
    },
  };
}

/** A table of text with a caption for screen readers. */
export function twinElement({ columns, rows, omitted }: Twin, caption: string): HTMLElement {
  return element(
    'div',
    { class: 'table-frame', tabindex: '0', role: 'region', 'aria-label': caption },
    element(
      'table',
      { class: 'numbers' },
      element('caption', { class: 'unseen' }, caption),
      element('thead', {}, element('tr', {}, ...columns.map((name) => element('th', { scope: 'col' }, name)))),
      element(
        'tbody',
        {},
        ...rows.map((cells) =>
          element(
            'tr',
            {},
            ...cells.map((cell, at) => (at === 0 ? element('th', { scope: 'row' }, cell) : element('td', {}, cell))),
          ),
        ),
      ),
    ),
    omitted > 0 ? element('p', { class: 'faint' }, t('{0} more rows.', count(omitted))) : null,
  );
}
