"""Records that count several times: what every model does with `copies` before it fits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from springhead.core.nouns import Floats, Integers
from springhead.errors import BadBatch


def counted_rows(model: str, copies: NDArray[np.int64]) -> Integers:
    """Return every row as often as it counts, int64 (sum of copies,).

    Raises BadBatch when nothing counts or a count is negative.
    """
    check_copies(model, copies)
    return np.repeat(np.arange(len(copies), dtype=np.int64), copies)


def check_copies(model: str, copies: NDArray[np.int64]) -> None:
    """Raise BadBatch when no record counts or a count is negative."""
    if len(copies) and copies.min() < 0:
        raise BadBatch(f"model {model!r}", "a negative number of copies", "counts of 0 or more", "Mend them.")
    if not copies.sum():
        raise BadBatch(
            f"model {model!r}",
            "no record to train on",
            "at least one record that counts",
            "Give the source more records or the policy a larger budget.",
        )


def once_each(copies: NDArray[np.int64]) -> bool:
    """Tell whether every record counts exactly once, the common case that needs no weights."""
    return bool(copies.min(initial=1) == 1 and copies.max(initial=1) == 1)


def check_finite(model: str, *arrays: Floats) -> None:
    """Raise BadBatch when a fitted quantity is not finite, which says that a record is not."""
    if not all(np.isfinite(array).all() for array in arrays):
        raise BadBatch(
            f"model {model!r}",
            "records with values that are not finite or too large to square",
            "finite numbers",
            "Remove NaN and infinite values.",
        )
