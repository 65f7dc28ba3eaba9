"""Labels every structure of structures.py with PBE energy and forces, and the training structures with stress too (GPAW, plane waves).

    /usr/bin/python3 dft.py RESULTS_FOLDER [--workers 2] [--limit N] [--only train|screen] [--published]

One JSON file per structure, written under another name and renamed, so that a file that is there is whole. What is
there is not computed again. A run whose SCF does not converge leaves `<id>.dropped` with the reason and no numbers.
"""
import os
import sys

for key, value in {"OMP_NUM_THREADS": "1", "MALLOC_TRIM_THRESHOLD_": "2000000000",
                   "MALLOC_MMAP_THRESHOLD_": "2000000000", "MALLOC_TOP_PAD_": "67108864"}.items():
    os.environ.setdefault(key, value)   # inherited by the workers; without them half the time goes into page faults

import argparse
import json
import multiprocessing
import time

# cutoff and width in eV; k-point density in Å (a density of 1.8 is a spacing of 1/1.8 = 0.56 Å⁻¹, 2π included)
SETTINGS = dict(cutoff=500.0, density=1.3, metal_density=1.8, smearing=0.2)
METALLIC = {"fcc", "bcc", "hcp", "cscl", "beta-tin"}


def labels(atoms, cutoff, density, metal_density, smearing):
    import numpy as np
    from gpaw import GPAW, PW, FermiDirac
    hexagonal = atoms.info["prototype"] == "hcp"    # a shifted mesh would break the hexagonal symmetry
    density = metal_density if atoms.info["prototype"] in METALLIC else density
    atoms = atoms.copy()
    kpts = {"density": density, "gamma": True} if hexagonal else {"density": density, "even": True, "gamma": False}
    atoms.calc = GPAW(mode=PW(cutoff), kpts=kpts, xc="PBE", occupations=FermiDirac(smearing), txt=None, nbands=-3,
                      maxiter=60, convergence={"density": 1e-4, "eigenstates": 4e-8, "energy": 5e-5})
    t = time.time()
    energy = atoms.get_potential_energy()                    # extrapolated to zero smearing
    free = atoms.calc.get_potential_energy(atoms, force_consistent=True)   # what the forces are the gradient of
    forces = atoms.get_forces()
    # stress is a quarter of the cost and only training uses it
    stress = atoms.get_stress(voigt=False) if atoms.info["set"] == "train" else np.zeros((0, 3))
    if not (np.isfinite(forces).all() and np.isfinite(stress).all() and np.isfinite(free)):
        raise RuntimeError("not finite")
    return dict(energy=float(free), energy_extrapolated=float(energy), forces=forces.tolist(), stress=stress.tolist(),
                scf_steps=int(atoms.calc.scf.niter), kpoints=len(atoms.calc.get_ibz_k_points()),
                grid=[int(n) for n in atoms.calc.wfs.kd.N_c], seconds=round(time.time() - t, 2))


def one(job):
    atoms, folder = job
    sid = atoms.info["structure_id"]
    try:
        result = labels(atoms, **SETTINGS)
    except Exception as problem:   # an unconverged SCF is a reason to leave the structure out, never a number
        text, name = f"{type(problem).__name__}: {problem}", f"{sid}.dropped"
    else:
        result.update(structure_id=sid, settings=SETTINGS, numbers=atoms.numbers.tolist(),
                      positions=atoms.positions.tolist(), cell=atoms.cell.tolist())
        text, name = json.dumps(result), f"{sid}.json"
    part = os.path.join(folder, f".{name}.{os.getpid()}")
    with open(part, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, os.path.join(folder, name))
    return name, text if name.endswith("dropped") else f"{result['kpoints']} k, {result['scf_steps']} steps, {result['seconds']} s"


def main():
    from graphs import read_xyz
    from structures import build
    p = argparse.ArgumentParser()
    p.add_argument("folder")
    p.add_argument("--workers", type=int, default=2)
    p.add_argument("--limit", type=int)
    p.add_argument("--only", choices=["train", "screen"])
    p.add_argument("--published", action="store_true", help="only the structures that are in data/ (the list is longer)")
    a = p.parse_args()
    os.makedirs(a.folder, exist_ok=True)
    wanted = [s for s in build() if a.only in (None, s.info["set"])]
    if a.published:
        data = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data")
        kept = {f["info"]["structure_id"] for n in ("train", "screen") for f in read_xyz(os.path.join(data, n + ".xyz"))}
        wanted = [s for s in wanted if s.info["structure_id"] in kept]
    wanted = wanted[:a.limit]
    there = set(os.listdir(a.folder))
    todo = [s for s in wanted if not {s.info["structure_id"] + e for e in (".json", ".dropped")} & there]
    print(f"{len(wanted)} wanted, {len(wanted) - len(todo)} already done", flush=True)
    start = time.time()
    with multiprocessing.get_context("spawn").Pool(a.workers, maxtasksperchild=40) as pool:
        for n, (name, text) in enumerate(pool.imap_unordered(one, [(s, a.folder) for s in todo]), 1):
            print(f"{n}/{len(todo)} {time.time() - start:.0f} s {name}: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
