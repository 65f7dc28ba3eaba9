import { failureReasons } from '../core/criterion.ts';
import type { LawMeasurement } from '../core/physics/worst-law.ts';
import { IdMap } from './id-map.ts';
import type { Observation } from './observation.ts';

const statuses = ['predicted', ...failureReasons] as const;
const REFUSED = 255;
/** Numbers per observation: energy, force magnitude, energy error, force error. */
const WIDTH = 4;
const HAS_ENERGY = 1;
const HAS_FORCES = 2;

/** All of a table as plain columns, for an index file; `details` and `laws` by row. */
export interface TableColumns {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly numbers: Float64Array;
  readonly atoms: Int32Array;
  readonly status: Uint8Array;
  readonly labels: Uint8Array;
  readonly details: readonly (readonly [row: number, text: string])[];
  readonly laws: readonly (readonly [row: number, law: LawMeasurement])[];
}

/**
 * Observations by structure id, in growing columns: 54 to 108 bytes each, so that 250,000 need some 20 MB, and some 300
 * bytes more where physical laws were put to the test. The first observation of an id stays.
 */
export class ObservationTable {
  private rows = new IdMap();
  private details = new Map<number, string>();
  private laws = new Map<number, LawMeasurement>();
  private numbers = new Float64Array(WIDTH * 1024);
  private atoms = new Int32Array(1024);
  private status = new Uint8Array(1024);
  private labels = new Uint8Array(1024);

  get size(): number {
    return this.rows.size;
  }

  has(id: string): boolean {
    return this.rows.find(id) >= 0;
  }

  /** Whether the id was new. */
  add(id: string, observation: Observation): boolean {
    if (this.rows.find(id) >= 0) return false;
    const row = this.rows.size;
    if (row === this.status.length) this.grow();
    this.rows.add(id);
    if (observation.detail !== '') this.details.set(row, observation.detail);
    if (observation.kind === 'refused') {
      this.status[row] = REFUSED;
      return true;
    }
    const { status, energy, forceMagnitude, energyError, forceError, forceErrorAtom, law } = observation.measurement;
    this.status[row] = statuses.indexOf(status);
    this.labels[row] = (energyError === null ? 0 : HAS_ENERGY) | (forceError === null ? 0 : HAS_FORCES);
    this.numbers.set([energy, forceMagnitude, energyError ?? Number.NaN, forceError ?? Number.NaN], WIDTH * row);
    this.atoms[row] = forceErrorAtom;
    if (law !== null) this.laws.set(row, law);
    return true;
  }

  get(id: string): Observation | undefined {
    const row = this.rows.find(id);
    if (row < 0) return undefined;
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
        law: this.laws.get(row) ?? null,
      },
    };
  }

  /** Views of the columns, to be used at once: they are not kept up. */
  columns(): TableColumns {
    const [high, low] = this.rows.columns();
    return {
      high,
      low,
      numbers: this.numbers.subarray(0, WIDTH * this.size),
      atoms: this.atoms.subarray(0, this.size),
      status: this.status.subarray(0, this.size),
      labels: this.labels.subarray(0, this.size),
      details: [...this.details],
      laws: [...this.laws],
    };
  }

  /** A table with these columns; null if they are none of a table. */
  static of({ high, low, numbers, atoms, status, labels, details, laws }: TableColumns): ObservationTable | null {
    const table = new ObservationTable();
    const rows = IdMap.of(high, low);
    if (rows === null || status.some((code) => code !== REFUSED && code >= statuses.length)) return null;
    table.rows = rows;
    table.details = new Map(details);
    table.laws = new Map(laws);
    while (table.status.length < rows.size) table.grow();
    table.numbers.set(numbers);
    table.atoms.set(atoms);
    table.status.set(status);
    table.labels.set(labels);
    return table;
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
