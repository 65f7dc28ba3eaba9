"""Trains both potentials on data/train.xyz and writes them to models/ as ONNX.

    /usr/bin/python3 train.py [moments] [messages] [--steps 2500]

Seeded, one thread, a fixed number of steps: the same data give the same potentials on the same torch build.
"""
import argparse
import math
import os
import time

import numpy as np
import onnx
import torch

from graphs import graph, neighbours, read_xyz
from potentials import INPUTS, OUTPUTS, Messages, Moments, check
from structures import ELEMENTS

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
KINDS = {"moments": Moments, "messages": Messages}
NOT_FORCES = 0.03, 10.0    # loss weights: energy per atom, stress


def reference_energies(frames):
    """Least squares, slightly damped, of the energies on the composition."""
    a = np.array([[np.sum(f["numbers"] == z) for z in ELEMENTS] for f in frames], float)
    n = a.sum(1, keepdims=True)
    e = np.array([f["energy"] for f in frames])
    return np.linalg.solve((a / n).T @ (a / n) + 1e-3 * np.eye(len(ELEMENTS)), (a / n).T @ (e / n[:, 0]))


def errors(net, frames, size=40):
    """Per structure: largest atomic force error (Euclidean norm), mean absolute component error, energy error per atom"""
    out = []
    with torch.no_grad():
        for k in range(0, len(frames), size):
            some = frames[k:k + size]
            g = graph(some, net.cutoff)
            e, f, _ = net(*[g[n] for n in INPUTS])
            at = 0
            for m, s in enumerate(some):
                n = len(s["numbers"])
                d = f[at:at + n].double().numpy() - s["forces"]
                at += n
                out.append((np.linalg.norm(d, axis=1).max(), np.abs(d).mean(), (e[m].item() - s["energy"]) / n))
    return np.array(out)


def huber(x, width):
    return torch.where(x.abs() < width, 0.5 * x * x / width, x.abs() - 0.5 * width)


def train(kind, frames, steps, seed):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    net = KINDS[kind](ELEMENTS)
    net.e0.copy_(torch.tensor(reference_energies(frames))[:, None])
    lists = [neighbours(f["positions"], f["cell"], net.cutoff) for f in frames]
    net.standardise([graph(frames[k:k + 40], net.cutoff, lists[k:k + 40]) for k in range(0, len(frames), 40)])
    print(kind, sum(p.numel() for p in net.parameters()), "parameters; gradient against autograd:", check(net, graph(frames[:20], net.cutoff)))
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-2, weight_decay=0.05)
    order, start, size = [], time.time(), 20
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = 1e-2 * min(1, step / 50) * 0.5 * (1 + math.cos(math.pi * step / steps)) + 1e-5
        if len(order) < size:
            order = list(rng.permutation(len(frames)))
        pick, order = order[:size], order[size:]
        some = [frames[k] for k in pick]
        g = graph(some, net.cutoff, [lists[k] for k in pick])
        e, f, s = net(*[g[n] for n in INPUTS])
        counts = torch.tensor([len(m["numbers"]) for m in some])
        de = (e - torch.tensor([m["energy"] for m in some])) / counts
        df = f - torch.tensor(np.concatenate([m["forces"] for m in some])).float()
        ds = s - torch.tensor(np.stack([m["stress"] for m in some])).float()
        loss = huber(df, 0.05).mean() + NOT_FORCES[0] * huber(de, 0.02).mean() + NOT_FORCES[1] * huber(ds, 0.01).mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        if step % 500 == 499 or step == steps - 1:
            t = errors(net, frames)
            print(f"{kind} step {step + 1}, {time.time() - start:.0f} s: training force MAE {t[:, 1].mean():.4f} eV/Å, energy MAE {1000 * np.abs(t[:, 2]).mean():.1f} meV/atom, largest force error {t[:, 0].max():.2f} eV/Å", flush=True)
    return net.eval()


def scatter_add(g, zero, dim, index, values):
    """torch 1.13's own exporter refuses when it cannot see that the sizes agree."""
    return g.op("ScatterElements", zero, index, values, axis_i=dim, reduction_s="add")


def export(net, kind, path, frames):
    # sample sizes that all differ and are not 3, so that no axis is mistaken for another
    sample = graph(frames[:7], net.cutoff)
    axes = {"atomic_numbers": {0: "n_atoms"}, "positions": {0: "n_atoms"}, "cell": {0: "n_structures"}, "edge_index": {1: "n_edges"},
            "edge_shift": {0: "n_edges"}, "batch": {0: "n_atoms"}, "energy": {0: "n_structures"}, "forces": {0: "n_atoms"}, "stress": {0: "n_structures"}}
    for p in net.parameters():
        p.requires_grad_(False)
    from torch.onnx import register_custom_op_symbolic, symbolic_helper
    register_custom_op_symbolic("aten::scatter_add", symbolic_helper.parse_args("v", "i", "v", "v")(scatter_add), 16)
    torch.onnx.export(net, tuple(sample[k] for k in INPUTS), path, input_names=INPUTS, output_names=OUTPUTS, dynamic_axes=axes,
                      opset_version=16, do_constant_folding=True)
    model = onnx.load(path)
    onnx.checker.check_model(model)
    ops = {n.op_type for n in model.graph.node}
    assert "ScatterND" not in ops and "Loop" not in ops and "If" not in ops, ops
    del model.metadata_props[:]
    for key, value in {"contract": "1", "name": kind, "cutoff": f"{net.cutoff}", "elements": ",".join(map(str, ELEMENTS)),
                       "units": "eV,Angstrom", "functional": "PBE", "conservative": "true", "threads": "any", "licence": "CC0-1.0"}.items():
        model.metadata_props.add(key="mlip." + key, value=value)
    for node in model.graph.node:
        node.doc_string = ""
    onnx.save(model, path)
    print(os.path.basename(path), os.path.getsize(path), "bytes,", len(model.graph.node), "nodes,", sorted(ops))


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("kinds", nargs="*", default=[])
    p.add_argument("--steps", type=int, default=2500)
    a = p.parse_args()
    torch.set_num_threads(1)
    frames = read_xyz(os.path.join(HERE, "data", "train.xyz"))
    for kind in a.kinds or list(KINDS):
        net = train(kind, frames, a.steps, seed=20)
        export(net, kind, os.path.join(HERE, "models", kind + ".onnx"), frames)
        if "PCM_SAMPLE_SCRATCH" in os.environ:
            torch.save(net, os.path.join(os.environ["PCM_SAMPLE_SCRATCH"], kind + ".pt"))
