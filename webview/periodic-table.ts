/** Where an element stands in the 18-column table: column from 1, row from 1; the f block lies below, in rows 9 and 10. */
export function placeOf(z: number): { readonly column: number; readonly row: number } {
  const period = NOBLE.findIndex((last) => z <= last) + 1;
  const first = period === 1 ? 1 : NOBLE[period - 2]! + 1;
  const at = z - first;
  if (period === 1) return { column: z === 1 ? 1 : 18, row: 1 };
  if (period <= 3) return { column: at < 2 ? at + 1 : at + 11, row: period };
  if (period <= 5) return { column: at + 1, row: period };
  // Lu and Lr stand in group 3, and the f block begins with La and Ac.
  if (at < 2) return { column: at + 1, row: period };
  if (at < 16) return { column: at + 1, row: period + 3 };
  return { column: at - 13, row: period };
}

/** Atomic numbers of the noble gases that end the periods. */
const NOBLE = [2, 10, 18, 36, 54, 86, 118];
