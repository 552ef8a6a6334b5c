"""Fit the belief of the language model: boosted trees, thresholds per state of pycld2 under accuracy floors."""

from __future__ import annotations

import itertools
from typing import Any

import lightgbm
import numpy as np
import polars as pl
from numpy.typing import NDArray

from springhead.modalities.text.language_model import FEATURES, STATES, Belief

Rows = pl.DataFrame
"""Columns domain, label, known, right, state, features, complete (no language left out)."""
FLOORS = {"udhr": 0.94, "cldr": 0.928, "ntrex": 0.96}
"""Macro accuracy of the complete model to keep on the development parts when thresholds are raised."""
GAINS = {"udhr": 1.0, "cldr": 0.3, "ntrex": 0.1, "noise": 0.3}
"""What a share of unknown languages called unknown is worth, by domain."""


def balanced(rows: Rows) -> NDArray[np.float64]:
    """Return weights under which every domain counts alike, right and wrong proposals apart, languages alike."""
    weights = np.zeros(len(rows))
    right = rows["right"].to_numpy()
    for domain, worth in (("udhr", 2.0), ("cldr", 0.5), ("ntrex", 0.5), ("noise", 0.2)):
        mine = (rows["domain"] == domain).to_numpy()
        for value, total in ((True, 1.0), (False, worth)):
            chosen = np.flatnonzero(mine & (right == value))
            if len(chosen):
                weights[chosen] = total / len(chosen)
    return np.asarray(weights / weights.mean(), dtype=np.float64)


def fit_belief(rows: Rows) -> Belief:
    """Return boosted trees, monotone where `FEATURES` says so, with a limit per state below which is unknown."""
    features = np.array(rows["features"].to_list(), dtype=np.float32).astype(np.float64)
    fitted = lightgbm.LGBMClassifier(
        n_estimators=150, num_leaves=12, learning_rate=0.07, min_child_samples=200, verbose=-1, n_jobs=1,
        monotone_constraints=[direction for _, direction in FEATURES], deterministic=True, force_col_wise=True,
    )  # fmt: skip
    fitted.fit(features, rows["right"].to_numpy(), sample_weight=balanced(rows))
    logits = np.asarray(fitted.predict(features, raw_score=True), dtype=np.float64)
    return flatten(fitted.booster_.dump_model()["tree_info"], thresholds(rows, logits).astype(np.float32))


def flatten(trees: list[dict[str, Any]], limits: NDArray[np.float32]) -> Belief:
    """Turn LightGBM's nested trees into the arrays of `Belief`."""
    roots: list[int] = []
    nodes: list[tuple[int, float]] = []
    children: list[list[int]] = []
    values: list[float] = []

    def place(tree: dict[str, Any]) -> int:
        if "leaf_value" in tree:
            values.append(tree["leaf_value"])
            return -len(values)
        number = len(nodes)
        nodes.append((tree["split_feature"], tree["threshold"]))
        children.append([0, 0])
        children[number] = [place(tree["left_child"]), place(tree["right_child"])]
        return number

    roots.extend(place(tree["tree_structure"]) for tree in trees)
    return Belief(
        roots=np.array(roots, dtype=np.int32),
        feature=np.array([node[0] for node in nodes], dtype=np.int32),
        threshold=np.array([node[1] for node in nodes], dtype=np.float32),
        children=np.array(children, dtype=np.int32),
        value=np.array(values, dtype=np.float32),
        limits=limits,
    )


def thresholds(rows: Rows, logits: NDArray[np.float64], steps: int = 17) -> NDArray[np.float64]:
    """Search the logit threshold per state that calls most unknown languages unknown above the accuracy floors."""
    choices = np.linspace(-4, 4, steps)
    state = rows["state"].to_numpy()
    complete = rows["complete"].to_numpy()
    passed = logits[:, None] > choices
    kept: dict[str, NDArray[np.float64]] = {}
    refused: dict[str, NDArray[np.float64]] = {}
    for domain in GAINS:
        mine = (rows["domain"] == domain).to_numpy()
        for known, table in ((True, kept), (False, refused)):
            weight = _macro_weights(
                rows, mine & (rows["known"].to_numpy() == known) & (complete | (not known))
            )
            gain = passed & rows["right"].to_numpy()[:, None] if known else ~passed
            table[domain] = np.stack([(weight * (state == number)) @ gain for number in range(STATES)])
    best, chosen = -np.inf, np.zeros(STATES, dtype=np.int64)
    for places in itertools.product(range(steps), repeat=STATES):
        index = (np.arange(STATES), np.array(places))
        short = sum(max(0.0, floor - kept[domain][index].sum()) for domain, floor in FLOORS.items())
        value = sum(worth * refused[domain][index].sum() for domain, worth in GAINS.items()) - 20 * short
        if value > best:
            best, chosen = value, np.array(places)
    return choices[chosen]


def _macro_weights(rows: Rows, mine: NDArray[np.bool_]) -> NDArray[np.float64]:
    weights = np.zeros(len(rows))
    if mine.any():
        _, inverse, sizes = np.unique(rows["label"].to_numpy()[mine], return_inverse=True, return_counts=True)
        weights[mine] = 1 / sizes[inverse] / len(sizes)
    return weights
