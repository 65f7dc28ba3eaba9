import { expect, it } from 'vitest';
import type { VsCodeApi } from './api.ts';
import { createFindings } from './diagnostics.ts';

const target = { folder: '/p', config: 'pcm.json' };
const problem = (file: string, line: number) => ({
  kind: 'problem' as const,
  severity: 'error' as const,
  file,
  line,
  message: `m${line}`,
  fix: 'f',
});

/** What the editor is told, call by call. */
function started() {
  const calls: string[] = [];
  const api = {
    Uri: { file: (fsPath: string) => ({ fsPath }) },
    Range: class {
      constructor(readonly line: number) {}
    },
    Diagnostic: class {
      constructor(
        readonly range: unknown,
        readonly message: string,
      ) {}
    },
    DiagnosticSeverity: { Error: 0 },
    languages: {
      createDiagnosticCollection: () => ({
        set: ({ fsPath }: { fsPath: string }, all: readonly unknown[]) => calls.push(`${fsPath}: ${all.length}`),
        clear: () => calls.push('clear'),
      }),
    },
  } as unknown as VsCodeApi;
  return { findings: createFindings(api), calls };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('tells of problems that come together file by file, a thousand of them at most', async () => {
  const { findings, calls } = started();
  for (let line = 1; line <= 600; line++) findings.addProblem(target, problem('a.xyz', line));
  for (let line = 1; line <= 600; line++) findings.addProblem(target, problem('b.xyz', line));
  await nextTurn();
  expect(calls).toEqual(['/p/a.xyz: 600', '/p/b.xyz: 400']);
});

it('adds what comes later, and tells nothing of a run that has been cleared away', async () => {
  const { findings, calls } = started();
  findings.addProblem(target, problem('a.xyz', 1));
  await nextTurn();
  findings.addProblem(target, problem('a.xyz', 2));
  await nextTurn();
  findings.addProblem(target, problem('a.xyz', 3));
  findings.clear();
  await nextTurn();
  findings.addProblem(target, problem('a.xyz', 4));
  await nextTurn();
  expect(calls).toEqual(['/p/a.xyz: 1', '/p/a.xyz: 2', 'clear', '/p/a.xyz: 1']);
});
