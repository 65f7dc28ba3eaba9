/**
 * Properties of the elements with Z = 1..103, after the element tables of Magpie (L. Ward et al., npj Comput. Mater. 2,
 * 16028 (2016)), which collect them from:
 * - Mendeleev number: the order of D. G. Pettifor's chemical scale in Magpie's numbering, Li = 1 ... Rn = 103;
 * - covalent radius: B. Cordero et al., Dalton Trans. 2832 (2008), which ends at Cm; C sp3, Mn Fe Co low spin;
 * - electronegativity: Pauling's scale (A. L. Allred 1961 and later); those of Pm, Eu, Tb, Yb and the actinoids after Np
 *   are interpolated or estimated. None for He, Ne, Ar, Rn and Lr;
 * - valence electrons per shell: of the free atom's ground state. Filled d shells count up to the end of their period and
 *   the filled 4f shell from Lu to Rn; both are Magpie's convention, not chemistry;
 * - melting point: K; carbon and arsenic at the pressure where they have one. None for He and Fr;
 * - ground-state volume: Å³ per atom, DFT (PBE, OQMD). Magpie repeats the figure of Po for At, Rn, Fr, Ra and that of Pu
 *   for everything beyond; those are not values of these elements and are missing here.
 *
 * A missing value is null, never 0: a feature that needs one is undefined for the structure.
 */

/** Atomic numbers 1..LARGEST_KNOWN_ELEMENT have a row in the table. */
export const LARGEST_KNOWN_ELEMENT = 103;

export const elementPropertyIds = [
  'atomic_number',
  'mendeleev_number',
  'covalent_radius',
  'electronegativity',
  's_valence',
  'p_valence',
  'd_valence',
  'f_valence',
  'melting_point',
  'ground_state_volume',
] as const;
export type ElementPropertyId = (typeof elementPropertyIds)[number];

type Row = readonly [
  mendeleev: number,
  covalentRadiusPicometre: number | null,
  electronegativity: number | null,
  s: number,
  p: number,
  d: number,
  f: number,
  meltingPoint: number | null,
  groundStateVolume: number | null,
];

