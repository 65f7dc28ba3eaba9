/**
 * Elements that take each other's place in crystals without a change of charge: they share a group of the periodic table
 * and a common oxidation state in solids, or, where the class says so, the state alone (lanthanides +3, first-row
 * transition metals +2 and +3, small tetrahedral and octahedral +4 and +5 cations). After the oxidation states in
 * N. N. Greenwood & A. Earnshaw, Chemistry of the Elements (1997). An element may be in several classes.
 */
export const isovalentClasses = {
  'alkali +1': [3, 11, 19, 37, 55],
  coinage: [29, 47, 79],
  'alkaline earth +2': [4, 12, 20, 38, 56],
  'transition metal +2': [25, 26, 27, 28, 29, 30],
  'group 12 +2': [30, 48, 80],
  'magnesium-like +2': [12, 25, 26, 27, 28, 30],
  'europium-like +2': [38, 56, 63, 70],
  'group 13 +3': [13, 31, 49],
  'transition metal +3': [22, 23, 24, 25, 26, 27],
  'aluminium-like +3': [13, 24, 26, 31],
  'rare earth +3': [21, 39, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71],
  'group 14 +4': [6, 14, 32, 50],
  'lone pair +2': [32, 50, 82],
  'group 4 +4': [22, 40, 72],
  'titanium-like +4': [22, 25, 50],
  'fluorite +4': [40, 58, 72, 90, 92, 93, 94],
  'group 5 +5': [23, 41, 73],
  'group 6 +6': [24, 42, 74],
  'group 7': [43, 75],
  'group 8': [44, 76],
  'group 9': [45, 77],
  'group 10': [46, 78],
  'actinide +3': [89, 92, 93, 94, 95, 96],
  pnictogen: [7, 15, 33, 51, 83],
  'chalcogen -2': [8, 16, 34, 52],
  'halogen -1': [9, 17, 35, 53],
  'noble gas': [2, 10, 18, 36, 54],
} as const satisfies Readonly<Record<string, readonly number[]>>;

export type IsovalentClass = keyof typeof isovalentClasses;

export const isovalentClassNames = Object.keys(isovalentClasses) as [IsovalentClass, ...IsovalentClass[]];

/** A class and another element of it that could stand in for `z`; every pair once, in the order of the table. */
export function isovalentPartners(z: number): { readonly name: IsovalentClass; readonly partner: number }[] {
  return isovalentClassNames.flatMap((name) => {
    const members: readonly number[] = isovalentClasses[name];
    return members.includes(z) ? members.filter((other) => other !== z).map((partner) => ({ name, partner })) : [];
  });
}
