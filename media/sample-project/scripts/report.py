"""Prints the tables of the sample's README: what is in the data, and how far the potentials are from the labels.

    /usr/bin/python3 report.py SCRATCH_FOLDER      (needs the KIND.pt that train.py leaves there when PCM_SAMPLE_SCRATCH is set)
"""
import os
import sys
from collections import Counter

import numpy as np
import torch
from ase.data import chemical_symbols

from graphs import read_xyz
from train import HERE, KINDS, errors

sets = {name: read_xyz(os.path.join(HERE, "data", name + ".xyz")) for name in ("train", "screen")}


def table(title, keys):
    counts = {name: Counter(k for f in frames for k in keys(f)) for name, frames in sets.items()}
    print(f"\n| {title} | train | screen |\n|---|---|---|")
    for k in sorted(set(counts["train"]) | set(counts["screen"])):
        print(f"| {k} | {counts['train'][k]} | {counts['screen'][k]} |")


table("element", lambda f: [f"{chemical_symbols[z]}" for z in sorted(set(f["numbers"]))])
table("prototype", lambda f: [f["info"]["prototype"]])
table("config_type", lambda f: [f["info"]["config_type"]])
table("origin", lambda f: [f["info"]["origin"]])
near = {"equilibrium", "strain", "rattle", "breathing"}
for name, frames in sets.items():
    top = [np.linalg.norm(f["forces"], axis=1).max() for f in frames]
    net = max(np.abs(f["forces"].sum(0)).max() for f in frames)
    print(f"\n{name}: {len(frames)} structures; largest atomic force median {np.median(top):.2f}, largest {max(top):.1f} eV/Å; largest net force component of a label {net:.4f} eV/Å")
for kind in KINDS:
    model = torch.load(os.path.join(sys.argv[1], kind + ".pt"))
    e = errors(model, sets["train"])
    print(f"\n{kind}: training force MAE {e[:, 1].mean():.4f} eV/Å, energy MAE {1000 * np.abs(e[:, 2]).mean():.1f} meV/atom, largest atomic force error {e[:, 0].max():.2f} eV/Å")
    e = errors(model, sets["screen"])
    print("all screening structures: largest atomic force error above 0.2 / 0.3 / 0.5 / 1.0 eV/Å:", " / ".join(f"{100 * (e[:, 0] > t).mean():.1f} %" for t in (0.2, 0.3, 0.5, 1)))
    print("| screening structures | number | force MAE (eV/Å) | median of the largest atomic force error | above 0.3 | above 0.5 | energy MAE (meV/atom) |\n|---|---|---|---|---|---|---|")
    groups = {"trained systems, near equilibrium": lambda i: i["origin"] == "training-system" and i["config_type"] in near,
              "trained systems, strongly distorted": lambda i: i["origin"] == "training-system" and i["config_type"] not in near | {"compressed"},
              "trained systems, compressed": lambda i: i["origin"] == "training-system" and i["config_type"] == "compressed",
              "unseen prototypes": lambda i: i["origin"] == "unseen-prototype" and i["config_type"] != "compressed",
              "unseen chemistries": lambda i: i["origin"] == "unseen-chemistry" and i["config_type"] != "compressed",
              "unseen, compressed": lambda i: i["origin"] != "training-system" and i["config_type"] == "compressed"}
    for title, belongs in groups.items():
        x = e[[belongs(f["info"]) for f in sets["screen"]]]
        if len(x):
            print(f"| {title} | {len(x)} | {x[:, 1].mean():.3f} | {np.median(x[:, 0]):.3f} | {100 * (x[:, 0] > 0.3).mean():.0f} % | {100 * (x[:, 0] > 0.5).mean():.0f} % | {1000 * np.abs(x[:, 2]).mean():.0f} |")
