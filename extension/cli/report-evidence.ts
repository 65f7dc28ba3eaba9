import type { Certificate } from '../core/certificate.ts';
import { worstCounterexamples } from '../core/dft/validation.ts';
import { askedStructures, type AskedStructure } from '../core/failure-modes/asked-structures.ts';
import { failureModesOf } from '../core/failure-modes/failure-modes.ts';
import { formulaOf } from '../core/formula.ts';
import { evaluateRefinement } from '../core/refinement/refinement-evaluation.ts';
import type { RefinementReport } from '../core/refinement/refinement-report.ts';
import { evaluateRisk } from '../core/risk/risk-evaluation.ts';
import type { RiskReport } from '../core/risk/risk-report.ts';
import type { Checked } from '../core/problem.ts';
import type { KnownStructure } from '../core/report/counterexamples-section.ts';
import { isHistoryOf, type StrategyHistory } from '../core/report/discovery-section.ts';
import { REPORT_CONFIDENCE, type ReportEvidence } from '../core/report/report.ts';
import { REPORT_LIMITS } from '../core/report/report-numbers.ts';
import type { Structure } from '../core/structure.ts';
import type { PoolIndex } from '../sweep/pool-index.ts';
import { readProvenance } from '../sweep/provenance.ts';
import { certifiedStructures } from '../sweep/reference/certified-structures.ts';
import { openDataOf, projectOf } from './certificate-place.ts';
import { certifiedLabels } from './certified-labels.ts';
import { certifiedProject } from './certified-project.ts';
import { familyOfModelId } from './certify-families.ts';
import type { LoadedProject } from './load-project.ts';
import { stateFolder } from './open-pool.ts';
import { progressOf } from './progress.ts';
import type { ReportOptions } from './report-arguments.ts';
import { runSteps } from './run-steps.ts';
import { storedComparison } from './stored-comparison.ts';
import type { Surroundings } from './surroundings.ts';
import { certifiedModel, labelKeyOf, predict } from './certified-oracle.ts';

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
  draft.history = await historyOf(certificate.content, folder);
  const pool = await openDataOf(certificate.content.data, folder, file, around.signal);
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
  const certified = certifiedProject(certificate, loaded, draft.file);
  const shown = new Set(worstCounterexamples(content, REPORT_LIMITS.counterexamples).map(({ id }) => id));
  const sampled = sampleOf(content.search.id, options.forces);
  const wanted = new Set([...content.search.id, ...content.validation.id]);
  const elements = new Map<string, readonly number[]>();
  const structures = new Map<string, Structure>();
  const formulas = new Map<string, string>();
  const report = progressOf(around, content.model.id, 'read', 'structures');
  const labels = await certifiedLabels(certificate, loaded, draft.file, around);
  if (labels.problems.length > 0) leaveOut('Forces of the reference are left out', labels.problems);
  const takeIn = async (id: string, structure: Structure): Promise<void> => {
    formulas.set(id, formulaOf(structure.species));
    elements.set(
      id,
      [...new Set(structure.species)].sort((a, b) => a - b),
    );
    if (shown.has(id) || sampled.has(id)) structures.set(id, await labels.give(structure));
    report(elements.size, wanted.size);
  };
  for (let row = 0; row < pool.size; row++) {
    if (pool.firstOccurrence[row] !== row || !wanted.has(pool.id(row))) continue;
    around.signal.throwIfAborted();
    const structure = await pool.readStructure(row, labelKeyOf(certifiedModel(content)));
    if (structure === null) continue;
    await takeIn(pool.id(row), structure);
  }
  // Nobody has drawn what the search has made from anywhere: its elements tell no rate.
  draft.elements = new Map(elements);
  const made = certifiedStructures(content, pool);
  for (const { row } of content.generated ?? []) {
    around.signal.throwIfAborted();
    const id = content.search.id[row]!;
    const structure = await made.read(id, labelKeyOf(certifiedModel(content)));
    if (structure !== null) await takeIn(id, structure);
  }
  await labels.close();
  draft.risk = await riskOf(content, formulas, elements, around);
  const family = certified.kind === 'ok' ? familyOfModelId(certified.value.loaded.project, content.model.id) : null;
  draft.alternatives = await alternativesOf(content, formulas, family?.id ?? null, around);
  const comparison = await storedComparison(certificate, loaded, pool, draft.file, around);
  if (comparison.kind === 'rejected') leaveOut('Models are not compared', comparison.problems);
  else draft.comparison = comparison.value;
  const asked = await askModel(certificate, loaded, structures, shown, sampled, options, around);
  if (asked.kind === 'rejected') leaveOut('Forces of the model and what they show are left out', asked.problems);
  const answers = asked.kind === 'ok' ? asked.value : [];
  const forces = new Map(answers.map(({ id, forces: predicted }) => [id, predicted]));
  draft.structures = new Map(
    [...structures]
      .filter(([id]) => shown.has(id))
      .map(([id, structure]): [string, KnownStructure] => [id, { structure, modelForces: forces.get(id) ?? null }]),
  );
  draft.failureModes = failureModesOf(
    content,
    answers.filter(({ id }) => sampled.has(id)),
    `every ${sampled.size < content.search.id.length ? 'n-th of the search observations, evenly over the data' : 'search observation'}.`,
    [...shown],
    REPORT_CONFIDENCE,
    options.forces === 0 ? ['The model was not asked anew (--forces 0), so energies and forces are not analysed.'] : [],
  );
}

