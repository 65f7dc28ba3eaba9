/** Values kept of a quantity; enough for a median, and bounded whatever the size of the file. */
const LARGEST_SAMPLE = 10_000;

/** The first values of a quantity. */
export class Sample {
  readonly values: number[] = [];
  add(value: number): void {
    if (this.values.length < LARGEST_SAMPLE) this.values.push(value);
  }
}

/** Middle value, the upper one of two; NaN for none. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
