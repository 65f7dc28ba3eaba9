import { gridSearch } from './grid-search.ts';
import { latinHypercubeSearch } from './latin-hypercube.ts';
import { localSearch } from './local-search.ts';
import { randomSearch } from './random-search.ts';
import { sobolSearch } from './sobol-search.ts';
import type { Strategy } from './strategy.ts';
import { surrogateSearch } from './surrogate-search.ts';

/** Every strategy by its id, in the order in which a portfolio asks them. */
export const strategies = {
  random: randomSearch,
  grid: gridSearch,
  'latin-hypercube': latinHypercubeSearch,
  sobol: sobolSearch,
  'local-search': localSearch,
  surrogate: surrogateSearch,
} as const satisfies Record<string, Strategy>;

export type StrategyId = keyof typeof strategies;

/** The ids of the table, for schemas and messages. */
export const strategyIds = [
  'random',
  'grid',
  'latin-hypercube',
  'sobol',
  'local-search',
  'surrogate',
] as const satisfies readonly StrategyId[];
