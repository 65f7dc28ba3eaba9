import type { Probe } from './probe.ts';
import { cellChoice } from './probes/cell-choice.ts';
import { compression } from './probes/compression.ts';
import { determinism } from './probes/determinism.ts';
import { finite } from './probes/finite.ts';
import { gradient } from './probes/gradient.ts';
import { isolatedAtom } from './probes/isolated-atom.ts';
import { netForceProbe } from './probes/net-force.ts';
import { noNeighbours } from './probes/no-neighbours.ts';
import { permutation } from './probes/permutation.ts';
import { repulsion } from './probes/repulsion.ts';
import { rotation } from './probes/rotation.ts';
import { smoothness } from './probes/smoothness.ts';
import { straightAngle } from './probes/straight-angle.ts';
import { supercell } from './probes/supercell.ts';
import { threads } from './probes/threads.ts';
import { translation } from './probes/translation.ts';
import { undeclaredElement } from './probes/undeclared-element.ts';

/** The suite, in the order in which it is put to an oracle. */
export const probes: readonly Probe[] = [
  finite,
  rotation,
  translation,
  permutation,
  supercell,
  cellChoice,
  netForceProbe,
  gradient,
  smoothness,
  repulsion,
  compression,
  straightAngle,
  isolatedAtom,
  noNeighbours,
  undeclaredElement,
  determinism,
  threads,
];
