"""Gathers the results of dft.py into data/train.xyz and data/screen.xyz.

    /usr/bin/python3 collect.py RESULTS_FOLDER
"""
import json
import os
import sys
from collections import Counter

import numpy as np

from dft import SETTINGS
from graphs import write_xyz
from structures import build

folder, data = sys.argv[1], os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data")
frames, missing = {"train": [], "screen": []}, Counter()
for atoms in sorted(build(), key=lambda a: a.info["structure_id"]):
    sid = atoms.info["structure_id"]
    path = os.path.join(folder, sid + ".json")
    if not os.path.exists(path):
        missing["dropped" if os.path.exists(os.path.join(folder, sid + ".dropped")) else "not computed"] += 1
        continue
    r = json.load(open(path))
    assert r["settings"] == SETTINGS and np.allclose(r["positions"], atoms.positions) and np.allclose(r["cell"], atoms.cell), sid
    r["info"] = {k: atoms.info[k] for k in ("structure_id", "prototype", "origin", "config_type", "scale", "displacement")}
    r["info"]["kpoints"] = '"' + " ".join(map(str, r["grid"])) + '"'
    if atoms.info["set"] == "screen":
        r["stress"] = None
    frames[atoms.info["set"]].append(r)
for name, some in frames.items():
    write_xyz(os.path.join(data, name + ".xyz"), some)
    print(name, len(some), dict(Counter(f["info"]["origin"] for f in some)), dict(Counter(f["info"]["config_type"] for f in some)),
          f"mean {np.mean([f['seconds'] for f in some]):.1f} s, {np.mean([f['scf_steps'] for f in some]):.1f} SCF steps" if some else "")
print("left out:", dict(missing))
