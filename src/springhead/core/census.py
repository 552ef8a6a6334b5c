"""Census and weights: sizes per cell and a weight per cell, the two tables between scan and any policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

AXES = ("group", "generation", "level")


@dataclass(frozen=True, slots=True)
class Census:
    """Sizes of occupied cells: `cells` int64 (m, axes) sorted and unique, `sizes` float64 (m,).

    `axes` names the columns of `cells`; "group", "generation" and "level" come first. `groups` names the
    values of the group axis, so that censuses of shards with other group orders can be merged.
    """

    cells: NDArray[np.int64]
    sizes: NDArray[np.float64]
    groups: tuple[str, ...]
    axes: tuple[str, ...] = AXES

    @property
    def total(self) -> float:
        """Number of records counted."""
        return float(self.sizes.sum())


def count(
    groups: Sequence[str], cells: NDArray[np.int64], axes: tuple[str, ...] = AXES
) -> Census:
    """Count records: `cells` int64 (n, axes), column 0 indexes `groups`; returns occupied cells only."""
    order = np.argsort(np.asarray(groups, dtype=object), kind="stable") if groups else np.zeros(0, np.int64)
    place = np.empty(len(groups), np.int64)
    place[order] = np.arange(len(groups))
    renamed = cells.copy()
    if len(cells):
        renamed[:, 0] = place[cells[:, 0]]
    unique, inverse = np.unique(renamed, axis=0, return_inverse=True)
    sizes = np.bincount(inverse.reshape(-1), minlength=len(unique)).astype(np.float64)
    return Census(unique, sizes, tuple(groups[i] for i in order), axes)


def merge(parts: Sequence[Census]) -> Census:
    """Add the censuses of shards; the result does not depend on their order."""
    names = sorted({name for part in parts for name in part.groups})
    place = {name: index for index, name in enumerate(names)}
    stacked, sizes = [], []
    for part in parts:
        cells = part.cells.copy()
        if len(cells):
            cells[:, 0] = np.array([place[name] for name in part.groups], np.int64)[cells[:, 0]]
        stacked.append(cells)
        sizes.append(part.sizes)
    axes = parts[0].axes if parts else AXES
    every = np.concatenate(stacked) if stacked else np.zeros((0, len(axes)), np.int64)
    unique, inverse = np.unique(every, axis=0, return_inverse=True)
    weight = np.concatenate(sizes) if sizes else np.zeros(0)
    total = np.bincount(inverse.reshape(-1), weights=weight, minlength=len(unique))
    return Census(unique, total.astype(np.float64), tuple(names), axes)


@dataclass(frozen=True, slots=True)
class Weights:
    """Expected copies per cell of a census: `values` float64 (m,), non-negative and finite."""

    census: Census
    values: NDArray[np.float64]

    @property
    def expected_total(self) -> float:
        """Expected number of copies over the whole census."""
        return float((self.census.sizes * self.values).sum())
