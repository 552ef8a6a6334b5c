"""Limits on optional axes of a census: age and quality; levels are not looked at."""

from __future__ import annotations

from typing import Literal

import msgspec
import numpy as np

from springhead.core.census import Census, Weights
from springhead.policies.promises import give
from springhead.policies.reading import read, require, require_share
from springhead.policies.schedules import evenly
from springhead.policies.settling import UNKNOWN_ALIKE


class AgeLimit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Drop records older than `oldest`, on the axis "age" (generations since a record entered the pool).

    `applies_to` leaves real records (generation 0) or synthetic ones alone.
    """

    oldest: int = 0
    applies_to: Literal["all", "synthetic", "real"] = "all"
    backfill: bool = False

    def __post_init__(self) -> None:
        """Check the age."""
        require("age-limit", self.oldest >= 0, f"oldest = {self.oldest!r}", "Give an age of 0 or more.")

    def weigh(self, census: Census, /, *, budget: float | None) -> Weights:
        """Weigh young enough records evenly."""
        view = read(census, budget)
        young = view.axis("age") <= self.oldest
        if self.applies_to != "all":
            young |= (view.generation == 0) == (self.applies_to == "synthetic")
        return evenly(view, young, budget, self.backfill)


class Quality(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Keep the best share `keep` of records by the axis "quality", in part at the boundary (Guo 2023: 0.8)."""

    keep: float = 0.8
    backfill: bool = False

    def __post_init__(self) -> None:
        """Check the share."""
        require_share("quality", "keep", self.keep)

    def weigh(self, census: Census, /, *, budget: float | None) -> Weights:
        """Weigh the best records 1, those at the boundary in part and the rest 0."""
        view = read(census, budget)
        marks, inverse = np.unique(-view.axis("quality"), return_inverse=True)
        sizes = np.bincount(inverse.reshape(-1), weights=view.sizes, minlength=len(marks))
        before = np.cumsum(sizes) - sizes
        part = np.clip(self.keep * view.sizes.sum() - before, 0.0, sizes)
        raw = np.divide(part, sizes, out=np.zeros_like(part), where=sizes > 0.0)[inverse.reshape(-1)]
        kept, binding = float(view.sizes @ raw), ""
        if budget is not None and kept > 0.0 and (self.backfill or kept > budget):
            raw = raw * (budget / kept)
        elif budget is not None and kept < budget:
            binding = f"{kept:g} records are kept"
        return give(census, raw, UNKNOWN_ALIKE, budget=budget, binding=binding)
