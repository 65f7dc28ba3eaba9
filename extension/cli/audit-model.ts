import path from 'node:path';
import { assembleContent } from '../core/certificate-assembly.ts';
import type { CertificateContent, ObservationTable, PhysicsResidual } from '../core/certificate.ts';
import { crystalRegistry } from '../core/crystals/crystal-registry.ts';
import { conformalClaim, type ConformalClaim } from '../core/conformal-claim.ts';
import { criterionUnit, scaledError, scaledThreshold } from '../core/criterion.ts';
import { featureById } from '../core/features.ts';
import { lawEvidence } from '../core/physics/law-evidence.ts';
import type { LawMeasurement } from '../core/physics/worst-law.ts';
import type { Problem } from '../core/problem.ts';
import type { ProjectModel } from '../core/project-models.ts';
import { rationalFromDecimal } from '../core/rational.ts';
import type { RiskPlan } from '../core/risk/certified-risk.ts';
import { splitOf } from '../core/split.ts';
import type { StrategyYield } from '../core/strategies/portfolio.ts';
import { isGenerative } from '../core/strategies/table.ts';
import { planObligations } from '../lean/certificate-source.ts';
import { runCampaign, type Answer, type CampaignOutcome, type Proposed, type TestedSplit } from '../sweep/campaign.ts';
import { answeredElements } from '../sweep/generated/answered-elements.ts';
import { growPool, type GrowingPool } from '../sweep/generated/growing-pool.ts';
import { openRecordLog, recordLogName, type RecordLog } from '../sweep/generated/record-log.ts';
import type { PoolIndex } from '../sweep/pool-index.ts';
import { storeProvenance } from '../sweep/provenance.ts';
import type { CertificationScope } from './certify-families.ts';
import { measurePhysics } from './measure-physics.ts';
import { openSweep, type JudgedSweep } from './judged-sweep.ts';
import { countLive } from './live-counts.ts';
import type { LoadedProject } from './load-project.ts';
import { stateFolder } from './open-pool.ts';
import { progressOf } from './progress.ts';
import { sha256 } from './read-certificate.ts';
import type { Surroundings } from './surroundings.ts';

/** Integer steps per eV/Å or eV/atom in certificates. */
export const ERROR_SCALE = 10_000;

/** Counterexamples that are kept to be compared with later ones. */
const MOST_CRYSTALS = 100_000;

/** Refused structures that are reported one by one. */
const MOST_REFUSALS_SHOWN = 20;

/**
 * One model's campaign on the structures of a scope, as the content of a certificate; null if it was stopped or went wrong,
 * which has been said.
 *
 * @param first of `firstCrystals`: rows that are not their own first one take no part
 */
