import * as z from 'zod';
import type { StartedRun } from './certifier.ts';

const storedRunSchema = z.strictObject({
  target: z.strictObject({ folder: z.string(), config: z.string(), model: z.string().exactOptional() }),
  name: z.string(),
  finished: z.array(z.string()),
});

/** A run as it was stored before the window was loaded anew; undefined where that is nothing that was. */
export function readStoredRun(stored: unknown): StartedRun | undefined {
  return storedRunSchema.safeParse(stored).data;
}
