/** One point of a cloud and the row it stands for. */
export interface CloudPoint {
  readonly x: number;
  readonly y: number;
  readonly row: number;
}

/**
 * At most one point per cell of a grid, so that a cloud of any size is drawn in bounded time without changing what it
 * looks like: points nearer than a pixel or two cover each other anyway. The first row of a cell stays.
 *
 * @param extent of the plot in data units; points outside are left out
 * @param columns cells along each axis
 */
export function thinned(
  rows: Uint32Array,
  x: (row: number) => number,
  y: (row: number) => number,
  extent: { readonly left: number; readonly right: number; readonly bottom: number; readonly top: number },
  columns: number,
  lines: number,
): CloudPoint[] {
  const taken = new Uint8Array(columns * lines);
  const points: CloudPoint[] = [];
  const width = extent.right - extent.left || 1;
  const height = extent.top - extent.bottom || 1;
  for (const row of rows) {
    const px = x(row);
    const py = y(row);
    if (!(px >= extent.left && px <= extent.right && py >= extent.bottom && py <= extent.top)) continue;
    const column = Math.min(columns - 1, Math.floor(((px - extent.left) / width) * columns));
    const line = Math.min(lines - 1, Math.floor(((py - extent.bottom) / height) * lines));
    if (taken[line * columns + column] === 1) continue;
    taken[line * columns + column] = 1;
    points.push({ x: px, y: py, row });
  }
  return points;
}
