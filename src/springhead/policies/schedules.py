"""Schedules: which generations are trained on, as weights; they read generations and ages, never levels.

With a budget they give every eligible record the same weight. "Accumulate" means four things in four code
bases; here every name has one meaning, and the draw is named apart.
"""

from __future__ import annotations

from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from springhead.core.census import Census, Weights
from springhead.policies.promises import give
from springhead.policies.reading import View, read, require
from springhead.policies.settling import UNKNOWN_ALIKE


def newest(view: View) -> int:
    """Return the highest generation that any record has."""
    return int(view.generation[view.sizes > 0.0].max())


def evenly(view: View, eligible: NDArray[np.bool_], budget: float | None, backfill: bool) -> Weights:
    """Give every eligible record the same weight: 1, less where a budget binds, more only with backfill."""
    count = float(view.sizes[eligible].sum())
    weight, binding = 1.0, ""
    if budget is not None and count > 0.0:
        weight = budget / count if backfill else min(1.0, budget / count)
    if budget is not None and count < budget and (count == 0.0 or not backfill):
        binding = f"{count:g} records are eligible" + ("" if backfill else " and none is repeated")
    return give(view.census, np.where(eligible, weight, 0.0), UNKNOWN_ALIKE, budget=budget, binding=binding)


class Replace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Train on the newest generation alone (Shumailov 2024, "fully synthetic" of Alemohammad 2024).

    With `backfill` the newest generation is repeated up to the budget, otherwise each record counts at most once.
    """

    backfill: bool = False

    def weigh(self, census: Census, /, *, budget: float | None) -> Weights:
        """Weigh the newest generation evenly and all others 0."""
        view = read(census, budget)
        return evenly(view, view.generation == newest(view), budget, self.backfill)


class Accumulate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Train on everything so far, each record once (Gerstgrasser 2024); a budget is a ceiling only."""

    backfill: bool = False

    def weigh(self, census: Census, /, *, budget: float | None) -> Weights:
        """Weigh all records evenly."""
        view = read(census, budget)
        return evenly(view, np.ones(len(view.sizes), np.bool_), budget, self.backfill)


class AccumulateSubsample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Train on a fixed number of all records so far (Kazdan 2025): the budget, else `size`.

    With neither, as many as the newest generation has, so that compute per generation stays the same. The law
    pi^2/2 - 2 (facts: subsample limit) needs a draw without strata: `draw(..., strata="total")`.
    """

    size: float | None = None
    backfill: bool = False

    def __post_init__(self) -> None:
        """Check the size."""
        positive = self.size is None or 0.0 < self.size < np.inf
        require(
            "accumulate-subsample", positive, f"size = {self.size!r}", "Give a number of records above 0."
        )

    def weigh(self, census: Census, /, *, budget: float | None) -> Weights:
        """Weigh all records evenly, to the size."""
        view = read(census, budget)
        if budget is None:
            at_newest = view.generation == newest(view)
            budget = float(view.sizes[at_newest].sum()) if self.size is None else self.size
        elif self.size is not None:
            budget = min(budget, self.size)
        return evenly(view, np.ones(len(view.sizes), np.bool_), budget, self.backfill)


class Fresh(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Train on the real records that have just arrived, beside synthetic ones (fresh loop, Alemohammad 2024).

    `synthetic` says which of those: the newest generation, all, or none (the compute-matched control). Needs
    the axis "age": generations since a record entered the pool, 0 = just arrived. Real means generation 0.
    """

    synthetic: Literal["newest", "all", "none"] = "newest"
    backfill: bool = False

    def weigh(self, census: Census, /, *, budget: float | None) -> Weights:
        """Weigh real records of age 0 and the chosen synthetic ones evenly."""
        view = read(census, budget)
        real = view.generation == 0
        eligible = real & (view.axis("age") == 0)
        if self.synthetic == "all":
            eligible |= ~real
        elif self.synthetic == "newest":
            eligible |= ~real & (view.generation == newest(view))
        return evenly(view, eligible, budget, self.backfill)
