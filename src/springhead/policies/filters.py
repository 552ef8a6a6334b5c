"""Filters and soft weights: records judged by their level, with and without backfill."""

from __future__ import annotations

import msgspec
import numpy as np

from springhead.core.census import Census, Weights
from springhead.policies.promises import give
from springhead.policies.reading import indices, read, require, require_share
from springhead.policies.settling import UNKNOWN_DEFAULT, settle
from springhead.policies.shares import require_cap


class Filter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Drop records whose P(synthetic) is above a threshold (errors of a filter: Bakshi and Chakraborty 2026).

    `group_thresholds` replaces the threshold by group. With `backfill` what is kept is repeated up to the
    budget, or to the size of the census without one; lost samples can cost more than lost purity.
    """

    threshold: float = 0.5
    group_thresholds: dict[str, float] = {}
    backfill: bool = False
    cap: float | None = None

    def __post_init__(self) -> None:
        """Check thresholds and cap."""
        require_share("filter", "threshold", self.threshold)
        for name, value in self.group_thresholds.items():
            require_share("filter", f"threshold of {name!r}", value)
        require_cap("filter", self.cap)

    def weigh(self, census: Census, /, *, budget: float | None) -> Weights:
        """Keep records at or below the threshold."""
        view = read(census, budget)
        threshold = np.full(len(census.groups), self.threshold)
        threshold[indices(view, self.group_thresholds)] = list(self.group_thresholds.values())
        raw = (np.nan_to_num(view.probability) <= threshold[view.group]).astype(np.float64)
        asked = census.total if budget is None and self.backfill else budget
        values, binding = settle(view, raw, budget=asked, backfill=self.backfill, cap=self.cap)
        return give(census, values, UNKNOWN_DEFAULT, budget=asked, binding=binding)


class SoftWeights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Weigh every record by 1 - P(synthetic); the share this gives is not one that was asked for."""

    backfill: bool = False
    cap: float | None = None

    def __post_init__(self) -> None:
        """Check the cap."""
        require_cap("soft-weights", self.cap)

    def weigh(self, census: Census, /, *, budget: float | None) -> Weights:
        """Weigh by 1 - P(synthetic)."""
        view = read(census, budget)
        raw = 1.0 - np.nan_to_num(view.probability)
        asked = census.total if budget is None and self.backfill else budget
        values, binding = settle(view, raw, budget=asked, backfill=self.backfill, cap=self.cap)
        return give(census, values, UNKNOWN_DEFAULT, budget=asked, binding=binding)


class DetectorResampling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Detector-weighted resampling: weights (1 - P)^power, at most `cap` copies (Drayson 2025, 2502.15654).

    The total is the budget; without one it is `factor` times the size of the census (theirs: power 10,
    cap 3, factor 1.5). Pair it with the draw `multinomial` for sampling with replacement as theirs.
    """

    power: float = 10.0
    cap: float | None = 3.0
    factor: float = 1.5

    def __post_init__(self) -> None:
        """Check the parameters."""
        require(
            "detector-resampling", 0.0 <= self.power < np.inf, f"power = {self.power!r}", "Give 0 or more."
        )
        require(
            "detector-resampling",
            0.0 < self.factor < np.inf,
            f"factor = {self.factor!r}",
            "Give more than 0.",
        )
        require_cap("detector-resampling", self.cap)

    def weigh(self, census: Census, /, *, budget: float | None) -> Weights:
        """Weigh by (1 - P)^power to the total."""
        view = read(census, budget)
        raw = (1.0 - np.nan_to_num(view.probability)) ** self.power
        asked = self.factor * census.total if budget is None else budget
        values, binding = settle(view, raw, budget=asked, backfill=True, cap=self.cap)
        return give(census, values, UNKNOWN_DEFAULT, budget=asked, binding=binding)
