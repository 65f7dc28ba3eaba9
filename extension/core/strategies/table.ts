import { latinHypercubeSearch } from './latin-hypercube.ts';
import { localSearch } from './local-search.ts';
import { randomSearch } from './random-search.ts';
import type { Strategy } from './strategy.ts';

/** Every strategy by its id, in the order in which a portfolio asks them. */
export const strategies = {
  random: randomSearch,
  'latin-hypercube': latinHypercubeSearch,
  'local-search': localSearch,
} as const satisfies Record<string, Strategy>;

export type StrategyId = keyof typeof strategies;

/** The ids of the table, for schemas and messages. */
export const strategyIds = ['random', 'latin-hypercube', 'local-search'] as const satisfies readonly StrategyId[];
