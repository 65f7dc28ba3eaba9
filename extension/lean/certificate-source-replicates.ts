import type { CertificateContent, Replicates } from '../core/certificate.ts';
import { commentText } from './certificate-source-comment.ts';
import { laneBits, packBlocks } from './certificate-source-lanes.ts';
import { natural, type Add } from './certificate-source-text.ts';

/** Lanes of an interval end's rank, in `PackedReplicates.ends`; its value stands in the lane after it. */
const END_LANES = { percentile: { lower: 0, upper: 2 }, bca: { lower: 4, upper: 6 } } as const;

/**
 * The definition `replicates`: of every bound the distinct replicates with their multiplicities, and the ends of its
 * intervals, packed (lean-project/PCM/Replicates.lean).
 *
 * @throws RangeError for replicates that no certificate of ours has
 */
export function addReplicates(content: CertificateContent, add: Add): void {
  const { replicates } = content;
  const bits = laneBits(
    replicates.flatMap(({ values, counts }) => [values, counts]),
    replicates.flatMap(({ ends }) => ends.flatMap(({ rank, value }) => [rank, value])),
  );
  add('/-- The bootstrap replicates of the bounds, and the ends of their intervals. -/');
  if (replicates.length === 0) {
    add('noncomputable def replicates : List Replicates := []', '');
    return;
  }
  add(`noncomputable def replicates : List Replicates := unpackReplicates ${bits} [`);
  replicates.forEach((bound, i) => {
    const separator = i + 1 < replicates.length ? ',' : '';
    add(`  /- ${describeBound(content, bound)} -/`, `  ${boundText(bound, bits)}${separator}`);
  });
  add(']', '');
}

function boundText(bound: Replicates, bits: number): string {
  const { round, feature, side, values, counts, ends } = bound;
  if (values.length !== counts.length) throw new RangeError('Replicates have as many counts as values.');
  // Value and count alternate, so a block of rows of two lanes each is a block of twice as many lanes.
  const lanes = values.flatMap((value, i) => [value, counts[i]!]);
  const even = packBlocks([lanes], 0, lanes.length, bits, 2).map(
    ({ rows, columns }) => `⟨${rows / 2}, ${columns[0]!}⟩`,
  );
  const slots = new Array<number>(8).fill(0);
  for (const { method, end, rank, value } of ends) {
    const lane = END_LANES[method][end];
    if (slots[lane] !== 0) throw new RangeError(`A bound has two ${end} ends of its ${method} interval.`);
    slots[lane] = rank;
    slots[lane + 1] = value;
  }
  const [packed] = packBlocks([slots], 0, slots.length, bits, slots.length);
  return `⟨${natural(round)}, ${natural(feature)}, .${side}, [${even.join(', ')}], ${packed!.columns[0]!}⟩`;
}

function describeBound(
  content: CertificateContent,
  { round, feature, side, values, counts, ends }: Replicates,
): string {
  const name = commentText(content.features[feature]?.id ?? `feature ${feature}`);
  const size = counts.reduce((sum, count) => sum + count, 0);
  const intervals = ends.map(({ method, end, rank, value }) => `${method} ${end} ${value} of rank ${rank}`).join(', ');
  return `round ${round}, ${name}, ${side} bound: ${size} replicates, ${values.length} different; ${intervals}`;
}
