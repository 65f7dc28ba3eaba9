"""Answers energies and forces of one ASE calculator over stdin and stdout, one JSON object per line.

In:  {"kind": "open", "factory": "module:name", "arguments": {...}, "scratch": FOLDER}       first, once
     {"kind": "predict", "id": n, "numbers": [...], "cell": [9], "pbc": [3], "positions": [3n]}  Å; any number in flight
Out: {"kind": "ready", "versions": {...}, "calculator": NAME, "files": [{"path", "sha256"}]}
     {"kind": "rejected", "cause": ..., "message": ...}
     {"kind": "predicted", "id": n, "energy": eV, "forces": [3n], "seconds": s, "iterations": of self-consistency, if known}
     {"kind": "failed", "id": n, "reason": "error" | "not-finite", "detail": ..., "seconds": s}
Answers come in the order of the questions. Needs the standard library, NumPy and ASE. Relative paths in the arguments,
and the factory's module, are looked for in the working directory. Whatever a calculator prints goes to stderr.
"""

import hashlib
import importlib
import json
import math
import os
import platform
import signal
import sys
import time

# The protocol gets a descriptor of its own, so that neither Python nor C code of a calculator can write into it.
_answers = os.fdopen(os.dup(1), "wb", buffering=0)
os.dup2(2, 1)
sys.stdout = sys.stderr


def send(message):
    data = json.dumps(message, allow_nan=False, separators=(",", ":")).encode() + b"\n"
    while data:
        data = data[_answers.write(data) :]


def brief(error):
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return text[:600]


def end_with_parent():
    """Forks a guard that ends this process, and what it started, when the program that started it is gone. A thread
    could not: native code may hold the interpreter's lock for ever."""
    if not hasattr(os, "fork"):
        return
    parent, child = os.getppid(), os.getpid()
    if os.fork() != 0:
        return
    try:
        _answers.close()
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        while os.getppid() == child:
            time.sleep(0.5)
            try:
                os.kill(parent, 0)
            except PermissionError:
                pass
            except ProcessLookupError:
                # Alone in its group if it was started that way; a shared group is not ours to end.
                if os.getpgid(child) == child:
                    os.killpg(child, signal.SIGKILL)
                os.kill(child, signal.SIGKILL)
    finally:
        os._exit(0)


class Rejected(Exception):
    def __init__(self, cause, message):
        super().__init__(message)
        self.cause = cause


def digest(path):
    sha256 = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            sha256.update(block)
    return sha256.hexdigest()


def named_files(value):
    """Files that an argument names, at any depth: model weights mostly."""
    if isinstance(value, str):
        if 0 < len(value) < 4096 and "\0" not in value and os.path.isfile(value):
            yield value
    elif isinstance(value, dict):
        for key in sorted(value):
            yield from named_files(value[key])
    elif isinstance(value, list):
        for item in value:
            yield from named_files(item)


def package_version(module):
    name = module.__name__.split(".")[0]
    version = getattr(sys.modules.get(name), "__version__", None)
    if isinstance(version, str):
        return name, version
    try:
        from importlib import metadata

        return name, metadata.version(name)
    except Exception:
        return name, None


