/** The zero-based line on which a generated Lean file states a theorem, or undefined if it does not. */
export function theoremLine(source: string, theorem: string): number | undefined {
  return theoremLines(source).get(theorem);
}

/** Zero-based line of every theorem that a generated Lean file states, by name, in its order. */
export function theoremLines(source: string): Map<string, number> {
  const lines = new Map<string, number>();
  let line = 0;
  let from = 0;
  for (const found of source.matchAll(/^theorem ([a-z]+(?:_[0-9]+)?)(?![A-Za-z0-9_'!?.])/gm)) {
    for (let at = source.indexOf('\n', from); at >= 0 && at < found.index; at = source.indexOf('\n', at + 1)) line++;
    from = found.index;
    lines.set(found[1]!, line);
  }
  return lines;
}

/** The theorem that a zero-based line of a generated Lean file belongs to: the last one that begins at or before it. */
export function theoremAt(source: string, line: number): string | undefined {
  let found: string | undefined;
  for (const [theorem, start] of theoremLines(source)) if (start <= line) found = theorem;
  return found;
}
