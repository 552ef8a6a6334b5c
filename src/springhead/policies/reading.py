"""A census as policies read it: checked once, with probabilities beside the levels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from springhead.core.census import Census
from springhead.core.level import UNKNOWN_LEVEL, to_probability
from springhead.errors import BadCensus, BadPolicy, UnknownName

Array = NDArray[np.float64]

_PROBABILITY = to_probability(np.arange(256).astype(np.uint8))


@dataclass(frozen=True, slots=True)
class View:
    """The m cells of a census by column; `probability` is P(synthetic) and nan where the level is unknown.

    `leaning` marks the human-leaning cells: known and P(synthetic) < 1/2. Zero-sized cells are allowed, since
    an earlier step of a sequence may have emptied them.
    """

    census: Census
    sizes: Array
    group: NDArray[np.int64]
    generation: NDArray[np.int64]
    level: NDArray[np.int64]
    probability: Array
    known: NDArray[np.bool_]
    leaning: NDArray[np.bool_]

    def axis(self, name: str) -> NDArray[np.int64]:
        """Return the column of an optional axis such as age or quality; BadCensus when it is not there."""
        if name not in self.census.axes:
            raise BadCensus(f"the census has no axis {name!r} but {', '.join(self.census.axes)}")
        return self.census.cells[:, self.census.axes.index(name)]

    def group_total(self, amount: Array) -> Array:
        """Add an amount per cell, float64 (m,), up by group, float64 (groups,)."""
        return tally(self.group, amount, len(self.census.groups))


def tally(index: NDArray[np.int64], amount: Array, count: int) -> Array:
    """Add amounts, float64 (m,), up by index, int64 (m,), into float64 (count,)."""
    return np.bincount(index, weights=amount, minlength=count).astype(np.float64)


def read(census: Census, budget: float | None) -> View:
    """Check a census and a budget and return the view of it.

    Raises BadCensus for an empty census, sizes that are negative or not finite and levels beyond a byte,
    BadPolicy for a budget that is negative or not finite.
    """
    sizes = census.sizes
    if not np.all(np.isfinite(sizes)) or np.any(sizes < 0.0):
        raise BadCensus("a size is negative or not a number")
    if float(sizes.sum()) <= 0.0:
        raise BadCensus("the census is empty")
    if budget is not None and not (np.isfinite(budget) and budget >= 0.0):
        raise BadPolicy("budget", f"{budget!r} records", "Give a finite number of records, zero or more.")
    group, generation, level = census.cells[:, 0], census.cells[:, 1], census.cells[:, 2]
    if level.min() < 0 or level.max() > 255:
        raise BadCensus("a level lies outside 0..255")
    probability = _PROBABILITY[level]
    known = level != UNKNOWN_LEVEL
    return View(census, sizes, group, generation, level, probability, known, known & (probability < 0.5))


def indices(view: View, names: Iterable[str]) -> NDArray[np.int64]:
    """Return the group indices of names; a name that the census lacks is an error with a hint."""
    place = {name: index for index, name in enumerate(view.census.groups)}
    for name in names:
        if name not in place:
            raise UnknownName("group of the census", name, view.census.groups)
    return np.array([place[name] for name in names], np.int64)


def require(policy: str, condition: bool, problem: str, action: str) -> None:
    """Raise BadPolicy unless the condition holds."""
    if not condition:
        raise BadPolicy(policy, problem, action)


def require_share(policy: str, name: str, value: float) -> None:
    """Raise BadPolicy unless the value lies in [0, 1]."""
    inside = 0.0 <= value <= 1.0
    require(policy, inside, f"{name} = {value!r} is outside [0, 1]", f"Give {name} a share between 0 and 1.")
