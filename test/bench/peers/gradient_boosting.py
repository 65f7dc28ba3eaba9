"""Times scikit-learn's HistGradientBoostingClassifier and ranks held-out rows with it.

python3 gradient_boosting.py ROWS COLUMNS TREES PASSES < table prints one JSON object: scikit-learn's version, the median
seconds of a training, and the area under the ROC curve on held-out rows. The table is float64, column by column: the
features, then the targets, of 2 × ROWS rows, of which the second half is held out. Threads: OMP_NUM_THREADS.
"""

import json
import sys
import time

import numpy as np
import sklearn
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

rows, columns, trees, passes = map(int, sys.argv[1:5])
table = np.frombuffer(sys.stdin.buffer.read(), dtype="<f8").reshape(columns + 1, 2 * rows)
features, target = np.ascontiguousarray(table[:columns].T), table[columns]
seconds = []
for _ in range(passes):
    model = HistGradientBoostingClassifier(max_iter=trees, early_stopping=False)
    start = time.perf_counter()
    model.fit(features[:rows], target[:rows])
    seconds.append(time.perf_counter() - start)
area = roc_auc_score(target[rows:], model.decision_function(features[rows:]))
print(json.dumps({"version": sklearn.__version__, "seconds": float(np.median(seconds)), "area": float(area)}))
