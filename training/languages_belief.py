"""Fit the belief of the language model: logistic regression per state of pycld2, thresholds under accuracy floors."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from springhead.modalities.text.language_model import STATES, expand

Rows = pl.DataFrame
"""Columns domain, label, known, right, state, features."""
FLOORS = {"udhr": 0.94, "cldr": 0.93, "ntrex": 0.96}
"""Macro accuracy to keep on the development parts when thresholds are raised."""
GAINS = {"udhr": 1.0, "cldr": 0.3, "ntrex": 0.1, "noise": 0.3}
"""What a share of unknown languages called unknown is worth, by domain."""


def balanced(rows: Rows) -> NDArray[np.float64]:
    """Return weights under which every domain counts alike, right and wrong proposals apart, languages alike."""
    weights = np.zeros(len(rows))
    right = rows["right"].to_numpy()
    for domain, worth in (("udhr", 1.5), ("cldr", 0.5), ("ntrex", 0.5), ("noise", 0.2)):
        mine = (rows["domain"] == domain).to_numpy()
        for value, total in ((True, 1.0), (False, worth)):
            chosen = np.flatnonzero(mine & (right == value))
            if len(chosen):
                weights[chosen] = total / len(chosen)
    return weights / weights.mean()


def fit_belief(rows: Rows) -> NDArray[np.float32]:
    """Return the weights (states, 66): intercept first, thresholds folded into it, so that 0.5 decides."""
    features = expand(np.array(rows["features"].to_list(), dtype=np.float32))
    state, right, weight = rows["state"].to_numpy(), rows["right"].to_numpy(), balanced(rows)
    found = np.zeros((STATES, features.shape[1]), dtype=np.float64)
    logits = np.zeros(len(rows))
    for number in range(STATES):
        mine = state == number
        fit = LogisticRegression(C=1.0, max_iter=3000).fit(features[mine, 1:], right[mine], sample_weight=weight[mine])
        found[number] = np.concatenate([fit.intercept_, fit.coef_[0]])
        logits[mine] = features[mine] @ found[number]
    found[:, 0] -= thresholds(rows, logits)
    return found.astype(np.float32)


def thresholds(rows: Rows, logits: NDArray[np.float64], steps: int = 17) -> NDArray[np.float64]:
    """Search the logit threshold per state that calls most unknown languages unknown above the accuracy floors."""
    choices = np.linspace(-4, 4, steps)
    state = rows["state"].to_numpy()
    passed = logits[:, None] > choices
    kept: dict[str, NDArray[np.float64]] = {}
    refused: dict[str, NDArray[np.float64]] = {}
    for domain in GAINS:
        mine = (rows["domain"] == domain).to_numpy()
        for known, table in ((True, kept), (False, refused)):
            weight = _macro_weights(rows, mine & (rows["known"].to_numpy() == known))
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
