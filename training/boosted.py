"""Fit boosted trees with LightGBM and write them as the plain arrays of `springhead.modalities.text.boosting`."""

from __future__ import annotations

from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

from springhead.modalities.text.boosting import Trees

PARAMETERS: dict[str, Any] = {
    "objective": "binary",
    "num_leaves": 5,
    "learning_rate": 0.08,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.15,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "num_threads": 1,
    "verbose": -1,
    "deterministic": True,
    "force_row_wise": True,
    "use_missing": False,
}


def fit_boosted(
    table: NDArray[np.float32],
    synthetic: NDArray[np.bool_],
    weights: NDArray[np.float64],
    seed: int,
    rounds: int,
) -> lightgbm.Booster:
    """Return `rounds` trees fitted to tell synthetic rows of `table`."""
    data = lightgbm.Dataset(table, synthetic, weight=weights)
    return lightgbm.train({**PARAMETERS, "seed": seed}, data, rounds)


def to_trees(booster: lightgbm.Booster) -> Trees:
    """Return the booster's trees as arrays.

    Thresholds are rounded down to float32: a float32 feature is at most the double threshold exactly when it is
    at most the rounded one.
    """
    nodes: list[tuple[int, float, int, int, float]] = []

    def add(node: dict[str, Any]) -> int:
        place = len(nodes)
        nodes.append((-1, 0.0, -1, -1, float(node.get("leaf_value", 0.0))))
        if "split_feature" in node:
            left = add(node["left_child"])
            right = add(node["right_child"])
            nodes[place] = (node["split_feature"], _round_down(node["threshold"]), left, right, 0.0)
        return place

    roots = [add(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"]]
    feature, threshold, left, right, value = (np.array(column) for column in zip(*nodes, strict=True))
    return Trees(
        feature.astype(np.int16),
        threshold.astype(np.float32),
        left.astype(np.int32),
        right.astype(np.int32),
        value.astype(np.float32),
        np.array(roots, dtype=np.int32),
    )


def _round_down(value: float) -> float:
    rounded = np.float32(value)
    return float(np.nextafter(rounded, np.float32(-np.inf)) if float(rounded) > value else rounded)
