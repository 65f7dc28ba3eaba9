import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { si2, si2Settings } from '../../../test/fixtures/dft/si2.ts';
import { isMagnetic, pwInput, type ComputedCrystal } from './pw-input.ts';
import { quantumEspressoSchema } from './settings.ts';

const settings = (changed: object = {}) => quantumEspressoSchema.parse({ ...si2Settings, ...changed });
const cutoffs = { wavefunction: 30, density: 120 };

describe('the input of pw.x', () => {
  it('is the text that pw.x was run with for the fixtures', () => {
    expect(pwInput(si2, settings(), cutoffs, null)).toBe(readFileSync('test/fixtures/dft/si2.in', 'utf8'));
    expect(pwInput(si2, settings({ scf: { steps: 2 } }), cutoffs, null)).toBe(
      readFileSync('test/fixtures/dft/si2-unconverged.in', 'utf8'),
    );
  });

  it('lists species by atomic number, atoms in their own order, and starts magnetic elements with a moment', () => {
    const oxide: ComputedCrystal = {
      lattice: Float64Array.of(4, 0, 0, 0, 4, 0, 0, 0, 4),
      periodic: [true, true, true],
      species: Uint8Array.of(28, 8, 28),
      positions: Float64Array.of(-0, 0, 0, 2, 2, 2, 0.1, 2, 0),
    };
    const text = pwInput(oxide, settings({ spin: 'auto', smearing: { kind: 'none' } }), cutoffs, 90);
    expect(text).toContain('\n  nat = 3\n  ntyp = 2\n');
    expect(text).toContain("\n  occupations = 'fixed'\n  nspin = 2\n  starting_magnetization(2) = 0.5d0\n/");
    expect(text).toContain('\n  max_seconds = 90d0\n');
    expect(text).toContain('ATOMIC_SPECIES\n  O 0.0 O.UPF\n  Ni 0.0 Ni.UPF\nCELL_PARAMETERS');
    expect(text).toContain(
      '  Ni 0.000000000000 0.000000000000 0.000000000000\n  O 2.000000000000 2.000000000000 2.000000000000\n  Ni 0.1',
    );
    expect(pwInput(oxide, settings({ spin: 'none' }), cutoffs, null)).not.toContain('nspin');
  });

  it('gives every species a moment where spin is asked for and none is magnetic', () => {
    const text = pwInput(si2, settings({ spin: 'polarized' }), cutoffs, null);
    expect(text).toContain('  nspin = 2\n  starting_magnetization(1) = 0.5d0\n');
    expect([23, 28, 58, 70, 92].every(isMagnetic)).toBe(true);
    expect([14, 22, 29, 57, 71, 91].some(isMagnetic)).toBe(false);
  });

  it('throws rather than writing what is no number, or a slab', () => {
    const broken = { ...si2, positions: Float64Array.of(0, 0, 0, NaN, 0, 0) };
    expect(() => pwInput(broken, settings(), cutoffs, null)).toThrow(RangeError);
    expect(() => pwInput({ ...si2, periodic: [true, true, false] }, settings(), cutoffs, null)).toThrow(RangeError);
  });
});

describe('the settings', () => {
  it('take no path for a pseudopotential, and no unknown key', () => {
    for (const name of ['../Si.UPF', '/etc/passwd', "Si'.UPF", '.hidden', ''])
      expect(
        quantumEspressoSchema.safeParse({ kind: 'quantum-espresso', pseudopotentials: { files: { Si: name } } })
          .success,
      ).toBe(false);
    for (const changed of [{ kspacing: 0.2 }, { pseudopotentials: { files: { Xx: 'a.UPF' } } }, { kSpacing: 0 }])
      expect(quantumEspressoSchema.safeParse({ kind: 'quantum-espresso', ...changed }).success).toBe(false);
  });
});
