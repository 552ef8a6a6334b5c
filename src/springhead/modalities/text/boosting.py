"""Boosted trees as plain arrays: scoring only, so that no boosting library is needed at run time.

`training/detector.py` fits the trees with LightGBM and writes them in this form.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray


class Trees(NamedTuple):
    """All nodes of all trees one after another.

    `feature` is -1 at a leaf, whose `value` is in log-odds; elsewhere a row goes to `left` when its feature is
    at most `threshold`, else to `right`. `roots` are the nodes where trees begin. No missing values.
    """

    feature: NDArray[np.int16]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float32]
    roots: NDArray[np.int32]


@njit(cache=True)
def _descend(
    table: NDArray[np.float32],
    feature: NDArray[np.int16],
    threshold: NDArray[np.float32],
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    value: NDArray[np.float32],
    roots: NDArray[np.int32],
) -> NDArray[np.float64]:
    out = np.zeros(table.shape[0], np.float64)
    for row in range(table.shape[0]):
        total = 0.0
        for root in roots:
            node = root
            while feature[node] >= 0:
                node = left[node] if table[row, feature[node]] <= threshold[node] else right[node]
            total += value[node]
        out[row] = total
    return out


def score_trees(trees: Trees, table: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the log-odds (n,) that the trees give to each row of `table` (n, features)."""
    return _descend(np.ascontiguousarray(table, dtype=np.float32), *trees)
