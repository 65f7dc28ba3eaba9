import { goldenPower } from '../generators/golden-ratio.ts';
import { LARGEST_RATTLE, LARGEST_STRAIN } from '../generators/strain-rattle.ts';
import type { GeneratorRecord } from '../generators/table.ts';
import type { Reductions } from './minimise.ts';

/** Steps into which a continuous change is divided: what is found is exact to this share of the counterexample's own. */
export const STEPS = 1024;

type RecordOf<Id extends GeneratorRecord['generator']> = Extract<GeneratorRecord, { generator: Id }>;

/**
 * How each generator's records become smaller.
 *
 * - `strain-rattle`: without strain, without rattle, then both by one factor; the seed stays, so that displacements keep
 *   their directions.
 * - `golden-ratio`: atoms where the base has them, then the sixteenths by one factor, in whole numbers.
 * - `substitution`: replaced sites put back one by one, at least one of them staying, then the change of length.
 */
export const recordReductions: Reductions<GeneratorRecord> = {
  parts(record) {
    switch (record.generator) {
      case 'strain-rattle':
        return record.rattle.amplitude > 0 && record.strain.some((component) => component !== 0)
          ? ['rattle', 'strain']
          : [];
      case 'golden-ratio':
        return record.atoms.placement === 'kept' ? [] : ['atoms'];
      case 'substitution':
        return record.sites.length > 1 ? record.sites.map(String) : [];
    }
  },
  without(record, part) {
    switch (record.generator) {
      case 'strain-rattle':
        return withoutPart(record, part);
      case 'golden-ratio':
        return record.sixteenths.some((k) => k !== 0) ? { ...record, atoms: { placement: 'kept' } } : null;
      case 'substitution': {
        const sites = record.sites.filter((site) => String(site) !== part);
        return sites.length === 0 ? null : { ...record, sites };
      }
    }
  },
  steps(record) {
    switch (record.generator) {
      case 'strain-rattle':
        return STEPS;
      case 'golden-ratio':
        return Math.max(...record.sixteenths.map(Math.abs));
      case 'substitution':
        return record.lengthScale === 1 ? 0 : STEPS;
    }
  },
  scaled(record, step) {
    switch (record.generator) {
      case 'strain-rattle':
        return step === 0 ? null : scaledStrainRattle(record, step / STEPS);
      case 'golden-ratio': {
        if (step === 0 && record.atoms.placement === 'kept') return null;
        const most = Math.max(...record.sixteenths.map(Math.abs));
        // Truncated, so that no vector changes by more than its share; plus 0 turns −0 into 0.
        const scaled = (k: number): number => Math.trunc((k * step) / most) + 0;
        const [a, b, c] = record.sixteenths;
        return { ...record, sixteenths: [scaled(a), scaled(b), scaled(c)] };
      }
      case 'substitution':
        return { ...record, lengthScale: 1 + ((record.lengthScale - 1) * step) / STEPS };
    }
  },
};

function withoutPart(record: RecordOf<'strain-rattle'>, part: string): RecordOf<'strain-rattle'> | null {
  const { strain, rattle } = record;
  if (part === 'rattle')
    return strain.every((component) => component === 0) ? null : { ...record, rattle: { ...rattle, amplitude: 0 } };
  return rattle.amplitude === 0 ? null : { ...record, strain: [0, 0, 0, 0, 0, 0] };
}

function scaledStrainRattle(record: RecordOf<'strain-rattle'>, factor: number): RecordOf<'strain-rattle'> {
  const [xx, yy, zz, yz, xz, xy] = record.strain;
  return {
    ...record,
    strain: [factor * xx, factor * yy, factor * zz, factor * yz, factor * xz, factor * xy],
    rattle: { ...record.rattle, amplitude: factor * record.rattle.amplitude },
  };
}

/**
 * How far a record is from its base, in the measure of its generator; 0 is the base.
 *
 * - `strain-rattle`: largest of |strain component| / `LARGEST_STRAIN` and amplitude / `LARGEST_RATTLE`.
 * - `golden-ratio`: largest relative change of length of a lattice vector, plus 1 where the atoms are placed anew.
 * - `substitution`: number of replaced atoms, plus the relative change of length.
 */
export function distortionOf(record: GeneratorRecord): number {
  switch (record.generator) {
    case 'strain-rattle':
      return Math.max(
        ...record.strain.map((component) => Math.abs(component) / LARGEST_STRAIN),
        record.rattle.amplitude / LARGEST_RATTLE,
      );
    case 'golden-ratio':
      return (
        Math.max(...record.sixteenths.map((k) => Math.abs(goldenPower(k) - 1))) +
        (record.atoms.placement === 'kept' ? 0 : 1)
      );
    case 'substitution':
      return record.sites.length + Math.abs(record.lengthScale - 1);
  }
}
