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


def count(groups: Sequence[str], cells: NDArray[np.int64], axes: tuple[str, ...] = AXES) -> Census:
    """Count records: `cells` int64 (n, axes), column 0 indexes `groups`; returns occupied cells only."""
    return _tally(groups, cells, np.ones(len(cells)), axes)


def merge(parts: Sequence[Census]) -> Census:
    """Add the censuses of shards; the result depends on neither their order nor the order of their groups."""
    axes = parts[0].axes if parts else AXES
    assert all(part.axes == axes for part in parts), "censuses of one corpus have the same axes"
    names, stacked, sizes = list[str](), [np.zeros((0, len(axes)), np.int64)], [np.zeros(0)]
    for part in parts:
        cells = part.cells.copy()
        cells[:, 0] += len(names)
        names.extend(part.groups)
        stacked.append(cells)
        sizes.append(part.sizes)
    return _tally(names, np.concatenate(stacked), np.concatenate(sizes), axes)


def _tally(
    groups: Sequence[str], cells: NDArray[np.int64], sizes: NDArray[np.float64], axes: tuple[str, ...]
) -> Census:
    # Only groups that hold a record are named, so that equal corpora give equal censuses for any sharding.
    occupied = sorted({groups[int(index)] for index in np.unique(cells[:, 0])})
    place = {name: index for index, name in enumerate(occupied)}
    renamed = cells.copy()
    renamed[:, 0] = np.array([place.get(name, -1) for name in groups], np.int64)[cells[:, 0]]
    unique, inverse = np.unique(renamed, axis=0, return_inverse=True)
    total = np.bincount(inverse.reshape(-1), weights=sizes, minlength=len(unique))
    return Census(unique, total.astype(np.float64), tuple(occupied), axes)


@dataclass(frozen=True, slots=True)
class Promise:
    """One quantity that a policy was asked for and what its weights give in expectation.

    `low` and `high` are `expected` with all unknown records counted as human and as synthetic (or the like);
    `nearest` is the reachable value closest to `asked` where that is impossible, else None; `binding` says in
    words what limits it ("copy cap of 4 in cell (sw, 0, 1)"), empty where nothing does.
    """

    quantity: str
    asked: float | None
    expected: float
    low: float
    high: float
    nearest: float | None = None
    binding: str = ""


@dataclass(frozen=True, slots=True)
class Weights:
    """Expected copies per cell of a census: `values` float64 (m,), non-negative and finite.

    `promises` says what was asked and what is expected; `unknown` says in words what unknown records get.
    """

    census: Census
    values: NDArray[np.float64]
    promises: tuple[Promise, ...] = ()
    unknown: str = ""

    @property
    def expected_total(self) -> float:
        """Expected number of copies over the whole census."""
        return float((self.census.sizes * self.values).sum())

    @property
    def effective_size(self) -> float:
        """Kish's effective sample size of the expected copies, (sum w)^2 / sum w^2 over records."""
        squared = float((self.census.sizes * self.values**2).sum())
        return self.expected_total**2 / squared if squared > 0.0 else 0.0
