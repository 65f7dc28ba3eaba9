import type { ObservationLog } from '../observation-log.ts';
import { ObservationTable } from '../observation-table.ts';

/** A log of this process alone, for answers that are not worth a file. */
export function memoryLog(): ObservationLog {
  const table = new ObservationTable();
  return {
    path: '',
    extent: { bytes: 0, observations: 0 },
    get size() {
      return table.size;
    },
    has: (id) => table.has(id),
    get: (id) => table.get(id),
    add: (id, observation) => void table.add(id, observation),
    flush: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
