import { markup, type Markup } from './markup.ts';

export interface Column {
  readonly title: string;
  /** Numbers are set flush right. */
  readonly numeric?: boolean;
}

export type Cell = string | number | Markup;

/** A table with a caption for those who cannot see where it stands. Rows beyond `most` are counted instead. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  most = 60,
): Markup {
  const kind = ({ numeric }: Column): string => (numeric === true ? 'number' : 'text');
  const shown = rows.slice(0, most);
  const left = rows.length - shown.length;
  return markup`<div class="scroll"><table><caption>${caption}</caption><thead><tr>${columns.map(
    (column) => markup`<th scope="col" class="${kind(column)}">${breakable(column.title)}</th>`,
  )}</tr></thead><tbody>${shown.map(
    (row) =>
      markup`<tr>${row.map((cell, at) =>
        at === 0
          ? markup`<th scope="row" class="${kind(columns[at]!)}">${cell}</th>`
          : markup`<td class="${kind(columns[at]!)}">${cell}</td>`,
      )}</tr>`,
  )}</tbody></table>${left > 0 ? markup`<p class="more">and ${left} more, which the JSON twin holds</p>` : null}</div>`;
}

/** Lets the name of a feature go on in a second line: many of them stand side by side. */
const breakable = (title: string): string => title.replaceAll('_', '_\u200b');

/** A figure and its table side by side, under one caption. */
export function figureWithTable(caption: string, drawing: Markup, rows: Markup): Markup {
  return markup`<figure><figcaption>${caption}</figcaption><div class="beside"><div class="drawing">${drawing}</div>${rows}</div></figure>`;
}
