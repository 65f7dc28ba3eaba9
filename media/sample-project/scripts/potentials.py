"""The two potentials of the sample, with forces and stress written out by hand.

Both take the inputs of the model contract and return energy, forces and stress. The gradient is plain tensor
arithmetic in `forward` (no autograd), so that torch.onnx.export can trace it; check() compares it with autograd.
Only Gather and ScatterElements(add) address atoms by index: ONNX Runtime's ScatterND with a reduction is not safe with
more than one thread.
"""
import math

import torch
from torch import nn
from ase.data import covalent_radii

INPUTS = ["atomic_numbers", "positions", "cell", "edge_index", "edge_shift", "batch"]
OUTPUTS = ["energy", "forces", "stress"]


def add_to(values, index, n):
    """Sum the rows of `values` that share an index. [E, ...] -> [n, ...]"""
    zero = torch.zeros((n,) + tuple(values.shape[1:]), dtype=values.dtype)
    return zero.scatter_add(0, index.reshape((-1,) + (1,) * (values.dim() - 1)).expand_as(values), values)


def dense(n_in, n_out):
    return nn.Parameter(torch.randn(n_in, n_out) / math.sqrt(n_in))


class Potential(nn.Module):
    """What both share: geometry, radial basis, short-range repulsion, and the way from edge gradients to forces and stress."""

    def __init__(self, elements, cutoff, n_basis):
        super().__init__()
        self.cutoff = cutoff
        known = torch.zeros(119, dtype=torch.long)
        for k, z in enumerate(elements):
            known[z] = k
        self.register_buffer("known", known)
        self.register_buffer("omega", torch.arange(1, n_basis + 1).float() * math.pi / cutoff)
        self.register_buffer("e0", torch.zeros(len(elements), 1))
        z = torch.tensor(elements).float()
        self.register_buffer("charge", z[:, None])
        self.register_buffer("screening", z[:, None] ** 0.23)
        self.register_buffer("radius", torch.tensor([covalent_radii[k] for k in elements]).float()[:, None])
        self.register_buffer("zbl_c", torch.tensor([0.18175, 0.50986, 0.28022, 0.02817]))
        self.register_buffer("zbl_a", torch.tensor([3.19980, 0.94229, 0.40290, 0.20162]))

    def basis(self, r):
        """Bessel functions times a cutoff that vanishes with two derivatives, and their derivatives. [E, 1] -> 2 x [E, n]"""
        b = torch.sin(r * self.omega) / r
        db = (torch.cos(r * self.omega) * self.omega - b) / r
        t = torch.relu(1 - (r / self.cutoff) ** 2)
        return b * t ** 3, db * t ** 3 - b * t ** 2 * (6 / self.cutoff ** 2) * r

    def repulsion(self, ti, tj, r):
        """Half the Ziegler-Biersack-Littmark energy of each directed edge, faded out below 0.85 of the sum of covalent radii."""
        zz = self.charge.index_select(0, ti) * self.charge.index_select(0, tj) * (14.399645 / 2)
        k = (self.screening.index_select(0, ti) + self.screening.index_select(0, tj)) * (1 / 0.46850) * self.zbl_a
        ex = torch.exp(-r * k) * self.zbl_c
        phi, dphi = ex.sum(1, keepdim=True), -(ex * k).sum(1, keepdim=True)
        end = 0.85 * (self.radius.index_select(0, ti) + self.radius.index_select(0, tj))
        s = torch.relu(1 - (r / end) ** 2)
        v = zz * phi / r
        dv = zz * (dphi - phi / r) / r
        return v * s ** 3, dv * s ** 3 - v * s ** 2 * 6 * r / (end * end)

    def forward(self, atomic_numbers, positions, cell, edge_index, edge_shift, batch):
        src, dst = edge_index.long().unbind(0)
        batch = batch.long()
        n, n_cells = positions.shape[0], cell.shape[0]
        eb = batch.index_select(0, src)
        v = positions.index_select(0, dst) - positions.index_select(0, src) + (edge_shift[:, :, None] * cell.index_select(0, eb)).sum(1)
        r = torch.sqrt((v * v).sum(1, keepdim=True))
        u = v / r
        t = self.known.index_select(0, atomic_numbers.long())
        ti, tj = t.index_select(0, src), t.index_select(0, dst)
        atomic, g = self.energy_and_gradient(t, ti, tj, src, dst, r, u, n)
        rep, drep = self.repulsion(ti, tj, r)
        g = g + drep * u
        atomic = atomic + self.e0.index_select(0, t) + add_to(rep, src, n)
        energy = add_to(atomic, batch, n_cells)[:, 0]
        forces = add_to(g, src, n) - add_to(g, dst, n)
        virial = add_to((v[:, :, None] * g[:, None, :]).reshape(-1, 9), eb, n_cells).reshape(-1, 3, 3)
        a, b, c = cell.unbind(1)
        (ax, ay, az), (bx, by, bz), (cx, cy, cz) = a.unbind(1), b.unbind(1), c.unbind(1)
        volume = (ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)).abs()
        return energy, forces, virial / volume[:, None, None]


