import type { EnergyOffsets, FailureModesSection } from '../../failure-modes/failure-modes-schema.ts';
import { intervalFigure } from './interval-figure.ts';
import { markup, type Markup } from './markup.ts';
import { estimateText, figure, percent, percentRange, rangeText } from './number-text.ts';
import { figureWithTable, table } from './table.ts';

/** What kind of mistakes the model makes. */
export function modesPart(modes: FailureModesSection): Markup {
  const { asked, unitFaults, softening, direction, energyOffsets, clusters, notes } = modes;
  return markup`<section id="modes"><h2>Failure modes</h2>${
    asked === null ? null : markup`<p>${asked.structures} structures were put to the model anew: ${asked.how}</p>`
  }${notes.map((note) => markup`<p class="note">${note}</p>`)}${
    asked === null
      ? null
      : unitFaults.length === 0
        ? markup`<p>No mistake of sign, unit or normalisation was found in energies or forces.</p>`
        : markup`<ul>${unitFaults.map(({ explanation }) => markup`<li class="bad">${explanation}</li>`)}</ul>`
  }${softening === null && direction === null ? null : forces(modes)}${energyOffsets === null ? null : offsets(energyOffsets)}${
    clusters.length === 0
      ? null
      : markup`<h3>Where counterexamples gather</h3>${table(
          'Boxes of few conditions, found on every other observation; the rates are those of the observations in between',
          [
            { title: 'conditions' },
            { title: 'held out', numeric: true },
            { title: 'fail', numeric: true },
            { title: 'rate', numeric: true },
            { title: '95 % CI', numeric: true },
            { title: 'of all counterexamples', numeric: true },
            { title: 'lift', numeric: true },
          ],
          clusters.map(({ name, rate, share, lift }) => [
            name,
            rate.structures,
            rate.failures,
            percent(rate.rate),
            percentRange(rate.clopperPearson),
            percent(share),
            figure(lift),
          ]),
        )}`
  }</section>`;
}

function forces({ softening, direction }: FailureModesSection): Markup {
  const rows: [string, string][] = [];
  if (softening !== null) {
    rows.push(
      ['slope of predicted on reference forces', estimateText(softening.slope)],
      ['correlation of components', figure(softening.correlation)],
      ['root mean square error (eV/Å)', figure(softening.error)],
      ['the same after dividing the slope out', figure(softening.errorRescaled)],
      ['structures, components', `${softening.structures}, ${softening.components}`],
    );
  }
  if (direction !== null) {
    rows.push(
      ['squared error due to length', estimateText(direction.magnitudeShare)],
      ['squared error due to direction', estimateText(direction.directionShare)],
      ['median angle to the reference (°)', estimateText(direction.medianAngle)],
      ['median length over that of the reference', estimateText(direction.medianRatio)],
      [`atoms with a reference force above ${figure(direction.floor)} eV/Å`, String(direction.atoms)],
    );
  }
  const slope = softening?.slope ?? null;
  const verdict =
    slope === null || slope.interval === null
      ? ''
      : slope.interval.upper < 1
        ? 'The model is too soft: its forces are systematically too small.'
        : slope.interval.lower > 1
          ? 'The model is too hard: its forces are systematically too large.'
          : 'The slope does not differ from 1.';
  return markup`<h3>Forces</h3><p>${verdict}</p>${table('Forces against the reference, with 95 % intervals', [{ title: 'quantity' }, { title: 'value', numeric: true }], rows)}`;
}

function offsets({ elements, meanError, explained, structures, rank }: EnergyOffsets): Markup {
  const known = elements.filter(({ offset }) => offset !== null);
  const worst = [...known].sort((a, b) => Math.abs(b.offset!) - Math.abs(a.offset!)).slice(0, 30);
  const ends = worst.flatMap(({ offset, interval }) => [
    offset!,
    interval?.lower ?? offset!,
    interval?.upper ?? offset!,
  ]);
  const largest = Math.max(...ends.map(Math.abs), 1e-6);
  return markup`<h3>Energies</h3><p>From ${structures} structures (rank ${rank} of ${elements.length} elements): the mean error of ${figure(meanError.raw)} eV/atom becomes ${figure(meanError.commonShift)} after one common shift and ${figure(meanError.offsets)} after a constant per element, each structure left out of its own fit; the constants explain ${percent(explained)} of the squared error.</p>${figureWithTable(
    'Constant energy offset per element, largest first, with 95 % intervals.',
    intervalFigure(
      'Energy offsets',
      worst.map(({ symbol, offset, interval }) => ({ label: symbol, value: offset, interval })),
      { label: 'offset (eV per atom)', from: -largest, to: largest, mark: 0 },
    ),
    table(
      'Offsets',
      [
        { title: 'element' },
        { title: 'structures', numeric: true },
        { title: 'offset (eV)', numeric: true },
        { title: '95 % CI', numeric: true },
      ],
      [...worst, ...elements.filter(({ offset }) => offset === null)].map((one) => [
        one.symbol,
        one.structures,
        one.offset === null ? 'not determined' : figure(one.offset),
        rangeText(one.interval),
      ]),
      120,
    ),
  )}`;
}
