import { errorName } from '../core/obligations/wording.ts';
import type { Comparison, Estimate } from '../protocol/report.ts';
import { rateText } from './report-lines.ts';

const figure = (value: number): string => String(Number(value.toPrecision(3)));
const short = (value: number | null): string => (value === null ? '–' : value.toFixed(2));

/** "0.82 (0.79 to 0.85)". */
const estimateText = (estimate: Estimate | null): string =>
  estimate === null
    ? '–'
    : `${short(estimate.value)}${estimate.interval === null ? '' : ` (${short(estimate.interval.lower)} to ${short(estimate.interval.upper)})`}`;

/** A comparison as tables for a person at a terminal. */
export function comparisonLines(comparison: Comparison): string[] {
  const { models, pairs, transfer, riskTransfer, criterion, structures, leftOut } = comparison;
  const names = models.map(({ id }) => id);
  const widest = Math.max(...names.map((name) => name.length));
  const matrix = (title: string, at: (from: number, to: number) => string): string[] => {
    const cells = names.map((_, from) => names.map((_other, to) => at(from, to)));
    return [
      title,
      ...cells.map((row, from) => `  ${names[from]!.padEnd(widest)}  ${row.map((cell) => cell.padStart(5)).join(' ')}`),
    ];
  };
  const transferOf = new Map(transfer.map((one) => [`${one.from} ${one.to}`, one.rate.rate]));
  const areaOf = new Map(riskTransfer.map((one) => [`${one.from} ${one.to}`, one.area?.value ?? null]));
  return [
    `${comparison.project}: ${models.length} models on ${structures} structures (${leftOut} left out), fails where ${errorName(criterion.kind)} > ${criterion.threshold} ${criterion.unit}`,
    ...models.map(
      ({ id, rate, medianError }) =>
        `  ${id.padEnd(widest)}  ${rateText(rate)}; median error ${medianError === null ? '–' : figure(medianError.value)} ${criterion.unit}`,
    ),
    'pairs: failures shared (Jaccard), correlation of errors (Pearson; Spearman), equal rates (McNemar, Holm)',
    ...pairs.map(
      ({ first, second, jaccard, pearson, spearman, mcnemar }) =>
        `  ${names[first]!.padEnd(widest)}  ${names[second]!.padEnd(widest)}  ${estimateText(jaccard)}  ${estimateText(pearson)}; ${estimateText(spearman)}  p = ${mcnemar === null ? '–' : figure(mcnemar.holm)}`,
    ),
    ...matrix('of what the row fails on, the column fails on (columns in the order of the rows)', (from, to) =>
      from === to ? '–' : short(transferOf.get(`${from} ${to}`) ?? null),
    ),
    ...matrix('risk learnt from the row’s failures, against the column’s (AUC, out of fold)', (from, to) =>
      short(areaOf.get(`${from} ${to}`) ?? null),
    ),
    ...comparison.notes.map((note) => `  note: ${note}`),
  ];
}
