"""Which cell of a census each record lies in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from springhead.core.census import Census
from springhead.errors import BadCensus

_TABLE = 1 << 22


def locate(census: Census, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the cell of each record, int64 (n,); `rows` int64 (n, axes) holds its coordinates.

    Column 0 indexes `census.groups`. Raises BadCensus when a record lies in no cell of the census.
    """
    if not len(rows):
        return np.zeros(0, np.int64)
    cells = census.cells
    missing = BadCensus("a record lies in no cell of the census that was weighed")
    if not len(cells):
        raise missing
    low, high = cells.min(axis=0), cells.max(axis=0)
    spans = [int(width) for width in high - low + 1]
    if np.any(rows.min(axis=0) < low) or np.any(rows.max(axis=0) > high):
        raise missing
    count = int(np.prod(np.array(spans, np.float64)))
    code, wanted = np.zeros(len(cells), np.int64), np.zeros(len(rows), np.int64)
    for column, width in enumerate(spans):
        code = code * width + (cells[:, column] - low[column])
        wanted = wanted * width + (rows[:, column] - low[column])
    if count <= _TABLE:
        table = np.full(count, -1, np.int64)
        table[code] = np.arange(len(cells))
        found = table[wanted]
    else:
        assert count < 2**62, "coordinates of a census fit 62 bits"
        order = np.argsort(code, kind="stable")
        place = np.minimum(np.searchsorted(code[order], wanted), len(cells) - 1)
        found = np.where(code[order][place] == wanted, order[place], -1)
    if found.min() < 0:
        raise missing
    return found
