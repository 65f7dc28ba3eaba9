import { measure } from '../../core/criterion.ts';
import { decidingProbes } from '../../core/physics/chosen-probes.ts';
import { ordinary, type OracleTraits, type Probe } from '../../core/physics/probe.ts';
import { probeAnswered, type Ask, type ProbeReport } from '../../core/physics/suite.ts';
import type { LawSetting } from '../../core/physics/law-evidence.ts';
import { worstLaw, type LawTolerances } from '../../core/physics/worst-law.ts';
import type { PhysicsFailure } from '../../core/project.ts';
import type { Structure } from '../../core/structure.ts';
import type { Observation } from '../observation.ts';
import type { OracleSource } from '../oracles/oracle-source.ts';
import { structureId } from '../structure-id.ts';
import { askingPools } from './probe-oracle.ts';

/** Of the suite's questions and tolerances: raised whenever they change. */
const SUITE = 1;
/** Of the probes' random choices: what a structure is put to depends on nothing but itself. */
const SEED = 0;

/**
 * The same oracle as one that puts every structure to physical laws: besides the structure's own answer it observes which
 * law comes closest to being broken. A structure of which no law can be measured is refused.
 * @returns null for an oracle that cannot be asked about structures that probes change.
 */
export function probedSource(source: OracleSource, { laws, tolerances }: PhysicsFailure): OracleSource | null {
  const { predictions } = source;
  if (predictions === null) return null;
  const probes = decidingProbes.filter(({ id }) => laws.includes(id));
  const named = Object.entries(tolerances ?? {}).flatMap(([id, value]) =>
    value === undefined ? [] : [[id, value] as const],
  );
  const setting: LawSetting = {
    probes: probes.map(({ id }) => id),
    tolerances: Object.fromEntries(named),
    precision: predictions.traits.precision,
    suite: SUITE,
  };
  return {
    ...source,
    criteria: ['physics'],
    laws: setting,
    open(options) {
      // Every oracle that predicts can be asked in the ordinary manner.
      const pool = predictions.openPool(options, 'ordinary')!;
      const ask = askingPools((manner) => (manner === 'ordinary' ? pool : null));
      return {
        workers: pool.workers,
        statistics: pool.statistics,
        observe: (structures) =>
          Promise.all(
            structures.map((structure) => observeLaws(structure, probes, setting.tolerances, predictions.traits, ask)),
          ),
        close: () => pool.close(),
      };
    },
  };
}

async function observeLaws(
  structure: Structure,
  probes: readonly Probe[],
  tolerances: LawTolerances,
  traits: OracleTraits,
  ask: Ask,
): Promise<Observation> {
  let asked = 0;
  const counting: Ask = (questions) => {
    asked += questions.length;
    return ask(questions);
  };
  const [given] = await counting([ordinary(structure)]);
  if (given === undefined || given === null) throw new Error('an oracle answers every question');
  if (given.kind === 'refused') return { kind: 'refused', detail: given.detail };
  const measurement = measure(structure, given);
  // It fails whatever the laws say.
  if (measurement.status !== 'predicted')
    return { kind: 'measured', measurement, detail: given.kind === 'failed' ? given.detail : '' };
  const reports: ProbeReport[] = [];
  const setting = { traits, seed: SEED, key: structureId };
  for await (const report of probeAnswered(probes, structure, given, setting, counting)) reports.push(report);
  const worst = worstLaw(reports, tolerances);
  if (worst === null) {
    const reasons = reports.map(({ probe, outcome }) =>
      outcome.kind === 'skipped' ? `${probe.id}: ${outcome.reason}` : '',
    );
    return { kind: 'refused', detail: `no law can be measured on it (${reasons.join('; ')})`.slice(0, 500) };
  }
  const { detail, ...law } = worst;
  return { kind: 'measured', measurement: { ...measurement, law: { ...law, asked } }, detail };
}
