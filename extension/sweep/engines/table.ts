import type { Engine } from './engine.ts';
import { localEngine } from './local.ts';
import { slurmEngine } from './slurm.ts';

/** Every engine by the name that `--engine` takes. */
export const engines = { slurm: slurmEngine, local: localEngine } as const satisfies Record<string, Engine>;
export type EngineId = keyof typeof engines;
export const engineIds = Object.keys(engines) as [EngineId, ...EngineId[]];
