import type { CertificateContent } from '../certificate.ts';
import type { AskedStructure } from './asked-structures.ts';
import { energyOffsetsOf } from './energy-offsets.ts';
import { failureClusters } from './failure-clusters.ts';
import type { FailureModesSection } from './failure-modes-schema.ts';
import { directionOf, softeningOf } from './force-errors.ts';
import { unitFaultsOf } from './unit-faults.ts';

/**
 * What kind of mistakes a model makes.
 * @param asked structures with fresh predictions; empty where the model was not asked.
 * @param how how they were chosen, in a sentence.
 * @param listed ids of the counterexamples that the report lists, in its order.
 */
export function failureModesOf(
  content: CertificateContent,
  asked: readonly AskedStructure[],
  how: string,
  listed: readonly string[],
  confidence: number,
  notes: readonly string[],
): FailureModesSection {
  const energyOffsets = energyOffsetsOf(asked, confidence);
  const softening = softeningOf(asked, confidence);
  const missing = [...notes];
  if (asked.length > 0 && energyOffsets === null)
    missing.push('Too few structures with a reference energy for offsets per element.');
  if (asked.length > 0 && softening === null) missing.push('Too few structures with reference forces for a slope.');
  return {
    asked: asked.length === 0 ? null : { structures: asked.length, how },
    energyOffsets,
    softening,
    direction: directionOf(asked, confidence),
    unitFaults: unitFaultsOf(asked),
    clusters: failureClusters(content, listed, confidence),
    notes: missing,
  };
}
