import type { Box } from '../core/certificate.ts';
import type { GeneratorId } from '../core/generators/table.ts';
import { randomStream, type RandomStream } from '../core/random.ts';
import { type Ledger, sharesOf, type StrategyYield } from '../core/strategies/portfolio.ts';
import type { SearchContext } from '../core/strategies/strategy.ts';
import { isGenerative, poolStrategies, type StrategyId } from '../core/strategies/table.ts';

/** How the strategies of a search share its budget: evenly, or by what they find (`sharesOf`). */
export type PortfolioRule = 'equal' | 'thompson';

/** The rows of one generation, and for each the position of the strategy that proposed it. */
export interface Proposals {
  readonly rows: Int32Array;
  readonly proposer: Int32Array;
}

/** Part `position` of `parts` nearly equal parts of a whole number; the earlier parts are the larger ones. */
export function shareOf(whole: number, position: number, parts: number): number {
  return Math.floor(whole / parts) + (position <= whole % parts ? 1 : 0);
}

/** What structures are made from, and where they must lie. */
export interface GenerationRequest {
  /** Rows to make structures from, ascending. */
  readonly bases: Int32Array;
  readonly box: Box;
  readonly count: number;
  readonly random: RandomStream;
  /** Atomic numbers that they may hold; all of them where nothing is said. */
  readonly elements?: ReadonlySet<number> | undefined;
}

/** Makes new structures with a generator, adds them to the pool, and returns their rows: at most `count`. */
export type Generate = (generator: GeneratorId, request: GenerationRequest) => Promise<Int32Array>;

/**
 * One generation: the strategies share `count`, those that choose from the pool each from what the ones before it left.
 *
 * @param bases rows that new structures may be made from
 * @param label of the generation, for the random streams
 */
export async function proposeGeneration(
  plan: {
    readonly strategies: readonly StrategyId[];
    readonly seed: number;
    readonly portfolio?: PortfolioRule | undefined;
  },
  context: SearchContext,
  ledger: Ledger,
  count: number,
  label: string,
  bases: Int32Array,
  generate: Generate,
): Promise<Proposals> {
  const shares =
    plan.portfolio === 'thompson'
      ? sharesOf(ledger, count, randomStream(plan.seed, 'portfolio', label))
      : plan.strategies.map((_, position) => shareOf(count, position + 1, plan.strategies.length));
  let { candidates } = context;
  const chosen: number[] = [];
  const proposer: number[] = [];
  for (const [position, id] of plan.strategies.entries()) {
    const share = shares[position]!;
    const random = randomStream(plan.seed, 'strategy', id, label);
    const rows = isGenerative(id)
      ? await generate(id, { bases, box: context.box, count: share, random })
      : poolStrategies[id].propose({ ...context, candidates }, share, random);
    for (const row of rows) {
      chosen.push(row);
      proposer.push(position);
    }
    const taken = new Set(rows);
    candidates = candidates.filter((row) => !taken.has(row));
  }
  return { rows: Int32Array.from(chosen), proposer: Int32Array.from(proposer) };
}

/**
 * What each strategy did in one generation, by position.
 *
 * @param outcomes per proposed row: failed or not, null if it was refused
 * @param isNew tells of a failed row whether nobody has found its like before
 */
export function yieldsOf(
  strategyCount: number,
  { rows, proposer }: Proposals,
  outcomes: readonly (boolean | null)[],
  isNew: (row: number) => boolean,
): StrategyYield[] {
  const yields = Array.from({ length: strategyCount }, () => ({ proposals: 0, counterexamples: 0, unique: 0 }));
  rows.forEach((row, at) => {
    const outcome = outcomes[at] ?? null;
    if (outcome === null) return;
    const own = yields[proposer[at]!]!;
    own.proposals++;
    if (!outcome) return;
    own.counterexamples++;
    if (isNew(row)) own.unique++;
  });
  return yields;
}
