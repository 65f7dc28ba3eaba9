import { generatorIds, generators, type GeneratorId } from '../generators/table.ts';
import { gridSearch } from './grid-search.ts';
import { latinHypercubeSearch } from './latin-hypercube.ts';
import { localSearch } from './local-search.ts';
import { randomSearch } from './random-search.ts';
import { sobolSearch } from './sobol-search.ts';
import type { Strategy } from './strategy.ts';
import { surrogateSearch } from './surrogate-search.ts';

/** Every strategy that chooses among given structures, by its id, in the order in which a portfolio asks them. */
export const poolStrategies = {
  random: randomSearch,
  grid: gridSearch,
  'latin-hypercube': latinHypercubeSearch,
  sobol: sobolSearch,
  'local-search': localSearch,
  surrogate: surrogateSearch,
} as const satisfies Record<string, Strategy>;

export type PoolStrategyId = keyof typeof poolStrategies;

/** The ids of the table, for schemas and messages. */
export const poolStrategyIds = [
  'random',
  'grid',
  'latin-hypercube',
  'sobol',
  'local-search',
  'surrogate',
] as const satisfies readonly PoolStrategyId[];

/** Every strategy that a search can name: those that choose, and the generators, which make new structures. */
export const strategyIds = [...poolStrategyIds, ...generatorIds] as const;
export type StrategyId = (typeof strategyIds)[number];

/** Whether a strategy makes new structures. */
export const isGenerative = (id: StrategyId): id is GeneratorId => Object.hasOwn(generators, id);
