import type { CertificateContent, Replicates } from '../certificate.ts';
import { percentileRanks } from '../statistics/percentile-ranks.ts';
import { failing, holding, type Finding } from './evaluation.ts';
import { percentText, valueText } from './wording.ts';

/** Every end of an interval is the order statistic of its rank, and percentile ends have the rank of the confidence. */
export function bootstrap(content: CertificateContent): Finding {
  const { confidence } = content.claim;
  let ends = 0;
  for (const [entry, replicates] of content.replicates.entries()) {
    const about = `the ${replicates.side} bound of ${content.features[replicates.feature]?.id ?? `feature ${replicates.feature}`} in round ${replicates.round}`;
    const disorder = disorderOf(replicates);
    if (disorder !== null) {
      return failing(content, `The replicates of ${about} are no multiset: ${disorder}.`, {
        remedies: [{ kind: 'certify-again' }],
      });
    }
    const size = replicates.counts.reduce((sum, count) => sum + count, 0);
    const expected = percentileRanks(size, confidence);
    for (const [end, stated] of replicates.ends.entries()) {
      ends++;
      const name = `The ${stated.end} end of the ${stated.method === 'bca' ? 'BCa' : 'percentile'} interval of ${about}`;
      const rank = stated.method === 'percentile' ? expected[stated.end] : stated.rank;
      const value = orderStatistic(replicates, Math.min(size, rank));
      const remedies = [{ kind: 'correct-end', entry, end, rank: Math.min(size, rank), value }] as const;
      const shown = (scaled: number): string => valueText(content, replicates.feature, scaled);
      if (stated.rank !== rank || rank > size) {
        const reason =
          stated.rank > size
            ? `there are only ${size} replicates`
            : `at a confidence of ${percentText(confidence)} it has rank ${rank} of ${size}`;
        return failing(content, `${name} is stated with rank ${stated.rank}, but ${reason}.`, { remedies });
      }
      if (stated.value !== value) {
        const flaw = `${name} is stated as ${shown(stated.value)}, but the replicate of rank ${rank} is ${shown(value)}.`;
        return failing(content, flaw, { remedies });
      }
    }
  }
  return holding(`All ${ends} ends of intervals are the replicates of their ranks.`);
}

/** What keeps values and counts from being a multiset in ascending order, or null. */
function disorderOf({ values, counts }: Replicates): string | null {
  if (values.length !== counts.length) return `${values.length} values have ${counts.length} counts`;
  const at = values.findIndex((value, i) => i > 0 && value <= values[i - 1]!);
  return at === -1 ? null : `value ${at + 1} is not above the one before it`;
}

/** The rank-th smallest replicate; rank from 1 to the number of replicates. */
function orderStatistic({ values, counts }: Replicates, rank: number): number {
  let seen = 0;
  for (const [at, count] of counts.entries()) {
    seen += count;
    if (seen >= rank) return values[at]!;
  }
  return values.at(-1)!;
}