/** What each strategy did; empty where that was not stored, or belongs to another run. */
async function historyOf(content: Certificate['content'], folder: string): Promise<StrategyHistory> {
  const provenance = await readProvenance(stateFolder(folder), content);
  const history = (provenance?.yields ?? []).map((yields, at) => ({
    round: at + 1,
    strategies: yields.map((one, position) => ({ strategy: provenance!.strategies[position] ?? '', ...one })),
  }));
  return isHistoryOf(history, content.rounds) ? history : [];
}

/** How well failures can be foretold from the features, on the search observations whose structures are at hand. */
async function riskOf(
  { search, features, criterion, model }: Certificate['content'],
  formulas: ReadonlyMap<string, string>,
  elements: ReadonlyMap<string, readonly number[]>,
  around: Surroundings,
): Promise<RiskReport> {
  const rows = [...search.id.keys()].filter((row) => formulas.has(search.id[row]!));
  const report = progressOf(around, model.id, 'risk', 'percent');
  const work = evaluateRisk({
    features: features.map(({ id, unit }) => ({ id, unit })),
    columns: features.map(({ scale }, f) => Float64Array.from(rows, (row) => search.features[f]![row]! / scale)),
    failed: Uint8Array.from(rows, (row) => (search.error[row]! > criterion.scaledThreshold ? 1 : 0)),
    keys: rows.map((row) => formulas.get(search.id[row]!)!),
    elements: rows.map((row) => elements.get(search.id[row]!)!),
    baselines: [],
  });
  return runSteps(work, report, around);
}

/** How much the envelope owes to chance, and simpler regions beside it, on the search observations. */
async function alternativesOf(
  { search, features, criterion, rounds, claim, model }: Certificate['content'],
  formulas: ReadonlyMap<string, string>,
  family: string | null,
  around: Surroundings,
): Promise<RefinementReport> {
  const keys = search.id.map((id) => formulas.get(id) ?? id);
  const work = evaluateRefinement({ family, features, rounds, search, criterion, claim, keys });
  return runSteps(work, progressOf(around, model.id, 'refine', 'percent'), around);
}

/** A structure with what the model says of it. */
interface Answer extends AskedStructure {
  readonly id: string;
}

/** Asks the model for the sample and for the crystals that are drawn. */
async function askModel(
  certificate: Certificate,
  loaded: LoadedProject,
  structures: ReadonlyMap<string, Structure>,
  shown: ReadonlySet<string>,
  sampled: ReadonlySet<string>,
  options: ReportOptions,
  around: Surroundings,
): Promise<Checked<Answer[]>> {
  if (options.forces === 0) return { kind: 'ok', value: [], warnings: [] };
  const drawn = new Set([...shown].slice(0, REPORT_LIMITS.structures));
  const asked = [...structures].filter(([id]) => sampled.has(id) || drawn.has(id));
  const predictions = await predict(
    certificate,
    loaded,
    asked.map(([, structure]) => structure),
    'forces',
    around,
  );
  if (predictions.kind === 'rejected') return predictions;
  const answers = asked.flatMap(([id, structure], at) => {
    const said = predictions.value[at]!;
    // A table stores errors, not predictions.
    if (said.kind !== 'predicted') return [];
    return askedStructures([structure], [said]).map((one): Answer => ({ id, ...one }));
  });
  return { kind: 'ok', value: answers, warnings: [] };
}

/** Ids of about so many search observations, evenly over the table. */
function sampleOf(ids: readonly string[], most: number): Set<string> {
  if (most === 0) return new Set();
  const every = Math.max(1, Math.ceil(ids.length / most));
  return new Set(ids.filter((_, at) => at % every === 0));
}
