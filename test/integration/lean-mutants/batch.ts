import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LeanSource } from '../../../extension/lean/certificate-source.ts';
import type { LeanMessage } from '../../../extension/lean/messages.ts';
import type { OpenedSession } from '../../../extension/lean/open-session.ts';
import { SENTINEL_SOURCE } from '../../../extension/lean/verdicts.ts';

/** A certificate's source in a module name of its own, and which of its theorems are to be checked. */
export interface Part {
  readonly moduleName: string;
  readonly source: LeanSource;
  readonly theorems: ReadonlySet<string>;
}

/**
 * Checks many small certificates in one process, each in its namespace: a process takes seconds before it checks
 * anything. Theorems that nobody asks about are left out.
 *
 * @returns per part its messages, with lines as in its own source; anything that belongs to none is an error
 */
export async function checkTogether(parts: readonly Part[], opened: OpenedSession): Promise<LeanMessage[][]> {
  const lines: string[] = [];
  /** Per line of the joint file: whose it is, and its number there, from one. */
  const origins: ({ readonly part: number; readonly line: number } | null)[] = [];
  const add = (text: string, origin: (typeof origins)[number]): void => {
    lines.push(text);
    origins.push(origin);
  };
  parts.forEach(({ moduleName, source, theorems }, part) => {
    const own = source.text.split('\n');
    const begin = own.indexOf(`namespace Certificates.${moduleName}`);
    const end = own.indexOf(`end Certificates.${moduleName}`);
    if (begin < 0 || end < 0) throw new Error(`${moduleName} has no namespace.`);
    if (part === 0) own.slice(0, begin).forEach((text) => add(text, null));
    const dropped = unwantedLines(own, source, theorems);
    own.slice(begin, end + 1).forEach((text, i) => {
      if (!dropped.has(begin + i + 1)) add(text, { part, line: begin + i + 1 });
    });
  });
  const root = mkdtempSync(path.join(tmpdir(), 'pcm-mutants-'));
  try {
    mkdirSync(path.join(root, 'Certificates'));
    const file = path.join(root, 'Certificates', 'Mutants.lean');
    writeFileSync(file, `${lines.join('\n')}\n\n${SENTINEL_SOURCE}`);
    const { session, libraryPaths } = opened;
    const outcome = await session.checkFile({ file, root, libraryPaths, timeLimitMs: 1_200_000 });
    if (outcome.kind !== 'finished') throw new Error(`Lean did not finish: ${outcome.reason}`);
    const messages = parts.map((): LeanMessage[] => []);
    let reachedEnd = false;
    for (const message of outcome.messages) {
      const origin = origins[message.line - 1];
      if (origin != null) messages[origin.part]!.push({ ...message, line: origin.line });
      else if (message.severity === 'information' && message.text === 'certificate_end : True') reachedEnd = true;
      else throw new Error(`Line ${message.line}: ${message.text}`);
    }
    if (!reachedEnd) throw new Error('Lean did not read the file to its end.');
    return messages;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Lines, from one, of the theorems that are not wanted and of their docstrings. */
function unwantedLines(own: readonly string[], source: LeanSource, wanted: ReadonlySet<string>): Set<number> {
  const dropped = new Set<number>();
  for (const { theorem, startLine, endLine } of source.theorems) {
    if (wanted.has(theorem)) continue;
    let first = startLine - 1;
    while (!own[first - 1]!.startsWith('/--')) first--;
    for (let line = first; line <= endLine; line++) dropped.add(line);
  }
  return dropped;
}
