import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { DashboardAnswer, DashboardRequest } from '../protocol/dashboard-data.ts';
import type { StructureEvent } from '../protocol/structure-event.ts';
import { extractFrames } from './extract-frames.ts';
import type { FeatureHost } from './feature.ts';
import { csvOf, type StoredTable } from './observation-store.ts';
import { callPcm } from './pcm-events.ts';

/** How long one structure may take: the model has to be loaded for it. */
const STRUCTURE_SECONDS = 90;

const failed = (reason: string): DashboardAnswer => ({ kind: 'failed', reason });

/** Answers what the page asks for about one row of a table. Never throws: what went wrong is the answer. */
export async function answerRequest(
  host: FeatureHost,
  tables: ReadonlyMap<string, StoredTable>,
  request: DashboardRequest,
): Promise<DashboardAnswer> {
  const table = tables.get(request.model);
  if (table === undefined) return failed('The certificate of this model has not been read.');
  try {
    switch (request.kind) {
      case 'structure':
        return await structureOf(host, table, request.row);
      case 'reveal':
        return await reveal(host, table, request.row);
      case 'export':
        return await exportRows(host, table, request.format, request.rows);
    }
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

/** Folder of the project: data files are named relative to it, and certificates lie below it. */
function projectFolder(table: StoredTable): string {
  return path.dirname(path.dirname(table.certificate));
}

async function structureOf(host: FeatureHost, table: StoredTable, row: number): Promise<DashboardAnswer> {
  if (!host.api.workspace.isTrusted) return failed('Trust the workspace to run its model.');
  const id = table.ids[row];
  if (id === undefined) return failed('There is no such row.');
  let structure: StructureEvent | undefined;
  const problems: string[] = [];
  const child = callPcm({
    cli: host.cli,
    args: ['structure', table.certificate, '--structure', id, '--config', table.config],
    cwd: projectFolder(table),
    log: host.log,
    onEvent(event) {
      if (event.kind === 'structure') structure = event;
      if (event.kind === 'problem') problems.push(`${event.message} ${event.fix}`);
    },
  });
  const limit = setTimeout(() => child.kill(), STRUCTURE_SECONDS * 1000);
  const stopped = await child.stopped;
  clearTimeout(limit);
  if (structure !== undefined) return { kind: 'structure', structure };
  if (stopped.kind === 'cancelled') return failed(`The model has not answered in ${STRUCTURE_SECONDS} seconds.`);
  return failed(problems.join(' ') || 'The structure could not be read; the log says why.');
}

async function reveal({ api }: FeatureHost, table: StoredTable, row: number): Promise<DashboardAnswer> {
  const file = table.head.files[table.columns.file[row] ?? -1];
  if (file === undefined || row >= table.length) return failed('There is no such row.');
  const line = Math.max(0, table.columns.line[row]! - 1);
  const place = new api.Range(line, 0, line, 0);
  await api.window.showTextDocument(api.Uri.file(path.join(projectFolder(table), file)), {
    selection: place,
    viewColumn: api.ViewColumn.One,
  });
  return { kind: 'done', message: '' };
}

async function exportRows(
  { api }: FeatureHost,
  table: StoredTable,
  format: 'extxyz' | 'csv',
  rows: readonly number[],
): Promise<DashboardAnswer> {
  const asked = rows.filter((row) => row < table.length);
  // What the search has made stands in no data file; at its place is what it was made of.
  const known = format === 'csv' ? asked : asked.filter((row) => table.made[row] === 0);
  if (known.length === 0)
    return failed(
      'The search has made all of these; "pcm export" writes them, with the values of model and reference.',
    );
  const text = format === 'csv' ? csvOf(table, known) : await structuresOf(table, known);
  if (typeof text !== 'string') return text;
  const target = await api.window.showSaveDialog({
    defaultUri: api.Uri.file(
      path.join(projectFolder(table), `${table.head.model}-counterexamples.${format === 'csv' ? 'csv' : 'xyz'}`),
    ),
    filters: format === 'csv' ? { 'Comma-separated values': ['csv'] } : { 'Extended XYZ': ['xyz', 'extxyz'] },
    title: format === 'csv' ? 'Export Table' : 'Export Structures',
  });
  if (target === undefined) return { kind: 'done', message: '' };
  await api.workspace.fs.writeFile(target, Buffer.from(text, 'utf8'));
  const left =
    known.length < asked.length
      ? ` ${asked.length - known.length} that the search has made are left out; "pcm export" writes them, too.`
      : '';
  return { kind: 'done', message: `${known.length} written to ${api.workspace.asRelativePath(target)}.${left}` };
}

/** The structures as they stand in the data, file by file. */
async function structuresOf(table: StoredTable, rows: readonly number[]): Promise<string | DashboardAnswer> {
  const parts: string[] = [];
  for (const [at, file] of table.head.files.entries()) {
    const wanted = new Set(
      rows.filter((row) => table.columns.file[row] === at).map((row) => table.columns.index[row]!),
    );
    if (wanted.size === 0) continue;
    if (!/\.(ext)?xyz$/i.test(file)) return failed(`${file} is not extended XYZ; export the table instead.`);
    const stream = createReadStream(path.join(projectFolder(table), file), 'utf8');
    try {
      parts.push(...(await extractFrames(createInterface({ input: stream, crlfDelay: Infinity }), wanted)));
    } finally {
      stream.destroy();
    }
  }
  return `${parts.join('\n')}\n`;
}
