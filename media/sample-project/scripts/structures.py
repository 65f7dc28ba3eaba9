"""The crystals of the sample: which prototypes, which distortions, in which of the two sets.

Everything is drawn from generators seeded by the structure's own id, so the list does not depend on the order in
which it is built. `python3 structures.py` prints a summary.
"""
import hashlib
from collections import Counter

import numpy as np
from ase import Atoms
from ase.data import atomic_numbers

# Systems that the potentials are trained on: (formula, prototype, lattice parameters in Å, near the PBE minimum).
TRAINED = [
    ("C", "diamond", (3.573,)), ("Si", "diamond", (5.469,)), ("Ge", "diamond", (5.77,)),
    ("Al", "fcc", (4.04,)), ("Na", "bcc", (4.195,)), ("Li", "bcc", (3.437,)), ("Mg", "hcp", (3.195, 5.18)),
    ("SiC", "zincblende", (4.38,)), ("SiGe", "zincblende", (5.61,)), ("AlP", "zincblende", (5.51,)),
    ("NaCl", "rocksalt", (5.70,)), ("LiCl", "rocksalt", (5.15,)), ("MgS", "rocksalt", (5.23,)),
    ("SLi2", "antifluorite", (5.71,)), ("SiMg2", "antifluorite", (6.36,)),
]
# Systems that occur only in the pool to be certified: the same elements, other partners or other coordination.
UNSEEN_PROTOTYPE = [
    ("SiC", "rocksalt", (4.07,)), ("AlP", "rocksalt", (5.12,)), ("NaCl", "cscl", (3.48,)),
    ("LiCl", "zincblende", (5.65,)), ("MgS", "zincblende", (5.69,)), ("NaCl", "zincblende", (6.20,)),
    ("Si", "beta-tin", (4.78, 2.62)), ("Ge", "beta-tin", (5.10, 2.77)), ("Si", "fcc", (3.88,)), ("Si", "bcc", (3.09,)),
    ("Al", "bcc", (3.24,)), ("Al", "diamond", (6.05,)), ("Na", "hcp", (3.75, 6.13)), ("Mg", "bcc", (3.58,)),
    ("C", "bcc", (2.37,)),
]
UNSEEN_CHEMISTRY = [
    ("GeC", "zincblende", (4.61,)), ("SNa2", "antifluorite", (6.57,)), ("GeMg2", "antifluorite", (6.42,)),
    ("LiMg", "cscl", (3.45,)), ("LiNa", "cscl", (3.78,)), ("LiAl", "cscl", (3.20,)), ("GeS", "rocksalt", (5.50,)),
    ("MgP", "rocksalt", (5.15,)), ("AlS", "rocksalt", (5.06,)), ("SiP", "rocksalt", (4.95,)), ("LiC", "rocksalt", (4.30,)),
    ("AlC", "zincblende", (4.85,)), ("PS", "zincblende", (5.2,)), ("NaAl", "cscl", (3.50,)), ("MgGe", "cscl", (3.35,)),
    ("GeCl", "rocksalt", (5.60,)),
]

# kind: (isotropic scale low/high, largest strain component, displacement low/high in Å)
DISTORTIONS = {
    "equilibrium": ((0.985, 1.015), 0.000, (0.01, 0.06)),
    "strain":      ((0.980, 1.020), 0.035, (0.02, 0.08)),
    "rattle":      ((0.985, 1.015), 0.010, (0.08, 0.20)),
    "breathing":   ((0.950, 1.055), 0.000, (0.03, 0.12)),
    "shear":       ((0.980, 1.020), 0.120, (0.03, 0.10)),
    "large-rattle": ((0.970, 1.030), 0.020, (0.25, 0.45)),
    "compressed":  ((0.840, 0.930), 0.010, (0.06, 0.25)),
    "expanded":    ((1.080, 1.200), 0.010, (0.06, 0.25)),
}
TRAIN_KINDS = ["equilibrium", "strain", "rattle", "breathing", "equilibrium", "strain", "rattle", "breathing", "strain", "rattle"]
SCREEN_KINDS = (["equilibrium", "strain", "rattle"] * 3 + ["breathing", "breathing"]
                + ["shear", "large-rattle", "compressed", "compressed", "compressed", "expanded"])
UNSEEN_KINDS = ["equilibrium", "rattle", "strain", "compressed"]


def rng_of(text):
    return np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"))


def species(formula):
    """'SLi2' -> ['S', 'Li', 'Li']"""
    out, k = [], 0
    while k < len(formula):
        n = 2 if formula[k + 1:k + 2].islower() else 1
        s = formula[k:k + n]
        k += n
        d = ""
        while formula[k:k + 1].isdigit():
            d += formula[k]
            k += 1
        out += [s] * int(d or 1)
    return out


