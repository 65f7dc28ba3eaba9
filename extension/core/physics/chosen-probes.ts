import type { Probe } from './probe.ts';
import { probes } from './table.ts';

const idsOf = (chosen: readonly Probe[]): string[] => chosen.map(({ id }) => id);

/** What `claim.physics: true` claims, and what decides where `failure.laws` says nothing. */
const laws = probes.filter(({ about }) => about === 'law');
export const lawIds = idsOf(laws);

/**
 * Probes whose residuals a certificate may hold: about the structures that it is about. Those of single runs (determinism,
 * threads) and of the model's domain (unknown elements, isolated atoms, …) are left to `pcm physics`.
 */
const certifiableProbes = probes.filter(({ about }) => about === 'law' || about === 'surface');
export const certifiableProbeIds = idsOf(certifiableProbes);

/** The probes that `claim.physics` asks for, in the order of the suite. */
export function claimedProbes(claimed: boolean | readonly string[]): readonly Probe[] {
  if (typeof claimed === 'boolean') return claimed ? laws : [];
  return certifiableProbes.filter(({ id }) => claimed.includes(id));
}

/** Probes that can decide whether a model fails on a structure: they are about it, and the same model measures alike each time. */
export const decidingProbes = probes.filter(({ about, reproducible }) => about !== 'domain' && reproducible);
export const decidingProbeIds = idsOf(decidingProbes);
