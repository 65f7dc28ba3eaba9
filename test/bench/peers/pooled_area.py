"""Pooled out-of-fold AUC of scikit-learn's HistGradientBoostingClassifier, averaged over several foldings.

python3 pooled_area.py < table prints one number. The table is JSON: columns (null for a missing value), failed, and folds, a
list of fold numbers per row for each folding.
"""

import json
import sys

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

given = json.load(sys.stdin)
table = np.array(given["columns"], dtype=float).T
failed = np.array(given["failed"])
areas = []
for fold in map(np.array, given["folds"]):
    scores = np.zeros(len(failed))
    for left in range(fold.max() + 1):
        model = HistGradientBoostingClassifier(max_iter=100, max_depth=3, l2_regularization=1.0, early_stopping=False)
        model.fit(table[fold != left], failed[fold != left])
        scores[fold == left] = model.decision_function(table[fold == left])
    areas.append(roc_auc_score(failed, scores))
print(float(np.mean(areas)))