def ideal(formula, prototype, parameters):
    a = parameters[0]
    fcc = a / 2 * np.array([[0, 1, 1], [1, 0, 1], [1, 1, 0.0]])
    z = species(formula)
    if prototype == "antifluorite":
        return Atoms(z, cell=fcc, scaled_positions=[[0, 0, 0], [.25] * 3, [.75] * 3], pbc=True)
    z = z if len(z) == 2 else z * 2
    if prototype in ("diamond", "zincblende"):
        return Atoms(z, cell=fcc, scaled_positions=[[0, 0, 0], [.25] * 3], pbc=True)
    if prototype == "rocksalt":
        return Atoms(z, cell=fcc, scaled_positions=[[0, 0, 0], [.5] * 3], pbc=True)
    if prototype in ("bcc", "cscl"):
        return Atoms(z, cell=[a, a, a], scaled_positions=[[0, 0, 0], [.5] * 3], pbc=True)
    if prototype == "fcc":
        return Atoms(z, cell=[a / 2 ** .5, a / 2 ** .5, a], scaled_positions=[[0, 0, 0], [.5] * 3], pbc=True)
    if prototype == "hcp":
        c = parameters[1]
        return Atoms(z, cell=[[a, 0, 0], [-a / 2, a * 3 ** .5 / 2, 0], [0, 0, c]],
                     scaled_positions=[[0, 0, 0], [1 / 3, 2 / 3, .5]], pbc=True)
    if prototype == "beta-tin":
        c = parameters[1]
        return Atoms(z, cell=[[-a / 2, a / 2, c / 2], [a / 2, -a / 2, c / 2], [a / 2, a / 2, -c / 2]],
                     positions=[[0, 0, 0], [0, a / 2, c / 4]], pbc=True)
    raise ValueError(prototype)


def distort(atoms, kind, rng, directed):
    """Scale, strain, then move every atom but the first. `directed` moves along one axis, so that a part of the symmetry survives."""
    (s0, s1), strain, (d0, d1) = DISTORTIONS[kind]
    scale = rng.uniform(s0, s1)
    length = rng.uniform(d0, d1)
    hexagonal = abs(abs(atoms.cell.angles()[2]) - 120) < 1e-6
    if directed:
        axis = np.array([0, 0, 1.0]) if hexagonal else np.array([[1, 1, 1], [0, 0, 1], [1, 1, 1], [0, 0, 1], [1, 1, 0]][rng.integers(5)]) * 1.0
        axis /= np.linalg.norm(axis)
        e = strain * rng.uniform(0.3, 1) * rng.choice([-1, 1])
        # a strain along the same axis; volume changes only through `scale`
        eps = e * (1.5 * np.outer(axis, axis) - 0.5 * np.eye(3))
        moves = [axis * rng.choice([-1, 1]) for _ in atoms[1:]]
    else:
        eps = rng.uniform(-strain, strain, (3, 3))
        eps = (eps + eps.T) / 2
        moves = rng.normal(size=(len(atoms) - 1, 3))
        moves = [m / np.linalg.norm(m) for m in moves]
    deform = scale * (np.eye(3) + eps)
    atoms.set_cell(np.array(atoms.cell) @ deform, scale_atoms=True)
    for k, m in enumerate(moves):
        atoms.positions[k + 1] += m * length * (1 if k == 0 else rng.uniform(0.3, 1))
    atoms.info.update(config_type=kind, scale=round(float(scale), 4), displacement=round(float(length), 4))
    return atoms


def build():
    out = []

    def add(which, index, system, kind, origin):
        formula, prototype, parameters = system
        sid = f"{which}-{formula}-{prototype}-{kind}-{index}"
        rng = rng_of(sid)
        atoms = distort(ideal(formula, prototype, parameters), kind, rng, directed=rng.random() < 0.75)
        atoms.info.update(structure_id=sid, prototype=prototype, origin=origin)
        atoms.info["set"] = which
        out.append(atoms)

    for system in TRAINED:
        for k, kind in enumerate(TRAIN_KINDS):
            add("train", k, system, kind, "training-system")
        for k, kind in enumerate(SCREEN_KINDS):
            add("screen", k, system, kind, "training-system")
    for origin, systems in (("unseen-prototype", UNSEEN_PROTOTYPE), ("unseen-chemistry", UNSEEN_CHEMISTRY)):
        for system in systems:
            for k, kind in enumerate(UNSEEN_KINDS):
                add("screen", k, system, kind, origin)
    # an order that is useful when the run is cut short: every prefix is a fair sample of the whole
    out.sort(key=lambda a: hashlib.sha256(("order:" + a.info["structure_id"]).encode()).hexdigest())
    return out


ELEMENTS = sorted({atomic_numbers[s] for systems in (TRAINED, UNSEEN_PROTOTYPE, UNSEEN_CHEMISTRY) for f, _, _ in systems for s in species(f)})

if __name__ == "__main__":
    all_ = build()
    print(len(all_), Counter(a.info["set"] for a in all_), "elements", ELEMENTS)
    print(Counter((a.info["set"], a.info["config_type"]) for a in all_))
