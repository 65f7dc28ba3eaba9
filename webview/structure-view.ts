import * as threeDmol from '3dmol';
import { symbolOf } from '../extension/core/element-symbols.ts';
import type { StructureEvent } from '../extension/protocol/structure-event.ts';
import type { StructureView } from './structure-view-loader.ts';
import { readColours } from './theme.ts';

/** Length of the longest arrow, Å; the others are in proportion, so that both sets of forces can be compared. */
const LONGEST_ARROW = 2.5;
/** Forces below this, eV/Å, are drawn as no arrow. */
const SMALLEST_FORCE = 0.005;
/** The model's arrows are the thicker ones, so that both can be told apart without colour. */
const RADII = { reference: 0.07, model: 0.13 } as const;

type Vector = readonly [number, number, number];

/** Second entry of the page: ball and stick, the cell, and forces as arrows. */
window.pcmStructureView = (stage: HTMLElement): StructureView => {
  const viewer = threeDmol.createViewer(stage, { backgroundAlpha: 0, antialias: true, disableFog: true });
  new ResizeObserver(() => viewer.resize()).observe(stage);
  return {
    show(structure) {
      const colours = readColours();
      viewer.removeAllModels();
      viewer.removeAllShapes();
      const model = viewer.addModel();
      model.addAtoms(
        [...structure.species].map((z, atom) => {
          const [x, y, at] = vectorOf(structure.positions, atom);
          return { elem: symbolOf(z), x, y, z: at, index: atom, serial: atom, bonds: [], bondOrder: [] };
        }),
      );
      viewer.setStyle({}, { sphere: { scale: 0.28 } });
      for (const [from, to] of cellEdges(structure.lattice)) {
        viewer.addLine({ start: point(from), end: point(to), color: hex(colours.text) });
      }
      const longest = Math.max(
        ...[structure.referenceForces, structure.modelForces].flatMap((forces) =>
          forces === null ? [] : structure.species.map((_, atom) => Math.hypot(...vectorOf(forces, atom))),
        ),
        SMALLEST_FORCE,
      );
      addArrows(structure, structure.referenceForces, longest, RADII.reference, hex(colours.passed));
      addArrows(structure, structure.modelForces, longest, RADII.model, hex(colours.failed));
      viewer.zoomTo();
      viewer.zoom(0.9);
      viewer.render();
    },
  };

  function addArrows(
    { species, positions }: StructureEvent,
    forces: readonly number[] | null,
    longest: number,
    radius: number,
    color: string,
  ): void {
    if (forces === null) return;
    species.forEach((_, atom) => {
      const force = vectorOf(forces, atom);
      if (!(Math.hypot(...force) > SMALLEST_FORCE)) return;
      const start = vectorOf(positions, atom);
      const end = start.map((from, k) => from + (force[k]! / longest) * LONGEST_ARROW) as unknown as Vector;
      viewer.addArrow({ start: point(start), end: point(end), radius, radiusRatio: 2, mid: 0.75, color });
    });
  }
};

function vectorOf(values: readonly number[], atom: number): Vector {
  return [values[3 * atom]!, values[3 * atom + 1]!, values[3 * atom + 2]!];
}

function point([x, y, z]: Vector): { x: number; y: number; z: number } {
  return { x, y, z };
}

/** The twelve edges of the cell; axes that do not repeat have vectors of length 0 and give none. */
function cellEdges(lattice: readonly number[]): [Vector, Vector][] {
  const axes = [0, 1, 2].map((axis) => vectorOf(lattice, axis));
  const corner = (bits: number): Vector =>
    [0, 1, 2].map((k) => axes.reduce((sum, axis, at) => sum + ((bits >> at) & 1) * axis[k]!, 0)) as unknown as Vector;
  const edges: [Vector, Vector][] = [];
  for (let bits = 0; bits < 8; bits++) {
    for (let at = 0; at < 3; at++) {
      if ((bits >> at) & 1 || Math.hypot(...axes[at]!) === 0) continue;
      edges.push([corner(bits), corner(bits | (1 << at))]);
    }
  }
  return edges;
}

/** A colour of the theme as the six digits that the library understands. */
function hex(colour: string): string {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d');
  if (context === null) return '#888888';
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
