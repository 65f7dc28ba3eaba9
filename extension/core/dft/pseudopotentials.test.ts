import { describe, expect, it } from 'vitest';
import {
  choosePseudopotentials,
  cutoffsFor,
  readUpfHeader,
  type PseudopotentialFile,
  type PseudopotentialHeader,
} from './pseudopotentials.ts';
import { quantumEspressoSchema } from './settings.ts';

const version2 = `<UPF version="2.0.1">
  <PP_INFO> made by hand </PP_INFO>
  <PP_HEADER
   generated='by "hand"'
   element=" O" pseudo_type="PAW" relativistic="scalar" has_so="F"
   functional=" SLA  PW   PBX  PBC " wfc_cutoff="3.777E+001" rho_cutoff="1.511E+002"/>`;
const version1 = `<PP_INFO>
</PP_INFO>
<PP_HEADER>
   0                   Version Number
  Si                   Element
   NC                  Norm - Conserving pseudopotential
    F                  Nonlinear Core Correction
 SLA  PW   PBX  PBC    PBE  Exchange-Correlation functional
    4.00000000000      Z valence
  0.0000000  0.0000000 Suggested cutoff for wfc and rho
</PP_HEADER>`;

describe('the header of a UPF file', () => {
  it('of version 2', () => {
    expect(readUpfHeader(version2)).toEqual({
      element: 8,
      functional: 'PBE',
      type: 'paw',
      spinOrbit: false,
      scalarRelativistic: true,
      wavefunctionCutoff: 37.77,
      densityCutoff: 151.1,
    });
    expect(readUpfHeader(version2.replace('has_so="F"', 'has_so="T"'))?.spinOrbit).toBe(true);
    expect(readUpfHeader(version2.replace('element', 'is_coulomb="true" element'))?.type).toBe('coulomb');
  });

  it('of version 1', () => {
    expect(readUpfHeader(version1)).toMatchObject({
      element: 14,
      functional: 'PBE',
      type: 'norm-conserving',
      wavefunctionCutoff: null,
      densityCutoff: null,
    });
  });

  it.each([
    ['SLA PW PSX PSC', 'PBEsol'],
    ['PBESOL', 'PBEsol'],
    ['SLA  PZ   NOGX NOGC', 'LDA'],
    ['SLA-PW-PBE-PBE', 'PBE'],
    ['B3LYP', 'B3LYP'],
  ])('knows the functional %s as %s', (written, name) => {
    expect(readUpfHeader(version2.replace(' SLA  PW   PBX  PBC ', written))?.functional).toBe(name);
  });

  it('is null for what is none', () => {
    for (const text of [
      '',
      '<PP_HEADER',
      '<PP_HEADER></PP_HEADER>',
      version2.replace(' O', 'Xx'),
      version2.replace('PAW', '?'),
    ])
      expect(readUpfHeader(text)).toBeNull();
  });
});

const plain: PseudopotentialHeader = {
  element: 14,
  functional: 'PBE',
  type: 'norm-conserving',
  spinOrbit: false,
  scalarRelativistic: true,
  wavefunctionCutoff: null,
  densityCutoff: null,
};
const file = (name: string, header: Partial<PseudopotentialHeader> = {}): PseudopotentialFile => ({
  name,
  header: { ...plain, ...header },
});
const settings = (changed: object = {}) =>
  quantumEspressoSchema.parse({ kind: 'quantum-espresso', pseudopotentials: changed }).pseudopotentials;
const namesOf = (available: readonly PseudopotentialFile[], changed: object = {}): string => {
  const choice = choosePseudopotentials([14], available, settings(changed), 'FOLDER');
  return choice.kind === 'chosen' ? choice.files.map(({ name }) => name).join() : choice.reason;
};

describe('the choice of pseudopotentials', () => {
  const all = [
    file('Si.a.UPF'),
    file('Si.c.UPF', { type: 'paw', scalarRelativistic: false }),
    file('Si.d_0.1.UPF', { type: 'paw' }),
    file('Si.d_1.0.UPF', { type: 'paw' }),
    file('Si.e.UPF', { type: 'ultrasoft' }),
    file('Si.f.UPF', { type: 'paw', spinOrbit: true }),
    file('Si.lda.UPF', { type: 'paw', functional: 'LDA' }),
    file('Si.rel-z.UPF', { type: 'paw' }),
    file('Si.z.UPF', { type: 'coulomb' }),
  ];

  it('does not depend on the order of the folder', () => {
    expect(namesOf(all)).toBe('Si.d_1.0.UPF');
    expect(namesOf([...all].reverse())).toBe('Si.d_1.0.UPF');
    expect(namesOf(all, { functional: 'LDA' })).toBe('Si.lda.UPF');
    expect(namesOf(all, { files: { Si: 'Si.a.UPF' } })).toBe('Si.a.UPF');
  });

  it('names element, folder and setting where there is none', () => {
    expect(namesOf([])).toBe(
      'no PBE pseudopotential for Si in FOLDER: put one there, name it in "reference.pseudopotentials.files.Si", or set "reference.pseudopotentials.folder"',
    );
    expect(namesOf(all, { files: { Si: 'absent.UPF' } })).toContain('no UPF file absent.UPF for Si in FOLDER');
    expect(namesOf([file('O.UPF', { element: 8 })], { files: { Si: 'O.UPF' } })).toContain(
      'is a pseudopotential of O, not Si',
    );
    expect(namesOf(all, { files: { Si: 'Si.lda.UPF' } })).toContain('was made for LDA, not PBE');
  });
});

describe('cutoffs', () => {
  const cutoffs = (files: PseudopotentialFile[], changed: object = {}) =>
    cutoffsFor(files, quantumEspressoSchema.parse({ kind: 'quantum-espresso', cutoffs: changed }).cutoffs);

  it('are the largest that any pseudopotential needs', () => {
    expect(cutoffs([file('a')])).toEqual({ wavefunction: 60, density: 240 });
    const paw = file('b', { type: 'paw', wavefunctionCutoff: 47.2, densityCutoff: 188.9 });
    expect(cutoffs([paw])).toEqual({ wavefunction: 48, density: 384 });
    expect(cutoffs([file('c', { wavefunctionCutoff: 20 }), paw])).toEqual({ wavefunction: 48, density: 384 });
    expect(cutoffs([file('d', { type: 'paw', wavefunctionCutoff: 30, densityCutoff: 500.5 })])).toEqual({
      wavefunction: 40,
      density: 501,
    });
  });

  it('are those of the settings where they are given', () => {
    expect(cutoffs([file('a')], { wavefunction: 25 })).toEqual({ wavefunction: 25, density: 100 });
    expect(cutoffs([file('a')], { density: 300 })).toEqual({ wavefunction: 60, density: 300 });
  });
});
