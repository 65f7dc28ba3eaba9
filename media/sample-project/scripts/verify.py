"""Writes the inputs of verify.mjs and what torch answers, for all screening structures and a few corner cases.

    /usr/bin/python3 verify.py SCRATCH_FOLDER      (needs the KIND.pt that train.py leaves there when PCM_SAMPLE_SCRATCH is set)
"""
import json
import os
import sys

import numpy as np
import torch

from graphs import graph, neighbours, read_xyz
from potentials import INPUTS
from train import HERE, KINDS

scratch = sys.argv[1]
torch.set_num_threads(1)
frames = read_xyz(os.path.join(HERE, "data", "screen.xyz"))


def supercell(f):
    shifts = np.stack(np.meshgrid(*[range(3)] * 3, indexing="ij"), -1).reshape(-1, 3)
    return dict(numbers=np.tile(f["numbers"], 27), cell=f["cell"] * 3, positions=np.concatenate([f["positions"] + s @ f["cell"] for s in shifts]))


lone = dict(numbers=np.array([11]), positions=np.zeros((1, 3)), cell=np.eye(3) * 20.0)
dimer = dict(numbers=np.array([6, 17]), positions=np.array([[0, 0, 0], [0, 0, 0.9]]), cell=np.eye(3) * 20.0)
for kind in KINDS:
    net = torch.load(os.path.join(scratch, kind + ".pt"))
    cases = []
    def case(name, some):
        lists = [neighbours(f["positions"], f["cell"], net.cutoff) for f in some]
        g = graph(some, net.cutoff, lists)
        with torch.no_grad():
            out = net(*[g[k] for k in INPUTS])
        cases.append(dict(name=name, inputs={k: g[k].flatten().tolist() for k in INPUTS}, shapes={k: list(g[k].shape) for k in INPUTS},
                          outputs=[o.flatten().tolist() for o in out], sizes=[len(f["numbers"]) for f in some]))
    for k in range(0, len(frames), 64):
        case("batch", frames[k:k + 64])
    for f in frames:
        case("alone", [f])
    case("no edges", [lone])
    case("two without edges", [lone, lone])
    case("no edges in a batch", [lone, frames[0], lone, dimer])
    case("dimer", [dimer])
    case("supercell", [supercell(frames[0])])
    json.dump(cases, open(os.path.join(scratch, kind + ".cases.json"), "w"))
    print(kind, len(cases), "cases")
