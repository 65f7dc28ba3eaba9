import { describe, expect, it } from 'vitest';
import { LARGEST_CELL } from '../core/certificate.ts';
import { randomStream } from '../core/random.ts';
import type { StrategyReport } from '../core/strategies/portfolio.ts';
import { runCampaign, type Answer, type CampaignOutcome, type CampaignPlan, type CampaignPool } from './campaign.ts';

const SIZE = 500;
const random = randomStream(11, 'campaign test');
const columns = [0, 1].map(() => Float64Array.from({ length: SIZE }, () => random.integer(1000)));
const rows = [...Array(SIZE).keys()];
const pool: CampaignPool = {
  columns,
  search: Int32Array.from(rows.filter((row) => row % 3 !== 0)),
  validation: Int32Array.from(rows.filter((row) => row % 3 === 0)),
};
const plan: CampaignPlan = {
  strategies: ['random', 'latin-hypercube', 'local-search'],
  budget: 240,
  seed: 5,
  rounds: 3,
  replicates: 100,
  confidence: 0.95,
  violations: 0,
  minimumInside: 20,
  slabs: 2,
  minimumPerSlab: 1,
  failureRate: 0.1,
  significance: 0.05,
  risk: null,
  scaledThreshold: 500,
  scales: [10, 1],
};

/** A model that fails beyond 600 along the first feature. */
const failsBeyond = (row: number): Answer => ({ kind: 'observed', error: columns[0]![row]! > 600 ? 900 : 100 });

interface Log {
  readonly asked: { row: number; stage: string }[];
}

function run(
  answer: (row: number) => Answer,
  settings: Partial<CampaignPlan> = {},
  log: Log = { asked: [] },
  stopAfter = Infinity,
  onStrategies: (reports: readonly StrategyReport[]) => void = () => undefined,
  from: CampaignPool = pool,
) {
  let pauses = 0;
  return runCampaign({ ...plan, ...settings }, from, {
    evaluate: async (asked, stage) => {
      log.asked.push(...Array.from(asked, (row) => ({ row, stage })));
      await Promise.resolve();
      return Array.from(asked, answer);
    },
    onRound: (_round, _record, reports) => onStrategies(reports),
    onRefine: () => undefined,
    onRisk: () => undefined,
    pause: () => Promise.resolve(++pauses > stopAfter),
  });
}

function finished(outcome: CampaignOutcome) {
  if (outcome.kind !== 'finished') throw new Error(`The campaign ended as ${outcome.kind}.`);
  return outcome;
}

