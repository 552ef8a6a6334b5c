"""Rows of any batch: what a loop does with payloads whose type it does not know.

A batch is an array whose first axis is the records, a list, a tuple, named tuple or dataclass of such, or an
object with methods `take(rows)`, `concatenate(others)` and `__len__` of its own (ragged text, for example).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from springhead.core.nouns import Integers


def length(batch: Any) -> int:
    """Return the number of records of a batch."""
    parts = _parts(batch)
    return len(batch) if parts is None else length(parts[0])


def take(batch: Any, rows: Integers) -> Any:
    """Return the given rows of a batch, int64 (m,), in that order and with repetitions."""
    own = getattr(batch, "take", None)
    if isinstance(batch, np.ndarray):
        return batch[rows]
    if own is not None:
        return own(rows)
    if isinstance(batch, list):
        return [batch[int(row)] for row in rows]
    return _with_parts(batch, [take(part, rows) for part in _parts(batch) or ()])


def concatenate(batches: Sequence[Any]) -> Any:
    """Return the rows of all batches, one after another; there is at least one batch."""
    first: Any = batches[0]
    if len(batches) == 1:
        return batches[0]
    if isinstance(first, np.ndarray):
        return np.concatenate(batches)
    if hasattr(first, "concatenate"):
        return first.concatenate(batches[1:])
    if isinstance(first, list):
        return [record for batch in batches for record in batch]
    columns = zip(*(_parts(batch) or () for batch in batches), strict=True)
    return _with_parts(first, [concatenate(column) for column in columns])


def _parts(batch: Any) -> list[Any] | None:
    """The columns of a tuple or dataclass; None for what is a column itself."""
    if isinstance(batch, tuple):
        return list(batch)
    if dataclasses.is_dataclass(batch) and not hasattr(batch, "take"):
        return [getattr(batch, field.name) for field in dataclasses.fields(batch)]
    return None


def _with_parts(batch: Any, parts: list[Any]) -> Any:
    if isinstance(batch, tuple):
        return batch._make(parts) if hasattr(batch, "_make") else tuple(parts)
    names = [field.name for field in dataclasses.fields(batch)]
    return dataclasses.replace(batch, **dict(zip(names, parts, strict=True)))
