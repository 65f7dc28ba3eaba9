import { describe, expect, it } from 'vitest';
import { parseCif } from './cif.ts';

const cell = `_cell_length_a 4.0(1)
_cell_length_b 4
_cell_length_c 4.
_cell_angle_alpha 90 # right
_cell_angle_beta 90
_cell_angle_gamma 120.0
`;
const sites = `loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Fe1 Fe3+ 0 0 0
O1 O2- 0.5(2) 0.5 0.25
`;
const good = `data_rust\n${cell}${sites}`;

function log(text: string): string[] {
  return parseCif(text, 'a.cif', text.length).map((item) =>
    item.kind === 'structure'
      ? `structure ${item.structure.source.index}: ${[...item.structure.species].join(' ')}`
      : `line ${item.problem.line ?? '-'}: ${item.problem.message}`,
  );
}

describe('reading CIF', () => {
  it('reads a P1 cell with uncertainties and charges', () => {
    const [item] = parseCif(good, 'a.cif', 10);
    if (item?.kind !== 'structure') throw new Error(log(good)[0]);
    const { lattice, species, positions, label } = item.structure;
    expect([...lattice].map((value) => Number(value.toFixed(12)))).toEqual([4, 0, 0, -2, 3.464101615138, 0, 0, 0, 4]);
    expect([...species]).toEqual([26, 8]);
    expect([...positions.subarray(3)].map((value) => Number(value.toFixed(12)))).toEqual([1, 1.732050807569, 1]);
    expect(label).toBe('rust');
  });

  it('reads quoted, multi-line and unknown values, and several blocks', () => {
    const title = "_publ_title\n;\nA 'title'\nloop_\n;\n_journal_name 'it''s'\n_a 'don't stop'\n_b ?\n";
    const p1 =
      "_symmetry_space_group_name_H-M 'P 1'\n_symmetry_Int_Tables_number 1\n_space_group_name_Hall ?\nloop_\n_symmetry_equiv_pos_as_xyz\n'+x, +y, +z'\n";
    expect(log(`#\\#CIF_1.1\ndata_journal\n_x 1\n${good}${title}data_b\n${p1}${cell}${sites}`)).toEqual([
      'structure 0: 26 8',
      'structure 1: 26 8',
    ]);
  });

  it('reads Cartesian sites and elements from labels', () => {
    expect(log(good.replaceAll('fract', 'Cartn').replace('_atom_site_type_symbol', '_x'))).toEqual([
      'structure 0: 26 8',
    ]);
  });

  it.each([
    [
      good.replace('data_rust', "data_a\n_space_group_name_H-M_alt 'F m -3 m'"),
      "line 2: The space group is 'F m -3 m', not P1.",
    ],
    [good.replace('data_rust', 'data_a\n_symmetry_Int_Tables_number 225'), "line 2: The space group is '225', not P1."],
    [
      good.replace('data_rust', 'data_a\nloop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n-x,-y,-z'),
      "line 5: The symmetry operation '-x,-y,-z' makes atoms that are not listed.",
    ],
    [
      good.replace('_atom_site_label', '_atom_site_occupancy').replace('Fe1', '0.5').replace('O1', '1'),
      "line 14: The occupancy is '0.5'; only fully occupied sites can be used.",
    ],
    [good.replace('Fe3+', 'Xx'), "line 14: 'Xx' is not an element."],
    [good.replace('_atom_site_type_symbol', '_x').replace('Fe1', 'FE1'), "line 14: 'FE1' is not an element."],
    [good.replace('0.5(2)', '?'), "line 15: A coordinate is '?', which is not a finite number."],
    [good.replace('_cell_length_b 4\n', ''), 'line 1: _cell_length_b is missing.'],
    [good.replace('_cell_length_b 4', '_cell_length_b -4'), 'line 2: A cell length is not positive.'],
    [good.replace('gamma 120.0', 'gamma 180'), 'line 2: A cell angle is not between 0 and 180 degrees.'],
    [good.replace('alpha 90', 'alpha 170'), 'line 2: The cell angles fit no cell.'],
    [
      good.replace('0.5(2) 0.5 0.25', '1 0 0'),
      'line 15: Atoms 1 and 2 stand at one place (0.0 Å apart, periodic images included).',
    ],
    [good.replace(' 0.25', ''), 'line 8: A loop of 5 names holds 9 values.'],
    [good.replace('120.0', "'120"), 'line 7: A quoted value is not closed.'],
    [`${good};\nnever ends`, 'line 16: A text field is not closed.'],
    [`${good}_cell_length_a 5`, 'line 16: _cell_length_a appears twice in one data block.'],
    [good.replace('data_rust', ''), "line 2: '_cell_length_a' stands before the first data block."],
    [`data_a\n${cell}`, 'line 1: There are no atom sites.'],
    ['data_a\n_x 1\n', 'line -: The file holds no structure.'],
    ['', 'line -: The file holds no structure.'],
  ])('rejects %j', (text, message) => {
    expect(log(text)).toEqual([message]);
  });
});