describe('campaigns', () => {
  it('find the envelope of a model that fails beyond a bound', async () => {
    const { rounds, noEnvelope, initial } = finished(await run(failsBeyond));
    expect(noEnvelope).toBeNull();
    expect(rounds).toHaveLength(3);
    const [first, second] = rounds.at(-1)!.box;
    expect(first!.upper).toBeLessThanOrEqual(600);
    expect(first!.upper).toBeGreaterThan(500);
    expect(second!.upper - second!.lower).toBeGreaterThan(0.8 * (initial[1]!.upper - initial[1]!.lower));
    expect(rounds.at(-1)!.bounds[0]!.upper.value).toBe(first!.upper / 10);
  });

  it('keep to the limits of the envelope from the first round on, and test nothing beyond them', async () => {
    const log: Log = { asked: [] };
    const limits = [
      { lower: 100, upper: 400 },
      { lower: null, upper: null },
    ];
    const { initial, rounds } = finished(await run(failsBeyond, { limits }, log));
    expect(initial[0]!.lower).toBe(100);
    expect(initial[0]!.upper).toBe(400);
    expect(rounds.at(-1)!.discovered).toBe(0);
    expect(log.asked.every(({ row }) => columns[0]![row]! >= 100 && columns[0]![row]! <= 400)).toBe(true);
    const nothing = await run(failsBeyond, { limits: [{ lower: 5000, upper: null }] });
    expect(nothing.kind).toBe('nothing-to-search');
  });

  it('keep every round inside the one before, and the counts in step', async () => {
    const { rounds, initial, search } = finished(await run(failsBeyond));
    let before = initial;
    let inside = 1;
    for (const { box, coverage } of rounds) {
      const held = pool.search.filter((row) =>
        box.every(({ lower, upper }, f) => columns[f]![row]! >= lower && columns[f]![row]! <= upper),
      );
      expect(coverage).toBe(held.length / pool.search.length);
      expect(coverage).toBeLessThanOrEqual(inside);
      inside = coverage;
      box.forEach(({ lower, upper }, f) => {
        expect(lower).toBeGreaterThanOrEqual(before[f]!.lower);
        expect(upper).toBeLessThanOrEqual(before[f]!.upper);
      });
      before = box;
    }
    expect(rounds.reduce((sum, { tested }) => sum + tested, 0)).toBe(search.rows.length);
    expect(rounds.at(-1)!.discovered).toBe(search.errors.filter((error) => error > 500).length);
  });

  it('look at the validation split only at the end, and only inside the envelope', async () => {
    const log: Log = { asked: [] };
    const { rounds, validation } = finished(await run(failsBeyond, {}, log));
    const searched = log.asked.filter(({ stage }) => stage === 'search').map(({ row }) => row);
    expect(searched.every((row) => row % 3 !== 0)).toBe(true);
    expect(new Set(searched).size).toBe(searched.length);
    expect(searched.length).toBeLessThanOrEqual(plan.budget);
    const stages = log.asked.map(({ stage }) => stage);
    expect(stages.lastIndexOf('search')).toBeLessThan(stages.indexOf('validate'));
    const box = rounds.at(-1)!.box;
    const inside = [...pool.validation].filter((row) =>
      columns.every((column, f) => column[row]! >= box[f]!.lower && column[row]! <= box[f]!.upper),
    );
    expect(validation.rows).toEqual(inside);
  });

  it('give the same result again, and another for another seed', async () => {
    const once = finished(await run(failsBeyond));
    expect(finished(await run(failsBeyond))).toEqual(once);
    expect(finished(await run(failsBeyond, { seed: 6 })).search.rows).not.toEqual(once.search.rows);
  });

  it('keep the replicates that intervals were read off, and none where there is no interval', async () => {
    const { rounds, replicates } = finished(await run(failsBeyond));
    const found = new Map(replicates.map((entry) => [`${entry.round} ${entry.feature} ${entry.side}`, entry]));
    expect(found.size).toBe(replicates.length);
    rounds.forEach(({ bounds }, r) =>
      bounds.forEach((bound, f) => {
        for (const side of ['lower', 'upper'] as const) {
          const { percentile, bca } = bound[side];
          const entry = found.get(`${r + 1} ${f} ${side}`);
          expect(entry === undefined).toBe(percentile === null);
          if (entry === undefined || percentile === null) continue;
          expect(entry.counts.reduce((sum, count) => sum + count, 0)).toBe(plan.replicates);
          const expanded = entry.values.flatMap((value, at) => new Array<number>(entry.counts[at]!).fill(value));
          for (const { method, end, rank, value } of entry.ends) {
            expect(expanded[rank - 1]).toBe(value);
            expect(value / plan.scales[f]!).toBe((method === 'bca' ? bca! : percentile)[end]);
          }
          // 101 × 0.025 and 101 × 0.975, outwards.
          expect(entry.ends.slice(0, 2).map(({ rank }) => rank)).toEqual([2, 99]);
          expect(entry.ends).toHaveLength(bca === null ? 2 : 4);
        }
      }),
    );
    expect(finished(await run(() => ({ kind: 'observed', error: 900 }))).replicates).toEqual([]);
  });

  it('bound the risk over the last envelope where that is asked for, and change nothing else by it', async () => {
    const probability = { numerator: 1, denominator: 2 };
    const risk = { probability, trees: 20, depth: 2, learningRate: 0.2, parts: 100 };
    const without = finished(await run(failsBeyond));
    const asked = finished(await run(failsBeyond, { risk }));
    expect(without.risk).toBeNull();
    expect({ ...asked, risk: null }).toEqual(without);
    expect(asked.risk!.bound).toBe(0);
    expect(asked.risk!.evidence.head.kind).toBe('trees');
  });

  it('count a missing prediction as a failure and a refusal not at all', async () => {
    const outcome = finished(
      await run((row) =>
        columns[0]![row]! > 600
          ? { kind: 'observed', error: LARGEST_CELL }
          : row % 2 === 0
            ? { kind: 'refused' }
            : failsBeyond(row),
      ),
    );
    expect(outcome.search.rows.every((row, at) => outcome.search.errors[at] === LARGEST_CELL || row % 2 === 1)).toBe(
      true,
    );
    expect(outcome.rounds.at(-1)!.box[0]!.upper).toBeLessThanOrEqual(600);
  });

  it('say that there is no envelope when everything fails', async () => {
    const outcome = finished(await run(() => ({ kind: 'observed', error: 900 })));
    expect(outcome.noEnvelope).toContain('passes');
    expect(outcome.rounds).toHaveLength(3);
  });

  it('say what each strategy did, per round and over all', async () => {
    const perRound: (readonly StrategyReport[])[] = [];
    const outcome = finished(await run(failsBeyond, {}, { asked: [] }, Infinity, (reports) => perRound.push(reports)));
    expect(perRound).toHaveLength(3);
    expect(outcome.strategies.map(({ strategy }) => strategy)).toEqual(plan.strategies);
    const sum = (reports: readonly StrategyReport[], of: 'proposals' | 'counterexamples' | 'unique'): number =>
      reports.reduce((total, report) => total + report[of], 0);
    expect(sum(outcome.strategies, 'proposals')).toBe(outcome.search.rows.length);
    expect(sum(outcome.strategies, 'unique')).toBe(outcome.rounds.at(-1)!.discovered);
    perRound.forEach((reports, at) => {
      expect(sum(reports, 'proposals')).toBe(outcome.rounds[at]!.tested);
      expect(sum(reports, 'counterexamples')).toBe(outcome.rounds[at]!.failed);
    });
  });

  it('share the budget by what strategies find where they are told to, the same way again', async () => {
    const portfolio = { portfolio: 'thompson', strategies: ['random', 'grid', 'surrogate'] } as const;
    const once = finished(await run(failsBeyond, portfolio));
    expect(finished(await run(failsBeyond, portfolio))).toEqual(once);
    expect(once.search.rows).toHaveLength(plan.budget);
    expect(once.strategies[0]!.proposals).toBeGreaterThanOrEqual(plan.budget / 10);
    const equal = finished(await run(failsBeyond, { ...portfolio, portfolio: 'equal' }));
    const proposals = (outcome: typeof once): number[] => outcome.strategies.map((report) => report.proposals);
    // In every generation the remainder of an equal split goes to the first.
    expect(proposals(equal)).toEqual([84, 84, 72]);
    expect(Math.max(...proposals(once))).toBeGreaterThan(100);
  });

  it('count structures that are the same as one counterexample', async () => {
    const log: Log = { asked: [] };
    const twins = {
      ...pool,
      identify: (rows: Int32Array) => Promise.resolve(Array.from(rows, () => 'one and the same')),
    };
    const outcome = finished(await run(failsBeyond, {}, log, Infinity, () => undefined, twins));
    expect(outcome.strategies.reduce((sum, { unique }) => sum + unique, 0)).toBe(1);
    expect(outcome.strategies.reduce((sum, { counterexamples }) => sum + counterexamples, 0)).toBeGreaterThan(1);
  });

  it('have nothing to certify when everything is refused', async () => {
    expect((await run(() => ({ kind: 'refused' }))).kind).toBe('nothing-to-search');
  });

  it('stop wherever they are told to', async () => {
    for (const stopAfter of [0, 1, 3, 10, 20]) {
      expect((await run(failsBeyond, {}, { asked: [] }, stopAfter)).kind).toBe('stopped');
    }
  });
});
