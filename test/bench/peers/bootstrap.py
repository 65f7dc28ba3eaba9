"""Times SciPy's BCa bootstrap of a quantile.

python3 bootstrap.py REPLICATES QUANTILE CONFIDENCE PASSES < values.json prints one JSON object: SciPy's version, the
median seconds of a pass, and the interval of every pass (each with its own seed).
"""

import json
import sys
import time

import numpy as np
import scipy
from scipy import stats

replicates, passes = int(sys.argv[1]), int(sys.argv[4])
q, confidence = float(sys.argv[2]), float(sys.argv[3])
values = np.array(json.load(sys.stdin))


def quantile(sample, axis):
    return np.quantile(sample, q, axis=axis)


seconds, intervals = [], []
for seed in range(passes):
    start = time.perf_counter()
    result = stats.bootstrap((values,), quantile, n_resamples=replicates, method="BCa", vectorized=True,
                             confidence_level=confidence, random_state=np.random.default_rng(seed))
    seconds.append(time.perf_counter() - start)
    intervals.append([result.confidence_interval.low, result.confidence_interval.high])
print(json.dumps({"version": scipy.__version__, "seconds": float(np.median(seconds)), "intervals": intervals}))
