import { totalmem } from 'node:os';
import * as z from 'zod';
import { LARGEST_MEMORY } from '../embedded-session.ts';

/** What a client may set in `initializationOptions.pcm`. */
const settingsSchema = z.object({
  workers: z.number().int().min(1).max(16).default(2),
  idleSeconds: z.number().min(0.1).max(86_400).default(300),
  timeLimitSeconds: z.number().min(1).max(86_400).default(600),
  stallSeconds: z.number().min(1).max(3600).default(20),
  memoryMegabytes: z.number().int().min(512).max(2048).optional(),
});

export interface ServerSettings {
  /** Workers alive at the same time. */
  readonly workers: number;
  /** A worker whose document nobody has edited or asked about for this long ends, ms. */
  readonly idleMs: number;
  /** A worker that is not done with a text after this long is ended, ms. */
  readonly timeLimitMs: number;
  /** A busy worker that has used no processor for this long hangs, ms. */
  readonly stallMs: number;
  /** Ceiling of one worker's WebAssembly memory, bytes. */
  readonly memoryBytes: number;
}

/** Reads the settings from the parameters of `initialize`; anything that is not understood is left at its default. */
export function readSettings(initializationOptions: unknown): ServerSettings {
  const given = z.object({ pcm: settingsSchema }).safeParse(initializationOptions);
  const { workers, idleSeconds, timeLimitSeconds, stallSeconds, memoryMegabytes } = given.success
    ? given.data.pcm
    : settingsSchema.parse({});
  return {
    workers,
    idleMs: idleSeconds * 1000,
    timeLimitMs: timeLimitSeconds * 1000,
    stallMs: stallSeconds * 1000,
    memoryBytes:
      memoryMegabytes === undefined
        ? Math.min(LARGEST_MEMORY, Math.max(2 ** 30, totalmem() / 4))
        : memoryMegabytes * 2 ** 20,
  };
}