def open_calculator(request):
    try:
        import numpy
    except Exception as error:
        raise Rejected("no-numpy", brief(error))
    try:
        import ase
        from ase.calculators.calculator import FileIOCalculator
    except Exception as error:
        raise Rejected("no-ase", brief(error))
    name, _, attribute = request["factory"].partition(":")
    sys.path.insert(0, os.getcwd())
    try:
        module = importlib.import_module(name)
    except (Exception, SystemExit) as error:
        raise Rejected("import", brief(error))
    factory = getattr(module, attribute, None)
    if not callable(factory):
        candidates = [word for word in dir(module) if not word.startswith("_") and callable(getattr(module, word))]
        raise Rejected("no-factory", " ".join(candidates[:200]))
    files = sorted(set(named_files(request["arguments"])))
    try:
        calculator = factory(**request["arguments"])
    except (Exception, SystemExit) as error:
        raise Rejected("factory", brief(error))
    if not callable(getattr(calculator, "get_potential_energy", None)) or not callable(
        getattr(calculator, "get_forces", None)
    ):
        raise Rejected("no-calculator", type(calculator).__name__)
    if isinstance(calculator, FileIOCalculator):
        # Several workers share the working directory; their files must not meet.
        calculator.directory = request["scratch"]
    versions = {"python": platform.python_version(), "ase": ase.__version__, "numpy": numpy.__version__}
    for part in (module, sys.modules.get(type(calculator).__module__)):
        if part is not None:
            package, version = package_version(part)
            if version is not None:
                versions[package] = version
    sources = [getattr(module, "__file__", None)]
    owner = sys.modules.get(type(calculator).__module__)
    sources.append(getattr(owner, "__file__", None))
    named = [{"path": path, "sha256": digest(path)} for path in files]
    named += [
        {"path": os.path.basename(path), "sha256": digest(path)} for path in sorted({s for s in sources if s}, key=str)
    ]
    return calculator, {
        "kind": "ready",
        "versions": versions,
        "calculator": f"{type(calculator).__module__}.{type(calculator).__qualname__}",
        "files": named,
    }


class Asker:
    """Puts structures to a calculator. What it answers depends on the structure alone: nothing is kept between two."""

    def __init__(self, calculator):
        self.calculator = calculator

    def answer(self, query):
        import numpy as np
        from ase import Atoms

        reset = getattr(self.calculator, "reset", None)
        if callable(reset):
            reset()
        atoms = Atoms(
            numbers=query["numbers"],
            positions=np.array(query["positions"], dtype=float).reshape(-1, 3),
            cell=np.array(query["cell"], dtype=float).reshape(3, 3),
            pbc=query["pbc"],
        )
        atoms.calc = self.calculator
        energy = np.asarray(atoms.get_potential_energy(), dtype=float)
        forces = np.asarray(atoms.get_forces(), dtype=float)
        if energy.size != 1:
            return {"kind": "failed", "reason": "error", "detail": f"the energy has shape {list(energy.shape)}"}
        if forces.shape != (len(atoms), 3):
            return {
                "kind": "failed",
                "reason": "error",
                "detail": f"the forces have shape {list(forces.shape)} for {len(atoms)} atoms",
            }
        energy = float(energy.reshape(()))
        if not math.isfinite(energy):
            return {"kind": "failed", "reason": "not-finite", "detail": f"the energy is {energy}"}
        finite = np.isfinite(forces)
        if not finite.all():
            atom = int(np.argmin(finite.all(axis=1)))
            detail = f"the force on atom {atom + 1} ({atoms.symbols[atom]}) is {forces[atom].tolist()}"
            return {"kind": "failed", "reason": "not-finite", "detail": detail}
        return {"kind": "predicted", "energy": energy, "forces": forces.ravel().tolist(), **self.iterations()}

    def iterations(self):
        count = getattr(self.calculator, "get_number_of_iterations", None)
        try:
            steps = int(count())
        except Exception:
            return {}
        return {"iterations": steps} if steps > 0 else {}


def main():
    # The parent decides when to stop; Ctrl-C in a terminal reaches the whole group.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    lines = sys.stdin.buffer
    try:
        calculator, ready = open_calculator(json.loads(lines.readline()))
    except Rejected as rejected:
        send({"kind": "rejected", "cause": rejected.cause, "message": str(rejected)[:4000]})
        return
    send(ready)
    asker = Asker(calculator)
    for line in lines:
        query = json.loads(line)
        start = time.perf_counter()
        try:
            answer = asker.answer(query)
        except (Exception, SystemExit) as error:
            answer = {"kind": "failed", "reason": "error", "detail": brief(error)}
        send({**answer, "id": query["id"], "seconds": time.perf_counter() - start})


if __name__ == "__main__":
    main()
