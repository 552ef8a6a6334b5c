"""Classes of a class-conditional model: their shares in training, and the classes that samples get."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from springhead.core.nouns import Floats, Integers, Request
from springhead.errors import BadBatch


class Classes(NamedTuple):
    """Labels int64 (c,) that were trained on, ascending, and the share of each, float64 (c,)."""

    labels: Integers
    shares: Floats


def trained_classes(labels: Integers, copies: NDArray[np.int64]) -> Classes:
    """Return the classes whose records count at least once, and their shares of all that counts."""
    present = copies > 0
    found, places = np.unique(labels[present], return_inverse=True)
    sums = np.bincount(places, copies[present])
    return Classes(found.astype(np.int64), sums / sums.sum())


def asked_classes(model: str, request: Request, classes: Classes, rng: Generator) -> Integers:
    """Return the place in `classes` of every sample: the labels of `conditions`, else by training shares.

    Random numbers are spent either way, so that the rest of a sample is the same. Raises BadBatch for a
    condition that no training record had.
    """
    uniform = rng.random(request.count)
    if request.conditions is None:
        places = np.searchsorted(np.cumsum(classes.shares), uniform, side="right")
        return np.minimum(places, len(classes.labels) - 1).astype(np.int64)
    return _places(model, request.conditions, request.count, classes)


def _places(model: str, conditions: Sequence[object], count: int, classes: Classes) -> Integers:
    asked = np.array([int(str(condition)) for condition in conditions], np.int64)
    unknown = ~np.isin(asked, classes.labels)
    if len(asked) != count or unknown.any():
        missing = sorted(set(asked[unknown].tolist()))
        found = (
            f"conditions without a training record: {missing[:5]}" if missing else f"{len(asked)} conditions"
        )
        raise BadBatch(
            f"model {model!r}",
            found,
            f"{count} conditions out of {classes.labels.tolist()[:20]}",
            "Keep at least one record of every class that is asked for.",
        )
    return np.searchsorted(classes.labels, asked).astype(np.int64)
