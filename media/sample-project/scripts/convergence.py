"""How far the labels are from converged: a few structures again with a larger cutoff and with a denser k mesh.

    /usr/bin/python3 convergence.py [STRUCTURE_ID ...]
"""
import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np

from dft import SETTINGS, labels
from structures import build

SAMPLE = ["screen-Si-diamond-rattle-2", "screen-C-diamond-rattle-2", "screen-NaCl-rocksalt-compressed-13", "screen-Al-fcc-rattle-2",
          "screen-LiMg-cscl-rattle-1", "screen-GeS-rocksalt-rattle-1"]
every = {a.info["structure_id"]: a for a in build()}
for sid in sys.argv[1:] or SAMPLE:
    base = None
    for name, change in {"as used": {}, "cutoff + 100 eV": {"cutoff": SETTINGS["cutoff"] + 100},
                         "k density × 1.5": {"density": SETTINGS["density"] * 1.5, "metal_density": SETTINGS["metal_density"] * 1.5}}.items():
        r = labels(every[sid], **{**SETTINGS, **change})
        f = np.array(r["forces"])
        base = base or (r["energy"], f)
        print(f"{sid} | {name} | {r['grid']} | energy {1000 * (r['energy'] - base[0]) / len(f):+.1f} meV/atom | largest force change "
              f"{np.linalg.norm(f - base[1], axis=1).max():.4f} of {np.linalg.norm(f, axis=1).max():.3f} eV/Å", flush=True)