export async function auditModel(
  loaded: LoadedProject,
  { model, isMember }: CertificationScope<ProjectModel>,
  data: PoolIndex,
  first: Int32Array,
  threshold: number,
  workers: number | undefined,
  around: Surroundings,
): Promise<CertificateContent | null> {
  const { reporter } = around;
  const { project } = loaded;
  let records: RecordLog | null = null;
  const pool = growPool(data, project.features, (entries) => records?.add(entries) ?? Promise.resolve(false));
  let stage: 'search' | 'validate' = 'search';
  const progress = {
    search: progressOf(around, model.id, 'search', 'structures'),
    validate: progressOf(around, model.id, 'validate', 'structures'),
    refine: progressOf(around, model.id, 'refine', 'percent'),
    risk: progressOf(around, model.id, 'risk', 'percent'),
  };
  const split = splits(
    data,
    (row) => first[row] === row && isMember(row),
    project.refinement.validationShare,
    project.search.seed,
  );
  // The search may stop earlier, when the envelope holds nothing that was not tested.
  const most = project.search.strategies.some(isGenerative)
    ? project.search.budget
    : Math.min(project.search.budget, split.search.length);
  let searched = 0;
  const sweep = await openSweep(
    loaded,
    model,
    pool,
    workers,
    (done, total) => (stage === 'search' ? progress.search(searched + done, most) : progress.validate(done, total)),
    around,
  );
  if (sweep.kind === 'rejected') {
    sweep.problems.forEach(reporter.emit);
    return null;
  }
  const { source, reference, referenceElements } = sweep.value;
  const elements = answeredElements(
    [source.predictions?.traits.elements ?? null, referenceElements],
    Array.from(split.search, (row) => data.formula(row)),
  );
  const recordLog = openRecordLog(
    path.join(
      stateFolder(loaded.folder),
      'observations',
      recordLogName(source.identity.sha256, reference?.sha256 ?? null),
    ),
  );
  records = recordLog;
  const features = project.features.map((id) => featureById(id)!);
  const refused = new Map<number, string>();
  const laws = new Map<number, LawMeasurement>();
  const failures: Problem[] = [];

  const { strategies } = project.search;
  const live = countLive(
    { model: model.id, strategies, unit: criterionUnit(project.failure.kind), threshold: project.failure.threshold },
    reporter.emit,
    around.now,
  );
  const proposals: Record<string, [strategy: number, round: number]> = {};
  const yields: StrategyYield[][] = [];

  const crystals = crystalRegistry<string>(MOST_CRYSTALS);
  /** Counterexamples are counted as crystals: the same one in another cell is nothing new. */
  const identify = async (rows: Int32Array): Promise<string[]> => {
    const names: string[] = [];
    for (const row of rows) {
      const id = pool.id(row);
      const structure = await pool.readStructure(row);
      names.push(structure === null ? id : (crystals.meet(structure, id) ?? id));
    }
    return names;
  };

  const evaluate = async (rows: Int32Array, next: 'search' | 'validate', proposed?: Proposed): Promise<Answer[]> => {
    stage = next;
    const answers: Answer[] = [];
    for await (const item of sweep.value.evaluator.stream(rows)) {
      if (item.kind !== 'observed') {
        if (item.kind === 'problem') failures.push(item.problem);
        // The campaign stops at its next pause; what it makes of these answers is thrown away.
        return Array.from(rows, () => ({ kind: 'refused' }));
      }
      const judged = sweep.value.judge(item.observation);
      if (judged.kind === 'refused') {
        refused.set(item.row, judged.reason);
        answers.push({ kind: 'refused' });
        continue;
      }
      const law = item.observation.kind === 'measured' ? item.observation.measurement.law : null;
      if (law !== null) laws.set(item.row, law);
      if (proposed !== undefined) {
        const { round } = proposed;
        const strategy = proposed.proposer[answers.length]!;
        proposals[pool.id(item.row)] = [strategy, round];
        live.add({ round, strategy, formula: pool.formula(item.row), ...judged });
      }
      answers.push({ kind: 'observed', error: scaledError(judged.error, ERROR_SCALE) });
    }
    live.flush();
    if (stage === 'search') searched += rows.length;
    return answers;
  };

  try {
    const outcome = await runCampaign(
      {
        ...project.search,
        ...project.refinement,
        ...project.claim,
        risk: riskPlan(project),
        scaledThreshold: threshold,
        limits: features.map(({ id, scale }) => {
          const { min, max } = project.envelope?.[id] ?? {};
          const steps = (value: number | undefined): number | null =>
            value === undefined ? null : Math.floor(value * scale + 0.5);
          return { lower: steps(min), upper: steps(max) };
        }),
        scales: features.map(({ scale }) => scale),
      },
      {
        get columns() {
          return pool.features;
        },
        ...split,
        identify,
        generate: async (id, request) => {
          const rows = await pool.generate(id, { ...request, elements });
          if (recordLog.problem !== null) failures.push(recordLog.problem);
          return rows;
        },
      },
      {
        evaluate,
        onRound: (round, record, reports) => {
          yields.push(
            reports.map(({ proposals: made, counterexamples, unique }) => ({
              proposals: made,
              counterexamples,
              unique,
            })),
          );
          reporter.emit({
            kind: 'round',
            model: model.id,
            round,
            rounds: project.refinement.rounds,
            tested: record.tested,
            failed: record.failed,
            discovered: record.discovered,
            coverage: record.coverage,
            features: features.map(({ id, unit }, f) => ({
              feature: id,
              unit,
              ...record.bounds[f]!,
              compression: record.compression[f]!,
            })),
            strategies: [...reports],
          });
        },
        onRefine: (_, share) => progress.refine(Math.round(100 * share), 100),
        onRisk: (share) => progress.risk(Math.round(100 * share), 100),
        pause: async () => {
          await new Promise((resolve) => setImmediate(resolve));
          return around.signal.aborted || failures.length > 0;
        },
      },
    );
    reportRefusals(refused, pool, reporter.emit);
    failures.forEach(reporter.emit);
    const residuals =
      outcome.kind === 'finished'
        ? await measurePhysics(
            loaded,
            model,
            source,
            data,
            outcome.search.rows.filter((row) => row < data.size),
            outcome.rounds.at(-1)!,
            workers ?? source.workers ?? around.processors,
            around,
          )
        : [];
    if (residuals === null) return null;
    const content = finish(
      outcome,
      { loaded, model, pool, threshold, refused, laws, residuals, sweep: sweep.value },
      around,
    );
    if (content !== null) {
      const stored = await storeProvenance(stateFolder(loaded.folder), content, { strategies, proposals, yields });
      if (stored.kind === 'failed') {
        reporter.emit({
          kind: 'problem',
          severity: 'warning',
          file: loaded.config,
          line: null,
          message: `Which strategy found which counterexample could not be stored: ${stored.message}.`,
          fix: stored.fix,
        });
      }
    }
    return content;
  } finally {
    await recordLog.close();
    await sweep.value.evaluator.close();
  }
}

