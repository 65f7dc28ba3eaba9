import {
  LARGEST_CELL,
  type BoundReport,
  type CertificateContent,
  type Replicates,
  type Violation,
} from './certificate.ts';
import { scaledError } from './criterion.ts';
import { excessOf } from './physics/worst-case.ts';

/**
 * What the schema cannot say: columns of one length, indices in range, and numbers that stand in two places alike in
 * both. Returns the first thing that does not fit, as the end of a sentence, or null.
 */
export function inconsistencyOf(content: CertificateContent): string | null {
  return tablesFault(content) ?? boundsFault(content) ?? replicatesFault(content) ?? evidenceFault(content);
}

function tablesFault(content: CertificateContent): string | null {
  const width = content.features.length;
  for (const [name, table] of [['search', content.search] as const, ['validation', content.validation] as const]) {
    const rows = table.id.length;
    const columns = [table.file, table.index, table.line, table.error, ...table.features];
    if (table.features.length !== width || columns.some((column) => column.length !== rows))
      return `the columns of ${name} differ in length`;
    if (table.file.some((file) => file >= content.data.length))
      return `a row of ${name} names a file that is not listed`;
  }
  const searched = new Set(content.search.id);
  if (
    searched.size !== content.search.id.length ||
    new Set(content.validation.id).size !== content.validation.id.length
  )
    return 'a structure is counted twice in one table';
  // Lean sees numbers, not structures: that the two tables share none is ours to see.
  if (content.validation.id.some((id) => searched.has(id)))
    return 'a validation structure is among those that shaped the envelope';
  const rows = content.search.id.length;
  const generated = content.generated ?? [];
  if (generated.some(({ row }, at) => row >= rows || (at > 0 && row <= generated[at - 1]!.row)))
    return 'the generated structures are not in the order of the table';
  if (
    content.counterexamples.some(
      ({ row, separatedBy }) => row >= rows || (separatedBy !== null && separatedBy >= width),
    )
  ) {
    return 'a counterexample points outside the table';
  }
  if (content.counterexamples.some(({ row }, at) => at > 0 && row <= content.counterexamples[at - 1]!.row))
    return 'the counterexamples are not in the order of the table';
  if ([...content.refused, ...content.residuals].some(({ file }) => file >= content.data.length))
    return 'a structure names a file that is not listed';
  return null;
}

function boundsFault(content: CertificateContent): string | null {
  const width = content.features.length;
  const boxes = [content.initial, ...content.rounds.map((round) => round.box)];
  if (boxes.some((box) => box.length !== width)) return 'an envelope has not one interval per feature';
  if (content.rounds.some((round) => round.bounds.length !== width || round.compression.length !== width))
    return 'a round has not one bound per feature';
  return null;
}

/** Reported intervals and the replicates that they were read off belong together one to one, and say the same. */
function replicatesFault(content: CertificateContent): string | null {
  const found = new Map<string, Replicates>();
  for (const entry of content.replicates) {
    const key = `${entry.round} ${entry.feature} ${entry.side}`;
    if (found.has(key)) return 'the replicates of a bound are there twice';
    found.set(key, entry);
  }
  for (const [r, { bounds }] of content.rounds.entries()) {
    for (const [f, bound] of bounds.entries()) {
      for (const side of ['lower', 'upper'] as const) {
        const key = `${r + 1} ${f} ${side}`;
        const fault = endsFault(bound[side], found.get(key), content.features[f]!.scale);
        if (fault !== null) return `${fault} (round ${r + 1}, ${side} bound of ${content.features[f]!.id})`;
        found.delete(key);
      }
    }
  }
  return found.size === 0 ? null : 'there are replicates of a bound that no round has';
}

function endsFault(report: BoundReport, replicates: Replicates | undefined, scale: number): string | null {
  const stated = (['percentile', 'bca'] as const).flatMap((method) => {
    const interval = report[method];
    return interval === null ? [] : (['lower', 'upper'] as const).map((end) => `${method} ${end} ${interval[end]}`);
  });
  const evidence = (replicates?.ends ?? []).map(({ method, end, value }) => `${method} ${end} ${value / scale}`);
  if (stated.length > 0 && replicates === undefined) return 'an interval has no replicates';
  if (stated.length === 0 && replicates !== undefined) return 'replicates have no interval';
  return stated.join() === evidence.join() ? null : 'an interval is not the one that its replicates state';
}

function evidenceFault(content: CertificateContent): string | null {
  const width = content.features.length;
  if (content.residuals.some(({ tolerance }) => tolerance >= LARGEST_CELL))
    return 'a tolerance is as large as what stands for "not finite"';
  if (content.claim.conformal !== null && content.claim.conformal.bound >= LARGEST_CELL)
    return 'the error bound is as large as what stands for "no finite prediction"';
  const { risk, criterion } = content;
  if ((criterion.laws !== undefined) !== (criterion.kind === 'physics'))
    return 'physical laws and the criterion "physics" are not there together';
  const place = ({ split, row }: Violation): number => (split === 'search' ? 0 : content.search.id.length) + row;
  const violations = content.violations ?? [];
  for (const [at, violation] of violations.entries()) {
    const { split, row, residual, tolerance } = violation;
    if (at > 0 && place(violation) <= place(violations[at - 1]!))
      return 'the broken laws are not in the order of the tables';
    const excess = excessOf({ residual: residual ?? Number.NaN, tolerance });
    const error = content[split].error[row];
    if (
      criterion.laws === undefined ||
      error !== scaledError(excess, criterion.scale) ||
      error <= criterion.scaledThreshold
    )
      return 'a broken law does not give the error of its structure';
  }
  if ((risk === null) !== (content.claim.risk === null)) return 'a risk bound and a risk head are not there together';
  if (risk === null) return null;
  if (risk.head.kind === 'trees' && risk.head.trees.some(({ feature }) => feature.some((f) => f >= width)))
    return 'the risk head tests a feature that the certificate does not have';
  if (risk.partition.feature.some((f) => f >= width))
    return 'the partition cuts a feature that the certificate does not have';
  return null;
}
