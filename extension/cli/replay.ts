import { LARGEST_CELL, type Certificate, type CertificateContent, type ObservationTable } from '../core/certificate.ts';
import { formulaOf } from '../core/formula.ts';
import { ROWS_PER_EVENT, type RowsEvent } from '../protocol/observation-events.ts';
import type { RoundEvent } from '../protocol/events.ts';
import type { PoolIndex } from '../sweep/pool-index.ts';
import { readProvenance, type Provenance } from '../sweep/provenance.ts';
import { certifiedStructures } from '../sweep/reference/certified-structures.ts';
import type { ReplayOptions } from './arguments.ts';
import { openDataOf, projectOf } from './certificate-place.ts';
import { resultOf } from './certificate-summary.ts';
import { stateFolder } from './open-pool.ts';
import { readCertificate } from './read-certificate.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/**
 * `pcm replay`: what `pcm certify` reported of a certificate, from its file: rounds, verdicts, result; then every
 * observation. Formulas come from the data files and are empty where those are not the certified ones any more. 0, or 2
 * where the certificate cannot be read.
 */
export async function replay(file: string, options: ReplayOptions, around: Surroundings): Promise<ExitCode> {
  const { reporter } = around;
  const read = await readCertificate(file);
  if (read.kind === 'rejected') {
    read.problems.forEach(reporter.emit);
    return 2;
  }
  const { content } = read.value;
  roundEvents(content).forEach(reporter.emit);
  reporter.emit(resultOf(read.value, file));
  const known = await surroundingsOf(read.value, file, options.config, around);
  try {
    const { provenance, pool } = known;
    reporter.emit({
      kind: 'table',
      model: content.model.id,
      rows: content.search.id.length + content.validation.id.length,
      files: content.data.map((each) => each.file),
      strategies: provenance?.strategies ?? [],
      features: content.features.map(({ id, unit }) => ({ id, unit })),
      rounds: content.rounds.length,
      criterion: content.criterion.kind,
      unit: content.criterion.unit,
      threshold: content.criterion.threshold,
    });
    const formulas = pool === null ? new Map<string, string>() : await formulasOf(content, pool);
    const made = new Set((content.generated ?? []).map(({ row }) => row));
    let from = 0;
    for (const [split, table] of [content.search, content.validation].entries()) {
      for (let start = 0; start < table.id.length; start += ROWS_PER_EVENT) {
        if (around.signal.aborted) return 2;
        const end = Math.min(table.id.length, start + ROWS_PER_EVENT);
        reporter.emit({ ...rowsOf(content, table, { start, end, split }, { formulas, made, provenance }), from });
        from += end - start;
        // A reader that is slower than we are must not make us hold everything in memory.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  } finally {
    await known.pool?.close();
  }
  return 0;
}

/** Formulas by content id, of the data and of what the search has made out of them. */
async function formulasOf(content: CertificateContent, pool: PoolIndex): Promise<Map<string, string>> {
  const formulas = new Map<string, string>();
  for (let row = 0; row < pool.size; row++) formulas.set(pool.id(row), pool.formula(row));
  const structures = certifiedStructures(content, pool);
  for (const { row } of content.generated ?? []) {
    const id = content.search.id[row]!;
    const structure = await structures.read(id);
    if (structure !== null) formulas.set(id, formulaOf(structure.species));
  }
  return formulas;
}

/** What lies around a certificate and is not part of it. Whatever of it is missing is said, and done without. */
async function surroundingsOf(
  { content }: Certificate,
  file: string,
  config: string,
  around: Surroundings,
): Promise<{ pool: PoolIndex | null; provenance: Provenance | null }> {
  const loaded = await projectOf(file, config);
  if (loaded.kind === 'rejected') {
    loaded.problems.forEach(around.reporter.emit);
    return { pool: null, provenance: null };
  }
  const { folder } = loaded.value;
  const provenance = await readProvenance(stateFolder(folder), content);
  const pool = await openDataOf(content.data, folder, file, around.signal);
  if (pool.kind === 'ok') return { pool: pool.value, provenance };
  pool.problems.forEach(around.reporter.emit);
  return { pool: null, provenance };
}

function roundEvents(content: CertificateContent): RoundEvent[] {
  return content.rounds.map((round, at) => ({
    kind: 'round',
    model: content.model.id,
    round: at + 1,
    rounds: content.rounds.length,
    tested: round.tested,
    failed: round.failed,
    discovered: round.discovered,
    coverage: round.coverage,
    features: content.features.map(({ id, unit }, f) => ({
      feature: id,
      unit,
      ...round.bounds[f]!,
      compression: round.compression[f]!,
    })),
  }));
}

/** The rows [start, end) of one table as columns. */
function rowsOf(
  content: CertificateContent,
  table: ObservationTable,
  { start, end, split }: { start: number; end: number; split: number },
  {
    formulas,
    made,
    provenance,
  }: {
    readonly formulas: ReadonlyMap<string, string>;
    /** Rows of the search that it has made. */
    readonly made: ReadonlySet<number>;
    readonly provenance: Provenance | null;
  },
): Omit<RowsEvent, 'from'> {
  const rows = Array.from({ length: end - start }, (_, at) => start + at);
  const { scale, scaledThreshold } = content.criterion;
  const proposals = rows.map((row) => provenance?.proposals[table.id[row]!]);
  return {
    kind: 'rows',
    model: content.model.id,
    formula: rows.map((row) => formulas.get(table.id[row]!) ?? ''),
    id: rows.map((row) => table.id[row]!),
    made: rows.map((row) => (split === 0 && made.has(row) ? 1 : 0)),
    split: rows.map(() => split),
    error: rows.map((row) => (table.error[row]! === LARGEST_CELL ? null : table.error[row]! / scale)),
    failed: rows.map((row) => (table.error[row]! > scaledThreshold ? 1 : 0)),
    file: rows.map((row) => table.file[row]!),
    index: rows.map((row) => table.index[row]!),
    line: rows.map((row) => table.line[row]!),
    inside: rows.map((row) => roundsAround(content, table, row)),
    strategy: proposals.map((proposal) => (proposal === undefined ? 0 : proposal[0] + 1)),
    round: proposals.map((proposal) => proposal?.[1] ?? 0),
    features: content.features.map(({ scale: steps }, f) => rows.map((row) => table.features[f]![row]! / steps)),
  };
}

/** How many rounds' envelopes, from the first on, hold the row; each lies inside the one before. */
function roundsAround(content: CertificateContent, table: ObservationTable, row: number): number {
  const left = content.rounds.findIndex(({ box }) =>
    box.some(({ lower, upper }, f) => table.features[f]![row]! < lower || table.features[f]![row]! > upper),
  );
  return left < 0 ? content.rounds.length : left;
}
