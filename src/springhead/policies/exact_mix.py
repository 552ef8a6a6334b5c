"""Exact mix: the asked human share by exponential tilting of levels, with pooled cells and a copy cap."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from springhead.core.census import Census, Weights
from springhead.policies.reading import Array, View, read, require, require_share, tally
from springhead.policies.shares import mix, require_cap

_MIDDLE = 128
"""The level of even odds; levels below it lean to human."""

_ROUNDING = 1.0 - 1e-9
"""Sizes that were split and added up again may fall short of a whole number by floating point."""


class ExactMix(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The asked human share, exactly if levels are calibrated (calibration weighting, Deville and Sarndal 1992).

    Weighting human and synthetic mass under a soft detector gives 60 % where 80 % was asked; here a record of
    level P gets a weight proportional to exp(lambda * P) with lambda such that the mean of 1 - P over
    weighted records of known level is `human`. Tilting leans on the extreme levels, so levels are pooled
    from both ends until each pool holds `pool` records (100; 1 where levels are certain, as an oracle's are), and no
    record is copied more than `cap` times. The total is the budget; without one, the largest weight is 1.
    """

    human: float = 0.8
    pool: float = 100.0
    cap: float | None = 4.0

    def __post_init__(self) -> None:
        """Check the share, the pool size and the cap."""
        require_share("exact-mix", "human", self.human)
        fits = 0.0 <= self.pool < np.inf
        require("exact-mix", fits, f"pool = {self.pool!r} records", "Give a number of records, zero or more.")
        require_cap("exact-mix", self.cap)

    def weigh(self, census: Census, /, *, budget: float | None) -> Weights:
        """Tilt pooled levels to the share."""
        view = read(census, budget)
        return mix(view, pool_levels(view, self.pool), self.human, budget=budget, cap=self.cap)


def pool_levels(view: View, least: float) -> NDArray[np.int64]:
    """Return the pool of each cell, int64 (m,), -1 = unknown: adjacent levels that hold `least` records together.

    Pools are closed from the two ends towards the middle, so that the extreme ones, on which tilting leans,
    stay as narrow as their size allows; what is left in the middle joins its neighbour.
    """
    sizes = tally(view.level, view.sizes, 256)
    sizes[0] = 0.0
    occupied = np.flatnonzero(sizes)
    split = int(np.searchsorted(occupied, _MIDDLE))
    lower, upper = occupied[:split], occupied[split:][::-1]
    pools_low, rest_low = _close(lower, sizes, least)
    pools_high, rest_high = _close(upper, sizes, least)
    middle = rest_low + rest_high[::-1]
    pools = [*pools_low, middle, *reversed(pools_high)]
    if not middle or float(sizes[middle].sum()) < least * _ROUNDING:
        del pools[len(pools_low)]
        if middle and pools:
            pools[max(len(pools_low) - 1, 0)] += middle
        elif middle:
            pools = [middle]
    pool_of = np.full(256, -1, np.int64)
    for number, members in enumerate(pools):
        pool_of[members] = number
    return pool_of[view.level]


def _close(levels: NDArray[np.int64], sizes: Array, least: float) -> tuple[list[list[int]], list[int]]:
    pools, held = list[list[int]](), list[int]()
    for level in levels.tolist():
        held.append(level)
        if float(sizes[held].sum()) >= least * _ROUNDING:
            pools.append(held)
            held = []
    return pools, held
