"""A bounded sample of scored records per group: those with the smallest content hashes.

Bottom-k by a hash of the content is a simple random sample that does not depend on order or sharding, so
memory stays bounded at any corpus size and every estimate is reproducible.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Rows = dict[str, NDArray[np.generic]]


class Reservoir:
    """Keeps at most `most` rows per cell; rows are dicts of parallel arrays with a uint64 "hash" column."""

    def __init__(self, most: int) -> None:
        """Set the number of rows kept per cell."""
        self.most = most
        self.cells: dict[tuple[str, ...], Rows] = {}
        self.seen: dict[tuple[str, ...], int] = {}

    def add(self, cell: tuple[str, ...], rows: Mapping[str, NDArray[np.generic]]) -> None:
        """Add the rows of one shard to a cell."""
        self.seen[cell] = self.seen.get(cell, 0) + len(rows["hash"])
        held = self.cells.get(cell)
        merged = {
            name: np.concatenate([held[name], values]) if held else np.asarray(values)
            for name, values in rows.items()
        }
        if len(merged["hash"]) > self.most:
            keep = np.argsort(merged["hash"], kind="stable")[: self.most]
            merged = {name: values[keep] for name, values in merged.items()}
        self.cells[cell] = merged

    def rows(self, cell: tuple[str, ...]) -> Rows:
        """Return the rows of a cell in hash order, so that the result does not depend on how they came."""
        held = self.cells[cell]
        order = np.argsort(held["hash"], kind="stable")
        return {name: values[order] for name, values in held.items()}
