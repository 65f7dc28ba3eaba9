/** Where a structure stands: byte range in the uncompressed file, zero-based index, one-based first line. */
export interface Placement {
  readonly file: number;
  readonly index: number;
  readonly line: number;
  readonly offset: number;
  readonly length: number;
}

/** What is kept of each structure of a pool besides its place. */
export interface StructureRow extends Placement {
  /** 16 hex digits. */
  readonly id: string;
  readonly atoms: number;
  /** Reduced. */
  readonly formula: string;
  /** Scaled feature values. */
  readonly features: ArrayLike<number>;
}

function grown<T extends Float64Array | Int32Array | Uint32Array | Uint16Array>(next: T, old: T): T {
  next.set(old);
  return next;
}

/** Rows of a pool in growing typed arrays: 48 bytes, the formula and 8 per feature each, up to twice that while they grow. */
export class StructureColumns {
  length = 0;
  private capacity = 1024;
  private idHigh = new Uint32Array(this.capacity);
  private idLow = new Uint32Array(this.capacity);
  private files = new Uint16Array(this.capacity);
  private indices = new Uint32Array(this.capacity);
  private lines = new Float64Array(this.capacity);
  private offsets = new Float64Array(this.capacity);
  private lengths = new Uint32Array(this.capacity);
  private atomCounts = new Int32Array(this.capacity);
  private formulas: string[] = [];
  /** One string per composition, however many structures have it. */
  private readonly knownFormulas = new Map<string, string>();
  private featureColumns: Float64Array[];

  constructor(features: number) {
    this.featureColumns = Array.from({ length: features }, () => new Float64Array(this.capacity));
  }

  push(row: StructureRow): void {
    if (this.length === this.capacity) this.grow();
    const at = this.length++;
    this.idHigh[at] = Number.parseInt(row.id.slice(0, 8), 16);
    this.idLow[at] = Number.parseInt(row.id.slice(8), 16);
    this.files[at] = row.file;
    this.indices[at] = row.index;
    this.lines[at] = row.line;
    this.offsets[at] = row.offset;
    this.lengths[at] = row.length;
    this.atomCounts[at] = row.atoms;
    const known = this.knownFormulas.get(row.formula);
    if (known === undefined) this.knownFormulas.set(row.formula, row.formula);
    this.formulas.push(known ?? row.formula);
    this.featureColumns.forEach((column, f) => (column[at] = row.features[f]!));
  }

  id(row: number): string {
    const half = (word: number): string => word.toString(16).padStart(8, '0');
    return half(this.idHigh[row]!) + half(this.idLow[row]!);
  }

  placement(row: number): Placement {
    return {
      file: this.files[row]!,
      index: this.indices[row]!,
      line: this.lines[row]!,
      offset: this.offsets[row]!,
      length: this.lengths[row]!,
    };
  }

  atoms(row: number): number {
    return this.atomCounts[row]!;
  }

  formula(row: number): string {
    return this.formulas[row]!;
  }

  /** features[f][row], trimmed to the number of rows. */
  features(): Float64Array[] {
    return this.featureColumns.map((column) => column.subarray(0, this.length));
  }

  /** For each row, the first row with the same id; the row itself where it is the first. */
  firstOccurrences(): Int32Array {
    const order = Uint32Array.from({ length: this.length }, (_, row) => row);
    order.sort((a, b) => this.idHigh[a]! - this.idHigh[b]! || this.idLow[a]! - this.idLow[b]! || a - b);
    const first = new Int32Array(this.length);
    let leader = 0;
    order.forEach((row, k) => {
      const previous = order[k - 1];
      const same =
        previous !== undefined &&
        this.idHigh[row] === this.idHigh[previous] &&
        this.idLow[row] === this.idLow[previous];
      if (!same) leader = row;
      first[row] = leader;
    });
    return first;
  }

  private grow(): void {
    this.capacity *= 2;
    this.idHigh = grown(new Uint32Array(this.capacity), this.idHigh);
    this.idLow = grown(new Uint32Array(this.capacity), this.idLow);
    this.files = grown(new Uint16Array(this.capacity), this.files);
    this.indices = grown(new Uint32Array(this.capacity), this.indices);
    this.lines = grown(new Float64Array(this.capacity), this.lines);
    this.offsets = grown(new Float64Array(this.capacity), this.offsets);
    this.lengths = grown(new Uint32Array(this.capacity), this.lengths);
    this.atomCounts = grown(new Int32Array(this.capacity), this.atomCounts);
    this.featureColumns = this.featureColumns.map((column) => grown(new Float64Array(this.capacity), column));
  }
}
