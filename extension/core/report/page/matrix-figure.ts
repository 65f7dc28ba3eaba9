import { drawing } from './axes.ts';
import { markup, type Markup } from './markup.ts';

const WIDTH = 520;

/** Numbers in [from, to] by row and column as shades, each with its number; null: none. */
export function matrixFigure(
  title: string,
  names: readonly string[],
  at: (row: number, column: number) => number | null,
  range: { readonly from: number; readonly to: number },
): Markup {
  const size = names.length;
  const cell = Math.max(26, Math.min(46, Math.floor(380 / size)));
  const left = 132;
  const top = 96;
  const short = (name: string): string => (name.length > 18 ? `${name.slice(0, 17)}…` : name);
  const cells = names.flatMap((_, row) =>
    names.map((_other, column) => {
      const value = at(row, column);
      const share = value === null ? 0 : Math.max(0, Math.min(1, (value - range.from) / (range.to - range.from)));
      const x = left + cell * column;
      const y = top + cell * row;
      const shade = value === null ? 'none' : `shade shade${Math.round(8 * share)}`;
      return markup`<rect class="${shade}" x="${x}" y="${y}" width="${cell - 1}" height="${cell - 1}"/><text class="${share > 0.55 ? 'onDark' : 'onLight'}" x="${x + cell / 2}" y="${y + cell / 2 + 4}" text-anchor="middle">${value === null ? '–' : value.toFixed(2)}</text>`;
    }),
  );
  const labels = names.map((name, k) => {
    const middle = cell * (k + 0.5);
    return markup`<text x="${left - 8}" y="${top + middle + 4}" text-anchor="end">${short(name)}</text><text x="${left + middle}" y="${top - 8}" transform="rotate(-50 ${left + middle} ${top - 8})">${short(name)}</text>`;
  });
  const description = `A matrix of ${size} by ${size} numbers between ${range.from} and ${range.to}; rows and columns are ${names.join(', ')}.`;
  return drawing(Math.max(WIDTH, left + cell * size + 60), top + cell * size + 8, title, description, [
    ...cells,
    ...labels,
  ]);
}
