"""Times ASE's neighbour list on the frames of an extended XYZ file and hashes its pairs.

python3 neighbour_list.py FILE CUTOFF prints one JSON object: ASE's version, seconds spent inside
primitive_neighbor_list, and per frame the sha-256 of the sorted lines "i j sa sb sc".
"""

import hashlib
import json
import sys
import time

import ase
import ase.io
import numpy as np
from ase.neighborlist import primitive_neighbor_list

cutoff = float(sys.argv[2])
seconds = 0.0
hashes = []
for atoms in ase.io.iread(sys.argv[1], ":"):
    start = time.perf_counter()
    i, j, s = primitive_neighbor_list("ijS", atoms.pbc, atoms.cell.array, atoms.positions, cutoff)
    seconds += time.perf_counter() - start
    rows = np.column_stack([i, j, s])
    rows = rows[np.lexsort(rows.T[::-1])]
    text = "".join("%d %d %d %d %d\n" % tuple(row) for row in rows.tolist())
    hashes.append(hashlib.sha256(text.encode()).hexdigest())
print(json.dumps({"version": ase.__version__, "seconds": seconds, "hashes": hashes}))