function splits(
  pool: PoolIndex,
  isMember: (row: number) => boolean,
  validationShare: number,
  seed: number,
): { search: Int32Array; validation: Int32Array } {
  const search: number[] = [];
  const validation: number[] = [];
  for (let row = 0; row < pool.size; row++) {
    // The same crystal again would be counted as if it were independent, or leak from the search into validation.
    if (!isMember(row)) continue;
    (splitOf(pool.id(row), validationShare, seed) === 'search' ? search : validation).push(row);
  }
  return { search: Int32Array.from(search), validation: Int32Array.from(validation) };
}

function reportRefusals(refused: ReadonlyMap<number, string>, pool: PoolIndex, emit: (problem: Problem) => void): void {
  const rows = [...refused.keys()].sort((a, b) => a - b);
  for (const row of rows.slice(0, MOST_REFUSALS_SHOWN)) {
    const { file, line } = pool.source(row);
    const message = `This structure was not tested: ${refused.get(row)!}.`;
    emit({
      kind: 'problem',
      severity: 'warning',
      file,
      line,
      message,
      fix: 'Mend its labels, or use a model made for it; it counts neither for nor against.',
    });
  }
  const more = rows.length - MOST_REFUSALS_SHOWN;
  if (more > 0) {
    const { file } = pool.source(rows.at(-1)!);
    emit({
      kind: 'problem',
      severity: 'warning',
      file,
      line: null,
      message: `${more} more structures were not tested.`,
      fix: 'The certificate lists them all.',
    });
  }
}

interface Audited {
  readonly loaded: LoadedProject;
  readonly model: ProjectModel;
  readonly pool: GrowingPool;
  readonly threshold: number;
  readonly refused: ReadonlyMap<number, string>;
  /** What physical laws came to, by row, where they decide. */
  readonly laws: ReadonlyMap<number, LawMeasurement>;
  readonly residuals: readonly PhysicsResidual[];
  readonly sweep: JudgedSweep;
}

