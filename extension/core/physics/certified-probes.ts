import { cellChoice } from './probes/cell-choice.ts';
import { compression } from './probes/compression.ts';
import { finite } from './probes/finite.ts';
import { gradient } from './probes/gradient.ts';
import { netForceProbe } from './probes/net-force.ts';
import { permutation } from './probes/permutation.ts';
import type { Probe } from './probe.ts';
import { repulsion } from './probes/repulsion.ts';
import { rotation } from './probes/rotation.ts';
import { smoothness } from './probes/smoothness.ts';
import { supercell } from './probes/supercell.ts';
import { translation } from './probes/translation.ts';

/**
 * Probes whose residuals a certificate may hold: laws about the structures that it is about. Those of single runs
 * (determinism, threads) and of the model's domain (unknown elements, isolated atoms, …) are left to `pcm physics`.
 */
export const certifiableProbes: readonly Probe[] = [
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
];

export const certifiableProbeIds = certifiableProbes.map(({ id }) => id);

/** What `claim.physics: true` claims: symmetries and conservation laws, which no potential may break anywhere. */
const lawsOfEveryPotential = [
  finite,
  rotation,
  translation,
  permutation,
  supercell,
  cellChoice,
  netForceProbe,
  gradient,
];

/** The probes that `claim.physics` asks for, in the order of the suite. */
export function claimedProbes(claimed: boolean | readonly string[]): readonly Probe[] {
  if (typeof claimed === 'boolean') return claimed ? lawsOfEveryPotential : [];
  return certifiableProbes.filter(({ id }) => claimed.includes(id));
}
