/**
 * Cuts a stream of text chunks into lines. A line longer than `limit` characters is dropped and reported once instead
 * of being collected: a child that never ends a line must not fill the editor's memory.
 */
export function createLineSplitter(
  limit: number,
  onLine: (line: string) => void,
  onTooLong: () => void,
): { push(chunk: string): void; end(): void } {
  let pending = '';
  let dropping = false;

  function finishLine(tail: string): void {
    const tooLong = dropping || pending.length + tail.length > limit;
    if (tooLong && !dropping) onTooLong();
    if (!tooLong) onLine((pending + tail).replace(/\r$/, ''));
    pending = '';
    dropping = false;
  }

  return {
    push(chunk) {
      let from = 0;
      for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', from)) {
        finishLine(chunk.slice(from, end));
        from = end + 1;
      }
      if (dropping) return;
      pending += chunk.slice(from);
      if (pending.length > limit) {
        onTooLong();
        dropping = true;
        pending = '';
      }
    },
    end() {
      if (pending !== '') finishLine('');
    },
  };
}
