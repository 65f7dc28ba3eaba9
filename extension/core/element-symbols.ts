const symbols = (
  'H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr ' +
  'Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu ' +
  'Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr ' +
  'Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og'
).split(' ');

/** Largest atomic number that has a symbol: oganesson. */
export const LARGEST_ATOMIC_NUMBER = symbols.length;

const atomicNumbers: ReadonlyMap<string, number> = new Map(symbols.map((symbol, index) => [symbol, index + 1]));

/** Symbol of the element with atomic number `z`, 1 ≤ z ≤ 118; anything else is a bug of the caller and throws. */
export function symbolOf(z: number): string {
  const symbol = symbols[z - 1];
  if (symbol === undefined) throw new RangeError(`No element has atomic number ${z}.`);
  return symbol;
}

/** Atomic number of an IUPAC element symbol in its usual spelling (`Fe`, not `FE`); undefined for anything else. */
export function atomicNumberOf(symbol: string): number | undefined {
  return atomicNumbers.get(symbol);
}
