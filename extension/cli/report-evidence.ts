import path from 'node:path';
import type { Certificate } from '../core/certificate.ts';
import { worstCounterexamples } from '../core/dft/validation.ts';
import type { KnownStructure } from '../core/report/counterexamples-section.ts';
import type { ReportEvidence } from '../core/report/report.ts';
import { REPORT_LIMITS } from '../core/report/report-numbers.ts';
import type { Structure } from '../core/structure.ts';
import type { PoolIndex } from '../sweep/pool-index.ts';
import { openCertifiedData } from '../sweep/reference/certified-data.ts';
import type { LoadedProject } from './load-project.ts';
import { stateFolder } from './open-pool.ts';
import { progressOf } from './progress.ts';
import type { ReportOptions } from './report-arguments.ts';
import type { Surroundings } from './surroundings.ts';
import { predict, projectOf } from './validate.ts';

/** What of the evidence is collected here. */
type Draft = { -readonly [Key in keyof ReportEvidence]: ReportEvidence[Key] } & { notes: string[] };

/**
 * Collects what a report can say beyond its certificate: structures from the data that it names, and what its model says of
 * them. Whatever is missing or has changed is left out, and a note says so.
 * @throws the signal's reason when aborted.
 */
export async function gatherEvidence(
  file: string,
  certificate: Certificate,
  options: ReportOptions,
  around: Surroundings,
): Promise<ReportEvidence> {
  const draft: Draft = {
    file,
    elements: null,
    structures: new Map(),
    history: [],
    failureModes: null,
    risk: null,
    alternatives: null,
    comparison: null,
    notes: [],
  };
  const leaveOut = (what: string, problems: readonly { message: string; fix: string }[]): void => {
    draft.notes.push(`${what}: ${problems.map(({ message, fix }) => `${message} ${fix}`).join(' ')}`);
  };
  const loaded = await projectOf(file, options.config);
  if (loaded.kind === 'rejected') {
    leaveOut('Elements, crystals and failure modes are left out', loaded.problems);
    return draft;
  }
  const { folder } = loaded.value;
  const spool = path.join(stateFolder(folder), 'spool');
  const pool = await openCertifiedData(certificate.content.data, folder, file, spool, around.signal);
  if (pool.kind === 'rejected') {
    leaveOut('Elements, crystals and failure modes are left out', pool.problems);
    return draft;
  }
  try {
    await addStructures(draft, certificate, loaded.value, pool.value, options, around, leaveOut);
  } finally {
    await pool.value.close();
  }
  return draft;
}

async function addStructures(
  draft: Draft,
  certificate: Certificate,
  loaded: LoadedProject,
  pool: PoolIndex,
  options: ReportOptions,
  around: Surroundings,
  leaveOut: (what: string, problems: readonly { message: string; fix: string }[]) => void,
): Promise<void> {
  const { content } = certificate;
  const shown = new Set(worstCounterexamples(content, REPORT_LIMITS.counterexamples).map(({ id }) => id));
  const wanted = new Set([...content.search.id, ...content.validation.id]);
  const elements = new Map<string, readonly number[]>();
  const structures = new Map<string, Structure>();
  const report = progressOf(around, content.model.id, 'read', 'structures');
  for (let row = 0; row < pool.size; row++) {
    if (pool.firstOccurrence[row] !== row || !wanted.has(pool.id(row))) continue;
    around.signal.throwIfAborted();
    const structure = await pool.readStructure(row);
    if (structure === null) continue;
    const id = pool.id(row);
    elements.set(
      id,
      [...new Set(structure.species)].sort((a, b) => a - b),
    );
    if (shown.has(id)) structures.set(id, structure);
    report(elements.size, wanted.size);
  }
  draft.elements = elements;
  const drawn = [...structures].slice(0, options.forces === 0 ? 0 : REPORT_LIMITS.structures);
  const answers = await predict(
    certificate,
    loaded,
    drawn.map(([, structure]) => structure),
    around,
  );
  if (answers.kind === 'rejected') leaveOut('Forces of the model are left out', answers.problems);
  const forces = new Map<string, Float64Array>();
  if (answers.kind === 'ok') {
    answers.value.forEach((answer, at) => {
      if (answer.kind === 'predicted') forces.set(drawn[at]![0], answer.forces);
    });
  }
  draft.structures = new Map(
    [...structures].map(([id, structure]): [string, KnownStructure] => [
      id,
      { structure, modelForces: forces.get(id) ?? null },
    ]),
  );
}