function finish(outcome: CampaignOutcome, audited: Audited, around: Surroundings): CertificateContent | null {
  const { loaded, model, pool, threshold, refused, laws, residuals, sweep } = audited;
  const { config, project } = loaded;
  const problem = (severity: Problem['severity'], about: string, message: string, fix: string): void =>
    around.reporter.emit({ kind: 'problem', severity, file: config, line: loaded.lineOf(about), message, fix });
  if (outcome.kind === 'stopped') {
    if (around.signal.aborted)
      problem(
        'warning',
        'models',
        'Stopped before the end.',
        'Run the same command again; it goes on where it stopped.',
      );
    return null;
  }
  if (outcome.kind === 'nothing-to-search') {
    problem(
      'error',
      'models',
      `Model "${model.id}" cannot be certified: ${outcome.reason}`,
      'Check that the data carry the labels that "failure" needs, and that the model knows their elements.',
    );
    return null;
  }
  if (outcome.noEnvelope !== null) {
    problem(
      'warning',
      'claim',
      `There is no envelope in which model "${model.id}" meets the claim: ${outcome.noEnvelope}`,
      'Choose features that tell failures apart, a larger threshold or more violations; or take this as the result.',
    );
  }
  const kind = project.failure.kind;
  const conformal = conformalClaim(project.claim.conformal, outcome.validation.errors, (bound) =>
    scaledThreshold(bound, ERROR_SCALE),
  );
  if (conformal.kind === 'coarse') throw new RangeError('The bound was accepted as a number of steps and is none.');
  if (conformal.kind === 'too-few' || conformal.kind === 'unbounded') {
    const { message, fix } = unclaimedText(conformal);
    problem('information', 'claim', `No error bound is claimed for model "${model.id}": ${message}`, fix);
  }
  if (outcome.risk !== null && outcome.risk.constant !== null) {
    problem(
      'information',
      'claim',
      `The risk model of "${model.id}" is the same everywhere: ${outcome.risk.constant}.`,
      'Test more structures in the search, or drop "risk" from the claim.',
    );
  }
  const { source } = sweep;
  const evidence = source.laws === undefined ? null : lawEvidence(source.laws, outcome, laws, threshold);
  if (evidence !== null)
    around.reporter.note(
      `  ${model.id}: asked about ${evidence.laws.asked} structures to put ${outcome.search.rows.length + outcome.validation.rows.length} to physical laws`,
    );
  return assembleContent(
    {
      engine: { name: 'proof-carrying-materials', version: around.installation.version },
      project,
      model,
      modelSha256: sweep.source.identity.sha256,
      modelDescription: sweep.source.identity.description,
      data: pool.files.map(({ path: file, sha256: hash, structures }) => ({ file, sha256: hash, structures })),
      reference:
        sweep.reference === null ? null : { ...sweep.reference, description: { ...sweep.reference.description } },
      criterion: {
        kind,
        unit: criterionUnit(kind),
        threshold: project.failure.threshold,
        scale: ERROR_SCALE,
        scaledThreshold: threshold,
        ...(evidence === null ? {} : { laws: evidence.laws }),
      },
      features: project.features.map((id) => ({ id, unit: featureById(id)!.unit, scale: featureById(id)!.scale })),
      initial: outcome.initial,
      rounds: outcome.rounds,
      search: tableOf(outcome.search, pool),
      generated: outcome.search.rows.flatMap((poolRow, row) => {
        const record = pool.recordOf(poolRow);
        return record === null ? [] : [{ row, record }];
      }),
      validation: tableOf(outcome.validation, pool),
      violations: evidence?.violations ?? [],
      refused: [
        ...pool.refused,
        ...[...refused].map(([row, reason]) => ({ file: pool.fileOf(row), ...placeOf(pool, row), reason })),
      ].sort((a, b) => a.file - b.file || a.index - b.index),
      replicates: outcome.replicates,
      residuals,
      conformal: conformal.kind === 'claimed' ? conformal.claim : null,
      risk: outcome.risk,
    },
    planObligations,
    sha256,
  );
}

/** How the risk model is made, or null where no risk is claimed. */
function riskPlan({ claim, risk }: LoadedProject['project']): RiskPlan | null {
  if (claim.risk === null) return null;
  const probability = rationalFromDecimal(claim.risk);
  if (probability === undefined) throw new RangeError('The risk was accepted as an exact decimal and is none.');
  return { probability, ...risk };
}

/** Why a bound that the user left to the data is not claimed. */
function unclaimedText(outcome: Extract<ConformalClaim, { kind: 'too-few' | 'unbounded' }>): {
  message: string;
  fix: string;
} {
  if (outcome.kind === 'unbounded') {
    return {
      message: 'the quantile falls on a validation structure without a finite prediction.',
      fix: 'Claim a larger "conformal.miscoverage", or "conformal": null for none.',
    };
  }
  return {
    message: `${outcome.inside} validation structures lie inside the envelope, and it takes ${outcome.needed}.`,
    fix: `Add ${outcome.needed - outcome.inside} there, claim a larger "conformal.miscoverage", or "conformal": null for none.`,
  };
}

const placeOf = (pool: PoolIndex, row: number): { index: number; line: number } => {
  const { index, line } = pool.source(row);
  return { index, line };
};

function tableOf({ rows, errors }: TestedSplit, pool: PoolIndex): ObservationTable {
  return {
    id: rows.map((row) => pool.id(row)),
    file: rows.map((row) => pool.fileOf(row)),
    index: rows.map((row) => pool.source(row).index),
    line: rows.map((row) => pool.source(row).line),
    features: pool.features.map((column) => rows.map((row) => column[row]!)),
    error: [...errors],
  };
}
