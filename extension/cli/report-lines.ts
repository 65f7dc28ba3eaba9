import { errorName } from '../core/obligations/wording.ts';
import { plural } from '../core/plural.ts';
import type { Rate, Report } from '../protocol/report.ts';

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const figure = (value: number): string => String(Number(value.toPrecision(3)));

/** "12 of 40 fail (30.0 %, 16.6 % to 46.5 %)". */
export function rateText({ failures, structures, rate, clopperPearson }: Rate): string {
  if (rate === null) return 'none';
  const { lower, upper } = clopperPearson;
  return `${failures} of ${structures} fail (${percent(rate)}, ${percent(lower)} to ${percent(upper)})`;
}

/** A report as lines for a person: the page has the rest. */
export function reportLines(report: Report): string[] {
  const { overview, elements, failureModes, counterexamples, discovery, notes } = report;
  const { verdicts, validation, search, criterion } = overview;
  return [
    `${overview.project}: model ${overview.model.id}, fails where ${errorName(criterion.kind)} > ${criterion.threshold} ${criterion.unit}`,
    `  ${verdicts.proved} proved, ${verdicts.refuted} refuted, ${verdicts.stuck} stuck, ${verdicts.stale + verdicts.unchecked} not checked`,
    `  search      ${rateText(search.tested)}; inside ${rateText(search.inside)}`,
    `  validation  inside ${rateText(validation.inside)}; failure rate at most ${percent(validation.upperBound)}`,
    ...(discovery.quantiles === null
      ? []
      : [
          `  errors      median ${figure(discovery.quantiles.median)}, 90 % below ${figure(discovery.quantiles.p90)}, largest ${figure(discovery.quantiles.largest)} ${discovery.unit}; ${discovery.notFinite} not finite`,
        ]),
    ...regionLines(report.alternatives),
    ...elementLines(elements),
    ...boundLines(report.errorBounds),
    ...physicsLines(report.physics),
    ...modeLines(failureModes),
    ...comparisonLines(report.comparison),
    ...lawLines(counterexamples.laws),
    ...counterexamples.list
      .slice(0, 5)
      .map(
        ({ file, line, generator, formula, error, law, separatedBy }) =>
          `  ${generator === null ? '' : `${generator} of `}${file}:${line}  ${formula ?? ''}  ${law ?? (error === null ? 'no finite prediction' : `${figure(error)} ${criterion.unit}`)}  ${separatedBy === null ? 'inside the envelope' : `kept out by ${separatedBy}`}`,
      ),
    ...overview.next.map((step) => `  next: ${step}`),
    ...notes.map((note) => `  note: ${note}`),
  ];
}

function lawLines(laws: Report['counterexamples']['laws']): string[] {
  if (laws.length === 0) return [];
  return [`  broken most ${laws.map(({ law, structures }) => `${law} in ${structures}`).join(', ')}`];
}

/** The elements and families that differ from the rest, the most unlike first. */
function elementLines(elements: Report['elements']): string[] {
  if (elements === null) return [];
  const named = [
    ...elements.families.map(({ family, ...group }) => ({ name: family.replace('_', '-'), ...group })),
    ...elements.elements.map(({ symbol, ...group }) => ({ name: symbol, ...group })),
  ];
  return named
    .filter(({ pValue }) => pValue !== null && pValue < 0.05)
    .sort((a, b) => a.pValue! - b.pValue!)
    .slice(0, 8)
    .map(
      ({ name, rate, pValue }) =>
        `  ${name.padEnd(11)} ${rateText(rate)}; unlike the rest, p = ${figure(pValue!)} (Holm)`,
    );
}

function modeLines(modes: Report['failureModes']): string[] {
  if (modes === null) return [];
  const lines: string[] = [];
  for (const { explanation } of modes.unitFaults) lines.push(`  unit fault  ${explanation}`);
  if (modes.softening !== null) {
    const { slope, structures } = modes.softening;
    const interval =
      slope.interval === null ? '' : ` (${figure(slope.interval.lower)} to ${figure(slope.interval.upper)})`;
    lines.push(
      `  forces      slope ${figure(slope.value)}${interval} against the reference, on ${plural(structures, 'structure')}`,
    );
  }
  if (modes.energyOffsets !== null) {
    const { meanError, elements } = modes.energyOffsets;
    const worst = elements
      .filter(({ offset }) => offset !== null)
      .sort((a, b) => Math.abs(b.offset!) - Math.abs(a.offset!))
      .slice(0, 3)
      .map(({ symbol, offset }) => `${symbol} ${figure(offset!)}`);
    lines.push(
      `  energies    mean error ${figure(meanError.raw)} eV/atom, ${figure(meanError.offsets)} without constants per element (${worst.join(', ')})`,
    );
  }
  for (const { name, rate } of modes.clusters.slice(0, 5)) lines.push(`  cluster     ${name}: ${rateText(rate)}`);
  return lines;
}

/** Simpler regions at the envelope's coverage. */
function regionLines(refinement: Report['alternatives']): string[] {
  return (refinement?.alternatives?.regions ?? []).map(
    ({ title, inside, failures, failureRate }) =>
      `  held out    ${title}: ${failures} of ${inside} fail${failureRate === null ? '' : ` (${percent(failureRate)})`}`,
  );
}

function comparisonLines(comparison: Report['comparison']): string[] {
  return (comparison?.models ?? []).map(({ id, rate }) => `  model       ${id}: ${rateText(rate)}`);
}

function boundLines(bounds: Report['errorBounds']): string[] {
  if (bounds === null) return [];
  const { marginal, miscoverage, schemes, unit } = bounds;
  const groups = [{ title: 'of all', ...marginal }, ...schemes.flatMap(({ families }) => families)];
  return groups
    .filter(({ rate }) => rate.structures > 0)
    .map(
      ({ title, bound, needed, rate }) =>
        `  error bound ${title}: ${bound === null ? (needed === null ? 'none' : `too few samples, ${needed} needed`) : `${figure(bound)} ${unit} for all but ${percent(miscoverage)}`} (${plural(rate.structures, 'structure')})`,
    );
}

function physicsLines(physics: Report['physics']): string[] {
  return (physics ?? []).map(
    ({ probe, residuals, broken, worst, tolerance, unit }) =>
      `  physics     ${probe}: ${broken} of ${residuals} beyond their tolerance; worst ${worst === null ? 'not finite' : figure(worst)}, tolerated ${figure(tolerance)}${unit === '1' ? '' : ` ${unit}`}`,
  );
}
