"""Calls ASE's EMT directly: ase_direct.py reads {"numbers", "cell", "structures": [[3n], ...]} from stdin, puts every
structure to one calculator after the other, and prints {"version", "seconds", "energies"}."""

import json
import sys
import time

import ase
import numpy as np
from ase import Atoms
from ase.calculators.emt import EMT

query = json.load(sys.stdin)
structures = [
    Atoms(query["numbers"], cell=np.reshape(query["cell"], (3, 3)), pbc=True, positions=np.reshape(positions, (-1, 3)))
    for positions in query["structures"]
]
calculator = EMT()


def ask(atoms):
    # Every structure by itself, so that the numbers do not depend on the order.
    calculator.reset()
    atoms.calc = calculator
    energy = atoms.get_potential_energy()
    atoms.get_forces()
    return float(energy)


for atoms in structures[:5]:
    ask(atoms.copy())
start = time.perf_counter()
energies = [ask(atoms) for atoms in structures]
seconds = time.perf_counter() - start
print(json.dumps({"version": ase.__version__, "seconds": seconds, "energies": energies}))