class Moments(Potential):
    """Radial functions times monomials of the direction (degree 0 to 3), summed over neighbours, squared to invariants, two dense layers."""

    def __init__(self, elements, cutoff=5.0, n_basis=8, channels=10, hidden=40):
        super().__init__(elements, cutoff, n_basis)
        n, k = len(elements), channels
        self.radial = dense(n_basis, k)
        self.neighbour = nn.Parameter(1 + 0.3 * torch.randn(n, k))
        self.centre = nn.Parameter(1 + 0.1 * torch.randn(n, 4 * k))
        self.w1, self.b1 = dense(4 * k, hidden), nn.Parameter(0.1 * torch.randn(n, hidden))
        self.w2, self.b2 = dense(hidden, hidden), nn.Parameter(torch.zeros(hidden))
        self.w3 = nn.Parameter(0.1 * torch.randn(n, hidden))
        self.register_buffer("shift", torch.zeros(4 * k))
        self.register_buffer("scale", torch.ones(4 * k))
        # multinomial weights: the square of all monomials of one degree, summed, depends on angles only
        self.register_buffer("m2", torch.tensor([1, 1, 1, 2, 2, 2]).sqrt())
        self.register_buffer("m3", torch.tensor([1, 1, 1] + [3] * 6 + [6]).sqrt())

    def monomials(self, u):
        x, y, z = u.split(1, 1)
        o, l = torch.zeros_like(x), torch.ones_like(x)
        xx, yy, zz, xy, yz, xz = x * x, y * y, z * z, x * y, y * z, x * z
        m2, m3 = self.m2, self.m3
        cat = torch.cat
        value = cat([l, x, y, z, cat([xx, yy, zz, xy, yz, xz], 1) * m2,
                     cat([xx * x, yy * y, zz * z, xx * y, xx * z, yy * x, yy * z, zz * x, zz * y, xy * z], 1) * m3], 1)
        dx = cat([o, l, o, o, cat([2 * x, o, o, y, o, z], 1) * m2, cat([3 * xx, o, o, 2 * xy, 2 * xz, yy, o, zz, o, yz], 1) * m3], 1)
        dy = cat([o, o, l, o, cat([o, 2 * y, o, x, z, o], 1) * m2, cat([o, 3 * yy, o, xx, o, 2 * xy, 2 * yz, o, zz, xz], 1) * m3], 1)
        dz = cat([o, o, o, l, cat([o, o, 2 * z, o, y, x], 1) * m2, cat([o, o, 3 * zz, o, xx, o, yy, 2 * xz, 2 * yz, xy], 1) * m3], 1)
        return value, (dx, dy, dz)

    def invariants(self, tj, src, r, u, n):
        b, db = self.basis(r)
        zj = self.neighbour.index_select(0, tj)
        f, df = b @ self.radial * zj, db @ self.radial * zj
        y, dy = self.monomials(u)
        moments = add_to(f[:, :, None] * y[:, None, :], src, n)
        a0, a1, a2, a3 = moments.split([1, 3, 6, 10], 2)
        p = torch.cat([a0[:, :, 0], (a1 * a1).sum(2), (a2 * a2).sum(2), (a3 * a3).sum(2)], 1)
        return p, moments, f, df, y, dy

    def energy_and_gradient(self, t, ti, tj, src, dst, r, u, n):
        p, moments, f, df, y, dy = self.invariants(tj, src, r, u, n)
        _, a1, a2, a3 = moments.split([1, 3, 6, 10], 2)
        ci = self.centre.index_select(0, t)
        h1 = torch.tanh((p - self.shift) * self.scale * ci @ self.w1 + self.b1.index_select(0, t))
        h2 = torch.tanh(h1 @ self.w2 + self.b2)
        w3 = self.w3.index_select(0, t)
        energy = (h2 * w3).sum(1, keepdim=True)
        # backwards
        g = w3 * (1 - h2 * h2) @ self.w2.t()
        g = (g * (1 - h1 * h1) @ self.w1.t()) * ci * self.scale
        k = f.shape[1]
        g0, g1, g2, g3 = g[:, :, None].split([k, k, k, k], 1)
        gm = torch.cat([g0, 2 * a1 * g1, 2 * a2 * g2, 2 * a3 * g3], 2).index_select(0, src)
        gr = ((gm * y[:, None, :]).sum(2) * df).sum(1, keepdim=True)
        gy = (gm * f[:, :, None]).sum(1)
        gu = torch.cat([(gy * d).sum(1, keepdim=True) for d in dy], 1)
        return energy, gr * u + (gu - (gu * u).sum(1, keepdim=True) * u) / r

    @torch.no_grad()
    def standardise(self, sets):
        p = []
        for g in sets:
            src, dst = g["edge_index"].long()
            v = g["positions"][dst] - g["positions"][src] + (g["edge_shift"][:, :, None] * g["cell"][g["batch"].long()[src]]).sum(1)
            r = v.norm(dim=1, keepdim=True)
            p.append(self.invariants(self.known[g["atomic_numbers"].long()][dst], src, r, v / r, len(g["positions"]))[0])
        p = torch.cat(p)
        self.shift.copy_(p.mean(0))
        self.scale.copy_(1 / (p.std(0) + 1e-3))


