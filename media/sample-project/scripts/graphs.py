"""Extended XYZ in and out, and the neighbour list of the model contract."""
import numpy as np
import torch


def write_xyz(path, frames):
    """frames: dicts with numbers, positions, cell, energy, forces, info (a dict of strings and numbers), optionally stress"""
    from ase.data import chemical_symbols
    row = lambda m: " ".join(f"{x:.8f}" for x in np.asarray(m).ravel())
    with open(path, "w") as out:
        for f in frames:
            out.write(f"{len(f['numbers'])}\n")
            info = " ".join(f"{k}={v}" for k, v in f["info"].items())
            stress = f'stress="{row(f["stress"])}" ' if f.get("stress") is not None else ""
            out.write(f'Lattice="{row(f["cell"])}" Properties=species:S:1:pos:R:3:forces:R:3 energy={f["energy"]:.8f} '
                      f'{stress}pbc="T T T" {info}\n')
            for z, p, g in zip(f["numbers"], f["positions"], f["forces"]):
                out.write(f"{chemical_symbols[z]:2s} " + " ".join(f"{x:14.8f}" for x in [*p, *g]) + "\n")


def read_xyz(path):
    import shlex
    from ase.data import atomic_numbers
    lines = open(path).read().split("\n")
    at, frames = 0, []
    while at < len(lines) and lines[at].strip():
        n = int(lines[at])
        info = dict(part.split("=", 1) for part in shlex.split(lines[at + 1]))
        stress = info.pop("stress", None)
        rows = [l.split() for l in lines[at + 2:at + 2 + n]]
        frames.append(dict(numbers=np.array([atomic_numbers[r[0]] for r in rows]), positions=np.array([r[1:4] for r in rows], float),
                           forces=np.array([r[4:7] for r in rows], float), cell=np.array(info.pop("Lattice").split(), float).reshape(3, 3),
                           energy=float(info.pop("energy")), stress=None if stress is None else np.array(stress.split(), float).reshape(3, 3), info=info))
        at += n + 2
    return frames


def neighbours(positions, cell, cutoff):
    """Every ordered pair (i, j, shift) with 0 < |r_j + shift · cell − r_i| ≤ cutoff, sorted by i"""
    heights = 1 / np.linalg.norm(np.linalg.inv(cell), axis=0)
    frac = positions @ np.linalg.inv(cell)
    spread = np.ceil(frac.max(0) - frac.min(0)).astype(int)
    n = np.ceil(cutoff / heights).astype(int) + spread
    s = np.stack(np.meshgrid(*[np.arange(-k, k + 1) for k in n], indexing="ij"), -1).reshape(-1, 3)
    d = positions[None, None] + (s @ cell)[:, None, None] - positions[None, :, None]
    d2 = (d ** 2).sum(-1)
    k, i, j = np.nonzero((d2 <= cutoff ** 2) & (d2 > 1e-8))
    o = np.lexsort((k, j, i))
    return i[o], j[o], s[k[o]]


def graph(frames, cutoff, lists=None):
    """The inputs of the model contract for several structures at once"""
    z, p, c, e, s, b, offset = [], [], [], [], [], [], 0
    for k, f in enumerate(frames):
        i, j, shift = lists[k] if lists else neighbours(f["positions"], f["cell"], cutoff)
        z.append(f["numbers"]); p.append(f["positions"]); c.append(f["cell"])
        e.append(np.stack([i, j]) + offset); s.append(shift); b.append(np.full(len(f["numbers"]), k))
        offset += len(f["numbers"])
    t = torch.tensor
    return dict(atomic_numbers=t(np.concatenate(z), dtype=torch.int32), positions=t(np.concatenate(p), dtype=torch.float32),
                cell=t(np.stack(c), dtype=torch.float32), edge_index=t(np.concatenate(e, 1), dtype=torch.int32),
                edge_shift=t(np.concatenate(s), dtype=torch.float32), batch=t(np.concatenate(b), dtype=torch.int32))
