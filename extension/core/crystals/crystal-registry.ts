import { cellVolume } from '../formats/cell-geometry.ts';
import { formulaOf } from '../formula.ts';
import { crystalFingerprint, sameFingerprint, type Crystal } from './crystal-fingerprint.ts';

/** Tells crystals apart up to symmetry and choice of cell. */
export interface CrystalRegistry<Name> {
  /** The name under which the same crystal was first seen, or null, and then it is known as `name` from now on. */
  meet(crystal: Crystal, name: Name): Name | null;
}

interface Entry<Name> {
  readonly name: Name;
  readonly crystal: Crystal;
  /** Made when it is first compared; null: it has none. */
  fingerprint: Float64Array | null | undefined;
}

/** Relative width of the volume classes: wider than what `SAME_DISTANCE` allows, so that neighbours are enough to look at. */
const VOLUME_STEP = 0.01;

/**
 * A registry that holds at most `most` crystals; what comes after is compared, but not kept. Crystals are compared only
 * with those of the same reduced formula and nearly the same volume per atom, and a fingerprint is made only then.
 */
export function crystalRegistry<Name>(most: number): CrystalRegistry<Name> {
  const classes = new Map<string, Entry<Name>[]>();
  let size = 0;
  return {
    meet(crystal, name) {
      const formula = formulaOf(crystal.species);
      const step = Math.floor(Math.log(cellVolume(crystal.lattice) / crystal.species.length) / VOLUME_STEP);
      const own: Entry<Name> = { name, crystal, fingerprint: undefined };
      for (const near of [step - 1, step, step + 1]) {
        for (const entry of classes.get(`${formula} ${near}`) ?? []) {
          if (isSame(entry, own)) return entry.name;
        }
      }
      if (size < most && Number.isFinite(step)) {
        const key = `${formula} ${step}`;
        const entries = classes.get(key);
        if (entries === undefined) classes.set(key, [own]);
        else entries.push(own);
        size++;
      }
      return null;
    },
  };
}

function isSame<Name>(one: Entry<Name>, other: Entry<Name>): boolean {
  const first = fingerprintOf(one);
  const second = first === null ? null : fingerprintOf(other);
  return first !== null && second !== null && sameFingerprint(first, second);
}

function fingerprintOf<Name>(entry: Entry<Name>): Float64Array | null {
  if (entry.fingerprint === undefined) entry.fingerprint = crystalFingerprint(entry.crystal);
  return entry.fingerprint;
}
