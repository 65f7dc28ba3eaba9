import { plural } from '../core/plural.ts';
import type { ProbeSummary } from '../core/physics/summary.ts';
import type { ProbeEvent } from '../protocol/events.ts';

/** One line of the table that `pcm physics` prints. */
export function probeEvent(model: string, { probe, worst, ...row }: ProbeSummary): ProbeEvent {
  return {
    kind: 'probe',
    model,
    probe: row.id,
    law: probe.description,
    source: probe.source,
    verdict: row.verdict,
    structures: row.structures,
    violations: row.violations,
    unit: worst?.unit ?? null,
    residual: worst !== null && Number.isFinite(worst.residual) ? worst.residual : null,
    tolerance: worst?.tolerance ?? null,
    file: worst?.source.file ?? null,
    index: worst?.source.index ?? null,
    line: worst?.source.line ?? null,
    detail: row.detail,
    remarks: [...row.remarks],
    fix: row.verdict === 'violated' ? probe.fix : null,
  };
}

const short = (value: number): string => (value === 0 ? '0' : value.toExponential(1));

/** What a person reads of it; `mark` turns the verdict into its coloured word. */
export function probeLines(event: ProbeEvent, mark: (verdict: ProbeEvent['verdict']) => string): string[] {
  const { probe, verdict, structures, violations, unit, residual, tolerance, file, line, detail, remarks, fix } = event;
  const head = `  ${mark(verdict)} ${probe.padEnd(20)}`;
  const indent = ' '.repeat(12);
  const notes = remarks.map((remark) => `${indent}note: ${remark}`);
  if (verdict === 'skipped') return [`${head} ${detail}`, ...notes];
  const shown = residual === null ? 'not finite' : short(residual);
  const numbers = `${shown} of ${short(tolerance ?? 0)}${unit === '1' || unit === null ? '' : ` ${unit}`}`;
  if (verdict === 'holds') return [`${head} ${numbers.padEnd(26)} ${plural(structures, 'structure')}`, ...notes];
  return [
    `${head} ${numbers.padEnd(26)} ${violations} of ${plural(structures, 'structure')}; worst ${file ?? '?'}:${line ?? '?'}${detail === '' ? '' : `, ${detail}`}`,
    `${indent}${event.law} ${fix ?? ''}`,
    ...notes,
  ];
}
