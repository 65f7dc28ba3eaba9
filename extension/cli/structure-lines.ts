import { symbolOf } from '../core/element-symbols.ts';
import type { StructureEvent } from '../protocol/structure-event.ts';

/** Of forces in eV/Å. */
const DECIMALS = 4;

/** A structure and both sets of forces as a table for a person at a terminal. */
export function structureLines(event: StructureEvent): string[] {
  const { species, referenceForces, modelForces } = event;
  const vector = (values: readonly number[] | null, atom: number): string =>
    values === null
      ? 'none'
      : values
          .slice(3 * atom, 3 * atom + 3)
          .map((value) => value.toFixed(DECIMALS).padStart(10))
          .join('');
  return [
    `${event.file}[${event.index}]  ${event.formula}  line ${event.line}${event.label === null ? '' : `  ${event.label}`}`,
    ...(event.reason === null ? [] : [`  ${event.reason}`]),
    `  ${'atom'.padEnd(10)}${'data, eV/Å'.padEnd(32)}model, eV/Å`,
    ...species.map(
      (z, atom) =>
        `  ${`${symbolOf(z)} ${atom}`.padEnd(8)}${vector(referenceForces, atom).padEnd(32)}${vector(modelForces, atom)}`,
    ),
  ];
}