// prettier-ignore
const rows: readonly Row[] = [
  [92, 31, 2.2, 1, 0, 0, 0, 14.01, 6.615], // 1 H
  [98, 28, null, 2, 0, 0, 0, null, 12.305], // 2 He
  [1, 128, 0.98, 1, 0, 0, 0, 453.69, 16.5933333333], // 3 Li
  [67, 96, 1.57, 2, 0, 0, 0, 1560, 7.89], // 4 Be
  [72, 84, 2.04, 2, 1, 0, 0, 2348, 7.1725], // 5 B
  [77, 76, 2.55, 2, 2, 0, 0, 3823, 5.64], // 6 C
  [82, 71, 3.04, 2, 3, 0, 0, 63.05, 14.76875], // 7 N
  [87, 66, 3.44, 2, 4, 0, 0, 54.8, 9.105], // 8 O
  [93, 57, 3.98, 2, 5, 0, 0, 53.5, 9.7075], // 9 F
  [99, 58, null, 2, 6, 0, 0, 24.56, 12.64], // 10 Ne
  [2, 166, 0.93, 1, 0, 0, 0, 370.87, 29.2433333333], // 11 Na
  [68, 141, 1.31, 2, 0, 0, 0, 923, 22.89], // 12 Mg
  [73, 121, 1.61, 2, 1, 0, 0, 933.47, 16.48], // 13 Al
  [78, 111, 1.9, 2, 2, 0, 0, 1687, 20.44], // 14 Si
  [83, 107, 2.19, 2, 3, 0, 0, 317.3, 22.5702380952], // 15 P
  [88, 105, 2.58, 2, 4, 0, 0, 388.36, 25.786875], // 16 S
  [94, 102, 3.16, 2, 5, 0, 0, 171.6, 24.4975], // 17 Cl
  [100, 106, null, 2, 6, 0, 0, 83.8, 28.54], // 18 Ar
  [3, 203, 0.82, 1, 0, 0, 0, 336.53, 73.1066666667], // 19 K
  [7, 176, 1, 2, 0, 0, 0, 1115, 37.77], // 20 Ca
  [11, 170, 1.36, 2, 0, 1, 0, 1814, 22.235], // 21 Sc
  [43, 160, 1.54, 2, 0, 2, 0, 1941, 16.69], // 22 Ti
  [46, 153, 1.63, 2, 0, 3, 0, 2183, 13.01], // 23 V
  [49, 139, 1.66, 1, 0, 5, 0, 2180, 11.19], // 24 Cr
  [52, 139, 1.55, 2, 0, 5, 0, 1519, 10.4875862069], // 25 Mn
  [55, 132, 1.83, 2, 0, 6, 0, 1811, 10.73], // 26 Fe
  [58, 126, 1.88, 2, 0, 7, 0, 1768, 10.245], // 27 Co
  [61, 124, 1.91, 2, 0, 8, 0, 1728, 10.32], // 28 Ni
  [64, 132, 1.9, 1, 0, 10, 0, 1357.77, 11.07], // 29 Cu
  [69, 122, 1.65, 2, 0, 10, 0, 692.68, 13.96], // 30 Zn
  [74, 122, 1.81, 2, 1, 10, 0, 302.91, 18.8575], // 31 Ga
  [79, 120, 2.01, 2, 2, 10, 0, 1211.4, 23.005], // 32 Ge
  [84, 119, 2.18, 2, 3, 10, 0, 1090, 22.175], // 33 As
  [89, 120, 2.55, 2, 4, 10, 0, 494, 25.92], // 34 Se
  [95, 120, 2.96, 2, 5, 10, 0, 265.8, 29.48], // 35 Br
  [101, 116, 3, 2, 6, 10, 0, 115.79, 36.06], // 36 Kr
  [4, 220, 0.82, 1, 0, 0, 0, 312.46, 90.7225], // 37 Rb
  [8, 195, 0.95, 2, 0, 0, 0, 1050, 54.23], // 38 Sr
  [12, 190, 1.22, 2, 0, 1, 0, 1799, 32.365], // 39 Y
  [44, 175, 1.33, 2, 0, 2, 0, 2128, 23.195], // 40 Zr
  [47, 164, 1.6, 1, 0, 4, 0, 2750, 18.18], // 41 Nb
  [50, 154, 2.16, 1, 0, 5, 0, 2896, 15.69], // 42 Mo
  [53, 147, 1.9, 2, 0, 5, 0, 2430, 14.285], // 43 Tc
  [56, 146, 2.2, 1, 0, 7, 0, 2607, 13.51], // 44 Ru
  [59, 142, 2.28, 1, 0, 8, 0, 2237, 13.64], // 45 Rh
  [62, 139, 2.2, 0, 0, 10, 0, 1828.05, 14.41], // 46 Pd
  [65, 145, 1.93, 1, 0, 10, 0, 1234.93, 16.33], // 47 Ag
  [70, 144, 1.69, 2, 0, 10, 0, 594.22, 19.495], // 48 Cd
  [75, 142, 1.78, 2, 1, 10, 0, 429.75, 24.26], // 49 In
  [80, 139, 1.96, 2, 2, 10, 0, 505.08, 33.285], // 50 Sn
  [85, 139, 2.05, 2, 3, 10, 0, 903.78, 31.56], // 51 Sb
  [90, 138, 2.1, 2, 4, 10, 0, 722.66, 34.7633333333], // 52 Te
  [96, 139, 2.66, 2, 5, 10, 0, 386.85, 43.015], // 53 I
  [102, 140, 2.6, 2, 6, 10, 0, 161.3, 53.65], // 54 Xe
  [5, 244, 0.79, 1, 0, 0, 0, 301.59, 115.765], // 55 Cs
  [9, 215, 0.89, 2, 0, 0, 0, 1000, 63.59], // 56 Ba
  [13, 207, 1.1, 2, 0, 1, 0, 1193, 36.8975], // 57 La
  [15, 204, 1.12, 2, 0, 1, 1, 1071, 37.24], // 58 Ce
  [17, 203, 1.13, 2, 0, 0, 3, 1204, 35.675], // 59 Pr
  [19, 201, 1.14, 2, 0, 0, 4, 1294, 34.81], // 60 Nd
  [21, 199, 1.155, 2, 0, 0, 5, 1373, 33.8425], // 61 Pm
  [23, 198, 1.17, 2, 0, 0, 6, 1345, 33.23], // 62 Sm
  [25, 198, 1.185, 2, 0, 0, 7, 1095, 36.46], // 63 Eu
  [27, 196, 1.2, 2, 0, 1, 7, 1586, 32.05], // 64 Gd
  [29, 194, 1.21, 2, 0, 0, 9, 1629, 31.7366666667], // 65 Tb
  [31, 192, 1.22, 2, 0, 0, 10, 1685, 31.24], // 66 Dy
  [33, 192, 1.23, 2, 0, 0, 11, 1747, 30.7333333333], // 67 Ho
  [35, 189, 1.24, 2, 0, 0, 12, 1770, 30.585], // 68 Er
  [37, 190, 1.25, 2, 0, 0, 13, 1818, 29.78], // 69 Tm
  [39, 187, 1.26, 2, 0, 0, 14, 1092, 34.12], // 70 Yb
  [41, 187, 1.27, 2, 0, 1, 14, 1936, 28.865], // 71 Lu
  [45, 175, 1.3, 2, 0, 2, 14, 2506, 22.2], // 72 Hf
  [48, 170, 1.5, 2, 0, 3, 14, 3290, 18.12], // 73 Ta
  [51, 162, 2.36, 2, 0, 4, 14, 3695, 16.05], // 74 W
  [54, 151, 1.9, 2, 0, 5, 14, 3459, 14.655], // 75 Re
  [57, 144, 2.2, 2, 0, 6, 14, 3306, 14.09], // 76 Os
  [60, 141, 2.2, 2, 0, 7, 14, 2739, 14.21], // 77 Ir
  [63, 136, 2.28, 1, 0, 9, 14, 2041.4, 15.02], // 78 Pt
  [66, 136, 2.54, 1, 0, 10, 14, 1337.33, 16.7], // 79 Au
  [71, 132, 2, 2, 0, 10, 14, 234.32, 25.2375862069], // 80 Hg
  [76, 145, 1.62, 2, 1, 10, 14, 577, 26.91], // 81 Tl
  [81, 146, 2.33, 2, 2, 10, 14, 600.61, 28.11], // 82 Pb
  [86, 148, 2.02, 2, 3, 10, 14, 544.4, 32.95], // 83 Bi
  [91, 140, 2, 2, 4, 10, 14, 527, 38.73125], // 84 Po
  [97, 150, 2.2, 2, 5, 10, 14, 575, null], // 85 At
  [103, 150, null, 2, 6, 10, 14, 202, null], // 86 Rn
  [6, 260, 0.7, 1, 0, 0, 0, null, null], // 87 Fr
  [10, 221, 0.9, 2, 0, 0, 0, 973, null], // 88 Ra
  [14, 215, 1.1, 2, 0, 1, 0, 1323, 44.5125], // 89 Ac
  [16, 206, 1.3, 2, 0, 2, 0, 2023, 32.37], // 90 Th
  [18, 200, 1.5, 2, 0, 1, 2, 1845, 25.18], // 91 Pa
  [20, 196, 1.38, 2, 0, 1, 3, 1408, 20.025], // 92 U
  [22, 190, 1.36, 2, 0, 1, 4, 917, 18.45375], // 93 Np
  [24, 187, 1.28, 2, 0, 0, 6, 913, 18.08], // 94 Pu
  [26, 180, 1.3, 2, 0, 0, 7, 1449, null], // 95 Am
  [28, 169, 1.3, 2, 0, 1, 7, 1618, null], // 96 Cm
  [30, null, 1.3, 2, 0, 0, 9, 1323, null], // 97 Bk
  [32, null, 1.3, 2, 0, 0, 10, 1173, null], // 98 Cf
  [34, null, 1.3, 2, 0, 0, 11, 1133, null], // 99 Es
  [36, null, 1.3, 2, 0, 0, 12, 1800, null], // 100 Fm
  [38, null, 1.3, 2, 0, 0, 13, 1100, null], // 101 Md
  [40, null, 1.3, 2, 0, 0, 14, 1100, null], // 102 No
  [42, null, null, 2, 1, 0, 14, 1900, null], // 103 Lr
];

const columns: Readonly<Record<ElementPropertyId, readonly (number | null)[]>> = {
  atomic_number: rows.map((_, index) => index + 1),
  mendeleev_number: rows.map((row) => row[0]),
  covalent_radius: rows.map((row) => (row[1] === null ? null : row[1] / 100)),
  electronegativity: rows.map((row) => row[2]),
  s_valence: rows.map((row) => row[3]),
  p_valence: rows.map((row) => row[4]),
  d_valence: rows.map((row) => row[5]),
  f_valence: rows.map((row) => row[6]),
  melting_point: rows.map((row) => row[7]),
  ground_state_volume: rows.map((row) => row[8]),
};

/**
 * A property of the element with atomic number `z`; null where it has none or the table does not know the element.
 * Radii in Å, temperatures in K, volumes in Å³ per atom.
 */
export function elementProperty(property: ElementPropertyId, z: number): number | null {
  return columns[property][z - 1] ?? null;
}
