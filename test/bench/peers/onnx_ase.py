"""Times a potential in ONNX Runtime driven from Python with ASE's neighbour list, one correct thread.

onnx_ase.py MODEL DATA CUTOFF INPUTS COUNT LIBRARY prints one JSON object: versions, structures, and seconds spent in
primitive_neighbor_list, in making the inputs, and in ONNX Runtime. INPUTS is the model's [{"name", "type"}] as JSON.
Uses the onnxruntime module where it is installed, else the C library LIBRARY through ctypes (the C API is a table of
function pointers whose order never changes; the indices below are positions in it).
"""

import ctypes as c
import json
import sys
import time

import ase
import ase.io
import numpy as np
from ase.neighborlist import primitive_neighbor_list

model, data, cutoff, inputs, count, library = sys.argv[1:7]
inputs = json.loads(inputs)
NUMPY = {"int32": np.int32, "int64": np.int64, "float32": np.float32, "float64": np.float64}
ONNX = {np.dtype(np.float32): 1, np.dtype(np.int32): 6, np.dtype(np.int64): 7, np.dtype(np.float64): 11}


class Library:
    """As much of ONNX Runtime's C API as one session needs."""

    def __init__(self, path):
        dll = c.CDLL(library)
        dll.OrtGetApiBase.restype = c.POINTER(c.c_void_p)
        base = dll.OrtGetApiBase()
        self.version = c.CFUNCTYPE(c.c_char_p)(base[1])().decode()
        self.api = c.cast(c.CFUNCTYPE(c.c_void_p, c.c_uint32)(base[0])(16), c.POINTER(c.c_void_p))
        env, options, self.session, self.memory = (c.c_void_p() for _ in range(4))
        self.call(3, c.c_int(4), c.c_char_p(b"peer"), c.byref(env))  # CreateEnv
        self.call(10, c.byref(options))  # CreateSessionOptions
        self.call(24, options, c.c_int(1))  # SetIntraOpNumThreads
        self.call(25, options, c.c_int(1))  # SetInterOpNumThreads
        self.call(7, env, c.c_char_p(path.encode()), options, c.byref(self.session))  # CreateSession
        self.call(69, c.c_int(1), c.c_int(0), c.byref(self.memory))  # CreateCpuMemoryInfo

    def call(self, index, *arguments):
        status = c.CFUNCTYPE(c.c_void_p, *[c.c_void_p if isinstance(a, c.c_void_p) else type(a) if not hasattr(a, "_obj") else c.c_void_p for a in arguments])(self.api[index])(*arguments)
        if status:
            text = c.CFUNCTYPE(c.c_char_p, c.c_void_p)(self.api[2])(status)
            raise RuntimeError(text.decode())

    def release(self, value):
        c.CFUNCTYPE(None, c.c_void_p)(self.api[96])(value)

    def run(self, feeds, atoms):
        values = (c.c_void_p * len(feeds))()
        for k, array in enumerate(feeds.values()):
            shape = (c.c_int64 * array.ndim)(*array.shape)
            value = c.c_void_p()
            self.call(49, self.memory, c.c_void_p(array.ctypes.data), c.c_size_t(array.nbytes), c.c_void_p(c.addressof(shape)), c.c_size_t(array.ndim), c.c_int(ONNX[array.dtype]), c.byref(value))
            values[k] = value
        names = (c.c_char_p * len(feeds))(*[name.encode() for name in feeds])
        wanted = (c.c_char_p * 2)(b"energy", b"forces")
        outputs = (c.c_void_p * 2)()
        at = lambda array: c.c_void_p(c.addressof(array))
        self.call(9, self.session, c.c_void_p(), at(names), at(values), c.c_size_t(len(feeds)), at(wanted), c.c_size_t(2), at(outputs))
        data = c.c_void_p()
        self.call(51, c.c_void_p(outputs[1]), c.byref(data))  # GetTensorMutableData
        forces = np.ctypeslib.as_array(c.cast(data, c.POINTER(c.c_float)), (atoms, 3)).copy()
        for value in [*values, *outputs]:
            self.release(value)
        return forces


class Module:
    def __init__(self, path):
        import onnxruntime

        self.version = onnxruntime.__version__
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(path, options)

    def run(self, feeds, atoms):
        return self.session.run(["energy", "forces"], feeds)[1]


try:
    oracle, how = Module(model), "onnxruntime"
except ImportError:
    oracle, how = Library(model), "onnxruntime through ctypes"

elements = None
frames = list(ase.io.iread(data, f":{count}"))
seconds = {"neighbours": 0.0, "inputs": 0.0, "inside": 0.0}
first_forces = None
for k, atoms in enumerate([frames[0], *frames]):
    t0 = time.perf_counter()
    i, j, s = primitive_neighbor_list("ijS", atoms.pbc, atoms.cell.array, atoms.positions, float(cutoff))
    t1 = time.perf_counter()
    everything = {
        "atomic_numbers": atoms.numbers,
        "positions": atoms.positions,
        "cell": atoms.cell.array[None],
        "edge_index": np.stack([i, j]),
        "edge_shift": s,
        "batch": np.zeros(len(atoms)),
    }
    feeds = {one["name"]: np.ascontiguousarray(everything[one["name"]], NUMPY[one["type"]]) for one in inputs}
    t2 = time.perf_counter()
    forces = oracle.run(feeds, len(atoms))
    t3 = time.perf_counter()
    if k == 0:  # warm-up
        first_forces = np.asarray(forces, float).ravel().tolist()
        continue
    seconds["neighbours"] += t1 - t0
    seconds["inputs"] += t2 - t1
    seconds["inside"] += t3 - t2
print(json.dumps({"peer": f"{how} {oracle.version}, ASE {ase.__version__}", "structures": len(frames), **seconds, "firstForces": first_forces}))
