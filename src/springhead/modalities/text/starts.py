"""How a sampled document begins: with the tag of its group, drawn from the training shares or asked for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from springhead.core.nouns import Integers, Request
from springhead.errors import BadBatch
from springhead.modalities.counted import counted_rows
from springhead.modalities.text.documents import Documents


def training_rows(model: str, documents: Documents, copies: NDArray[np.int64]) -> Integers:
    """Return the rows to train on, each as often as it counts; documents without a token are left out.

    Raises BadBatch when none is left.
    """
    rows = counted_rows(model, copies)
    rows = rows[documents.lengths[rows] > 0]
    if not len(rows):
        raise BadBatch(f"model {model!r}", "documents without a token", "at least one token", "Mend them.")
    return rows


def asked_starts(
    model: str, request: Request, tags: int, firsts: NDArray[np.int32], rng: Generator
) -> NDArray[np.int32]:
    """Return the first token of each sample: the tags of `conditions` (group numbers), else drawn.

    Drawn ones are the first token of a training document picked at random, so the shares of groups follow the
    neutral law whatever the decoding of what comes after.
    """
    if request.conditions is None:
        return firsts[rng.integers(len(firsts), size=request.count)]
    return checked_conditions(model, request.conditions, tags).astype(np.int32)


def checked_conditions(model: str, conditions: Sequence[object], groups: int) -> Integers:
    """Return conditions as group numbers, int64 (n,); raises BadBatch for one that is no group."""
    numbers = np.array([int(str(condition)) for condition in conditions], np.int64)
    if len(numbers) and not (numbers.min() >= 0 and numbers.max() < groups):
        raise BadBatch(
            f"model {model!r}",
            f"conditions from {numbers.min()} to {numbers.max()}",
            f"group numbers from 0 to {groups - 1}",
            "Ask for groups that the source has.",
        )
    return numbers


def sampled_groups(firsts: NDArray[np.int32], tags: int) -> NDArray[np.int32]:
    """Return the group that each first token is the tag of; group 0 where there are no tags."""
    return np.where(firsts < tags, firsts, 0).astype(np.int32)
