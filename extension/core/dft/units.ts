/**
 * Atomic units in eV and Å: CODATA 2018 recommended values (E. Tiesinga et al., Rev. Mod. Phys. 93, 025010, 2021;
 * physics.nist.gov/constants). Quantum ESPRESSO 6 computes with those of CODATA 2006 to 2018, which differ by less than
 * 1e-8 relatively.
 */
export const HARTREE_IN_EV = 27.211386245988;
export const BOHR_IN_ANGSTROM = 0.529177210903;
