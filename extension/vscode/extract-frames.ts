/**
 * Takes the frames at the given positions (from 0) out of the lines of an extended XYZ file, unchanged. A frame is a line
 * with the number of atoms, a comment line, and a line per atom. Stops reading once it has them all.
 */
export async function extractFrames(lines: AsyncIterable<string>, wanted: ReadonlySet<number>): Promise<string[]> {
  const found: string[] = [];
  let position = -1;
  let left = 0;
  let taken = 0;
  for await (const line of lines) {
    if (left === 0) {
      if (line.trim() === '') continue;
      const atoms = Number(line);
      if (!Number.isInteger(atoms) || atoms < 0) return found;
      position++;
      left = atoms + 1;
      if (taken === wanted.size) return found;
      if (wanted.has(position)) {
        taken++;
        found.push(line);
      }
      continue;
    }
    left--;
    if (wanted.has(position)) found.push(line);
  }
  return found;
}
