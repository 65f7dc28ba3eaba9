import type { PhysicsSection } from '../sections.ts';
import { markup, type Markup } from './markup.ts';
import { figure, unitText } from './number-text.ts';
import { table } from './table.ts';

/** What the probes of physical laws measured. */
export function physicsPart(probes: PhysicsSection): Markup {
  return markup`<section id="physics"><h2>Physical laws</h2><p>What should be zero by a law of physics was measured on search structures inside the envelope. The certificate states every residual with the tolerance that the model’s precision allows, and Lean compares them.</p>${table(
    'Probes; the worst residual is the one furthest beyond its tolerance, or nearest to it',
    [
      { title: 'probe' },
      { title: 'residuals', numeric: true },
      { title: 'beyond', numeric: true },
      { title: 'worst', numeric: true },
      { title: 'tolerated', numeric: true },
      { title: 'unit' },
      { title: 'structure' },
    ],
    probes.map(({ probe, residuals, broken, worst, tolerance, unit, file, line }) => [
      probe,
      residuals,
      broken === 0 ? 0 : markup`<span class="bad">${broken}</span>`,
      worst === null ? 'not finite' : figure(worst),
      figure(tolerance),
      unitText(unit).trim(),
      `${file}:${line}`,
    ]),
  )}</section>`;
}