class Messages(Potential):
    """One round of message passing on distances: densities -> atomic states -> states of the neighbours, filtered by distance -> energy."""

    def __init__(self, elements, cutoff=5.5, n_basis=10, channels=24, hidden=32):
        super().__init__(elements, cutoff, n_basis)
        n, k = len(elements), channels
        self.filter1, self.filter2 = dense(n_basis, k), dense(n_basis, k)
        self.neighbour = nn.Parameter(1 + 0.3 * torch.randn(n, k))
        self.w1, self.b1 = nn.Parameter(0.3 * torch.randn(k, hidden) / math.sqrt(k)), nn.Parameter(0.3 * torch.randn(n, hidden))
        self.mix = dense(hidden, k)
        self.w2, self.b2 = nn.Parameter(0.3 * torch.randn(2 * k, hidden) / math.sqrt(k)), nn.Parameter(0.3 * torch.randn(n, hidden))
        self.w3, self.b3 = dense(hidden, hidden), nn.Parameter(torch.zeros(hidden))
        self.w4 = nn.Parameter(0.1 * torch.randn(n, hidden))

    def energy_and_gradient(self, t, ti, tj, src, dst, r, u, n):
        b, db = self.basis(r)
        f1, f2 = b @ self.filter1, b @ self.filter2
        zj = self.neighbour.index_select(0, tj)
        density = add_to(f1 * zj, src, n)
        x = torch.tanh(density @ self.w1 + self.b1.index_select(0, t))
        xj = (x @ self.mix).index_select(0, dst)
        message = add_to(f2 * xj, src, n)
        y = torch.tanh(torch.cat([density, message], 1) @ self.w2 + self.b2.index_select(0, t))
        h = torch.tanh(y @ self.w3 + self.b3)
        w4 = self.w4.index_select(0, t)
        energy = (h * w4).sum(1, keepdim=True)
        # backwards
        g = w4 * (1 - h * h) @ self.w3.t()
        k = f1.shape[1]
        g_density, g_message = ((g * (1 - y * y)) @ self.w2.t()).split([k, k], 1)
        gm = g_message.index_select(0, src)
        gx = add_to(gm * f2, dst, n) @ self.mix.t()
        g_density = g_density + (gx * (1 - x * x)) @ self.w1.t()
        gr = g_density.index_select(0, src) * zj * (db @ self.filter1) + gm * xj * (db @ self.filter2)
        return energy, gr.sum(1, keepdim=True) * u

    def standardise(self, sets):
        pass


def check(net, graph):
    """Largest difference between the written-out and the automatic gradient, in double precision: forces (eV/Å) and stress (eV/Å³)."""
    net = net.double()
    g = {k: (v.double() if v.is_floating_point() else v) for k, v in graph.items()}
    strain = torch.zeros(len(g["cell"]), 3, 3, dtype=torch.double, requires_grad=True)
    pos = g["positions"].clone().requires_grad_(True)
    deform = torch.eye(3, dtype=torch.double) + strain
    args = dict(g, positions=(pos[:, None, :] @ deform[g["batch"].long()])[:, 0], cell=g["cell"] @ deform)
    energy, forces, stress = net(*[args[k] for k in INPUTS])
    dp, ds = torch.autograd.grad(energy.sum(), [pos, strain])
    volume = torch.linalg.det(g["cell"]).abs()[:, None, None]
    ds = (ds + ds.transpose(1, 2)) / 2
    net.float()
    return (forces + dp).abs().max().item(), (stress - ds / volume).abs().max().item()
