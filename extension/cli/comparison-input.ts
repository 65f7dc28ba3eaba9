import { criterionUnit } from '../core/criterion.ts';
import type { ComparedModel, ComparisonInput } from '../core/comparison/compared-models.ts';
import { featureById } from '../core/features.ts';
import { formulaOf } from '../core/formula.ts';
import { boundedText } from '../core/report/bounded-text.ts';
import type { Observation } from '../sweep/observation.ts';
import type { PoolIndex } from '../sweep/pool-index.ts';
import { featuresOf } from './errors.ts';
import type { JudgedObservation } from '../sweep/shards/sweep-tally.ts';
import type { LoadedProject } from './load-project.ts';
import { progressOf } from './progress.ts';
import type { Surroundings } from './surroundings.ts';

/** What one model did on some rows: an error, NaN for none, or null where there is nothing to judge. */
export interface JudgedRows {
  readonly id: string;
  readonly kind: string;
  readonly errors: (number | null)[];
  readonly failed: Uint8Array;
  /** Predicted energy per atom and the error's absolute value, for its sign; NaN where there is none. */
  readonly energy: Float64Array;
  readonly energyError: Float64Array;
}

export function judgedRows(id: string, kind: string, rows: number): JudgedRows {
  const numbers = (): Float64Array => new Float64Array(rows).fill(NaN);
  return { id, kind, errors: [], failed: new Uint8Array(rows), energy: numbers(), energyError: numbers() };
}

/** Appends what a model did on its next row, which has so many atoms. */
export function addRow(judged: JudgedRows, observation: Observation, outcome: JudgedObservation, atoms: number): void {
  const at = judged.errors.length;
  judged.errors.push(outcome.kind === 'judged' ? outcome.error : null);
  judged.failed[at] = outcome.kind === 'judged' && outcome.failed ? 1 : 0;
  if (observation.kind !== 'measured') return;
  judged.energy[at] = observation.measurement.energy / atoms;
  judged.energyError[at] = observation.measurement.energyError ?? NaN;
}

/**
 * Keeps the structures that every model was judged on, with their compositions and features.
 * @param rows of the pool, those that the models were judged on, in that order.
 * @throws the signal's reason when aborted.
 */
export async function comparisonInput(
  { project }: LoadedProject,
  pool: PoolIndex,
  rows: Int32Array,
  judged: readonly JudgedRows[],
  around: Surroundings,
): Promise<ComparisonInput> {
  const kept = [...rows.keys()].filter((at) => judged.every(({ errors }) => errors[at] !== null));
  const columns = project.features.map(() => new Float64Array(kept.length));
  const groups: string[] = [];
  const signed = judged.map(() => new Float64Array(kept.length).fill(NaN));
  const report = progressOf(around, null, 'read', 'structures');
  for (const [place, at] of kept.entries()) {
    around.signal.throwIfAborted();
    const row = rows[at]!;
    const structure = await pool.readStructure(row);
    const values = await featuresOf(pool, row, project.features);
    project.features.forEach((id, f) => (columns[f]![place] = values[id] ?? NaN));
    groups.push(structure === null ? pool.id(row) : formulaOf(structure.species));
    if (structure?.energy !== undefined) {
      const label = structure.energy / structure.species.length;
      judged.forEach(({ energy, energyError }, m) => {
        const difference = energy[at]! - label;
        // An error against another reference, such as a table's own column, has a sign that is not known here.
        if (Math.abs(Math.abs(difference) - energyError[at]!) <= 1e-9 * (1 + Math.abs(label)))
          signed[m]![place] = difference;
      });
    }
    report(place + 1, kept.length);
  }
  const models = judged.map(({ id, kind, errors, failed }, m): ComparedModel => ({
    id,
    kind,
    errors: Float64Array.from(kept, (at) => errors[at]!),
    failed: Uint8Array.from(kept, (at) => failed[at]!),
    signed: signed[m]!.some(Number.isFinite) ? signed[m]! : null,
  }));
  const { kind, threshold } = project.failure;
  return {
    project: boundedText(project.name),
    criterion: { kind, threshold, unit: criterionUnit(kind) },
    models,
    groups,
    features: project.features.map((id) => ({ id, unit: featureById(id)?.unit ?? '1' })),
    columns,
    leftOut: rows.length - kept.length + pool.refused.length,
    seed: project.search.seed,
    notes: [],
  };
}
