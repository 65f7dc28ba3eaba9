import { LARGEST_CELL, type CertificateContent } from '../certificate.ts';
import { quantileOfSorted } from '../statistics/quantile.ts';
import { yieldRatio, type StrategyYield } from '../strategies/portfolio.ts';
import { boundedText } from './bounded-text.ts';
import { REPORT_LIMITS } from './report-numbers.ts';
import type { DiscoverySection } from './sections.ts';

/** What the strategies proposed in each round, where the run kept it; rounds count from one. */
export type StrategyHistory = readonly {
  readonly round: number;
  readonly strategies: readonly (StrategyYield & { readonly strategy: string })[];
}[];

/** Whether a history is that of a certificate's rounds: as many structures tested, as many failed, in every one. */
export function isHistoryOf(history: StrategyHistory, rounds: CertificateContent['rounds']): boolean {
  return (
    history.length === rounds.length &&
    rounds.every(({ tested, failed }, at) => {
      const { strategies } = history[at]!;
      const sum = (of: (one: StrategyYield) => number): number => strategies.reduce((all, one) => all + of(one), 0);
      return sum(({ proposals }) => proposals) === tested && sum(({ counterexamples }) => counterexamples) === failed;
    })
  );
}

/** Bins of a figure as wide as a column of text. */
const BINS = 40;
/** Errors that span more than this factor are drawn on a logarithmic axis. */
const WIDE = 30;

/** How counterexamples were found, and how errors are distributed over the search observations. */
export function discoveryOf(
  content: CertificateContent,
  history: StrategyHistory,
  confidence: number,
): DiscoverySection {
  const { criterion, search, rounds } = content;
  const finite = search.error.filter((error) => error < LARGEST_CELL).map((error) => error / criterion.scale);
  const sorted = Float64Array.from(finite).sort();
  return {
    unit: criterion.unit,
    threshold: criterion.threshold,
    cumulative: cumulativeOf(rounds, history, confidence),
    histogram: histogramOf(sorted, criterion.scale),
    ecdf: distributionOf(sorted, search.error.length),
    notFinite: search.error.length - sorted.length,
    quantiles:
      sorted.length === 0
        ? null
        : {
            median: quantileOfSorted(sorted, 0.5),
            p90: quantileOfSorted(sorted, 0.9),
            p99: quantileOfSorted(sorted, 0.99),
            largest: sorted.at(-1)!,
          },
  };
}

function cumulativeOf(
  rounds: CertificateContent['rounds'],
  history: StrategyHistory,
  confidence: number,
): DiscoverySection['cumulative'] {
  const totals = new Map<string, StrategyYield>();
  let tested = 0;
  return rounds.map((round, at) => {
    tested += round.tested;
    for (const { strategy, ...found } of history.find((entry) => entry.round === at + 1)?.strategies ?? []) {
      const sofar = totals.get(strategy) ?? { proposals: 0, counterexamples: 0, unique: 0 };
      totals.set(strategy, {
        proposals: sofar.proposals + found.proposals,
        counterexamples: sofar.counterexamples + found.counterexamples,
        unique: sofar.unique + found.unique,
      });
    }
    const base = totals.get('random');
    const strategies = [...totals].slice(0, 32).map(([strategy, sums]) => ({
      strategy: boundedText(strategy),
      ...sums,
      againstRandom: strategy === 'random' || base === undefined ? null : yieldRatio(sums, base, confidence),
    }));
    return { round: at + 1, tested, counterexamples: round.discovered, strategies };
  });
}

/** Equal bins on the axis that suits the spread; on a logarithmic one, errors below one step of the scale join the first bin. */
function histogramOf(sorted: Float64Array, scale: number): DiscoverySection['histogram'] {
  if (sorted.length === 0) return { scale: 'linear', edges: [], counts: [] };
  const largest = sorted.at(-1)!;
  const low = Math.max(quantileOfSorted(sorted, 0.005), 1 / scale);
  const isWide = largest / low > WIDE;
  const from = isWide ? Math.log10(low) : 0;
  // Wide enough that the largest error falls into the last bin, whose upper edge does not belong to it.
  const to = isWide ? Math.log10(largest) + 1e-9 : Math.max(largest * (1 + 1e-9), 1 / scale);
  const edgeAt = (bin: number): number => from + ((to - from) * bin) / BINS;
  const edges = Array.from({ length: BINS + 1 }, (_, bin) => (isWide ? 10 ** edgeAt(bin) : edgeAt(bin)));
  const counts = new Array<number>(BINS).fill(0);
  for (const error of sorted) {
    const place = ((isWide ? Math.log10(Math.max(error, low)) : error) - from) / (to - from);
    const bin = Math.max(0, Math.min(BINS - 1, Math.floor(place * BINS)));
    counts[bin] = counts[bin]! + 1;
  }
  return { scale: isWide ? 'logarithmic' : 'linear', edges, counts };
}

/** Every point of a short distribution; of a long one as many points at equal shares. Shares count what is not finite. */
function distributionOf(sorted: Float64Array, all: number): DiscoverySection['ecdf'] {
  const points = Math.min(sorted.length, REPORT_LIMITS.ecdf);
  return Array.from({ length: points }, (_, point) => {
    const rank = points === 1 ? sorted.length - 1 : Math.round((point * (sorted.length - 1)) / (points - 1));
    return { error: sorted[rank]!, share: (rank + 1) / all };
  });
}
