/**
 * Families of elements by atomic number. Blocks follow the layout with Lu and Lr in group 3 (IUPAC provisional report,
 * Pure Appl. Chem. 93, 2021): La and Ac begin the f block, Lu and Lr belong to the d block, and so do Zn, Cd and Hg.
 */
export const elementFamilies = {
  /** La–Yb and Ac–No. */
  f_block: (z: number): boolean => (z >= 57 && z <= 70) || (z >= 89 && z <= 102),
  /** Sc–Zn, Y–Cd, Lu–Hg, Lr–Cn. */
  d_block: (z: number): boolean =>
    (z >= 21 && z <= 30) || (z >= 39 && z <= 48) || (z >= 71 && z <= 80) || (z >= 103 && z <= 112),
  /** Li, Na, K, Rb, Cs, Fr; hydrogen is none. */
  alkali: (z: number): boolean => [3, 11, 19, 37, 55, 87].includes(z),
  /** F, Cl, Br, I, At, Ts. */
  halogen: (z: number): boolean => [9, 17, 35, 53, 85, 117].includes(z),
  /** O, S, Se, Te, Po, Lv; oxygen is one. */
  chalcogen: (z: number): boolean => [8, 16, 34, 52, 84, 116].includes(z),
} as const;

export type ElementFamily = keyof typeof elementFamilies;
