import { failureReasons } from '../core/criterion.ts';
import type { Observation } from './observation.ts';

const statuses = ['predicted', ...failureReasons] as const;
const REFUSED = 255;
/** Numbers per observation: energy, force magnitude, energy error, force error. */
const WIDTH = 4;
const HAS_ENERGY = 1;
const HAS_FORCES = 2;

/**
 * Observations by structure id, in growing columns: about 130 bytes each, so that 100,000 need 13 MB. The first
 * observation of an id stays.
 */
export class ObservationTable {
  private readonly rows = new Map<string, number>();
  private readonly details = new Map<number, string>();
  private numbers = new Float64Array(WIDTH * 1024);
  private atoms = new Int32Array(1024);
  private status = new Uint8Array(1024);
  private labels = new Uint8Array(1024);

  get size(): number {
    return this.rows.size;
  }

  has(id: string): boolean {
    return this.rows.has(id);
  }

  /** Whether the id was new. */
  add(id: string, observation: Observation): boolean {
    if (this.rows.has(id)) return false;
    const row = this.rows.size;
    if (row === this.status.length) this.grow();
    this.rows.set(id, row);
    if (observation.detail !== '') this.details.set(row, observation.detail);
    if (observation.kind === 'refused') {
      this.status[row] = REFUSED;
      return true;
    }
    const { status, energy, forceMagnitude, energyError, forceError, forceErrorAtom } = observation.measurement;
    this.status[row] = statuses.indexOf(status);
    this.labels[row] = (energyError === null ? 0 : HAS_ENERGY) | (forceError === null ? 0 : HAS_FORCES);
    this.numbers.set([energy, forceMagnitude, energyError ?? Number.NaN, forceError ?? Number.NaN], WIDTH * row);
    this.atoms[row] = forceErrorAtom;
    return true;
  }

  get(id: string): Observation | undefined {
    const row = this.rows.get(id);
    if (row === undefined) return undefined;
    const detail = this.details.get(row) ?? '';
    if (this.status[row] === REFUSED) return { kind: 'refused', detail };
    const [energy, forceMagnitude, energyError, forceError] = this.numbers.subarray(WIDTH * row, WIDTH * (row + 1));
    const labels = this.labels[row]!;
    return {
      kind: 'measured',
      detail,
      measurement: {
        status: statuses[this.status[row]!]!,
        energy: energy!,
        forceMagnitude: forceMagnitude!,
        energyError: labels & HAS_ENERGY ? energyError! : null,
        forceError: labels & HAS_FORCES ? forceError! : null,
        forceErrorAtom: this.atoms[row]!,
      },
    };
  }

  private grow(): void {
    const capacity = 2 * this.status.length;
    const grown = <T extends Float64Array | Int32Array | Uint8Array>(next: T, old: T): T => (next.set(old), next);
    this.numbers = grown(new Float64Array(WIDTH * capacity), this.numbers);
    this.atoms = grown(new Int32Array(capacity), this.atoms);
    this.status = grown(new Uint8Array(capacity), this.status);
    this.labels = grown(new Uint8Array(capacity), this.labels);
  }
}
