"""Paired effects over replicates, and how many replicates an effect of that size needs.

Arms share their random streams, so the difference within a replicate has less noise than either arm. Sources:
Student 1908; Guenther 1981 (sample size of the t-test: the normal one and half a squared quantile).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from springhead.evidence.rates import normal_quantile, student_quantile
from springhead.results.lab import EffectRow

Floats = npt.NDArray[np.float64]
#: More replicates than this are as good as never.
MOST_REPLICATES = 1_000_000


def mean_interval(values: npt.ArrayLike, confidence: float = 0.95) -> tuple[float, float, float]:
    """Return mean and Student's limits of r values; infinite limits for fewer than two, nan left out."""
    found = np.asarray(values, np.float64)
    found = found[~np.isnan(found)]
    if found.size == 0:
        return math.nan, -math.inf, math.inf
    mean = float(found.mean())
    if found.size == 1:
        return mean, -math.inf, math.inf
    error = float(found.std(ddof=1)) / math.sqrt(found.size)
    half = student_quantile(0.5 + 0.5 * confidence, found.size - 1) * error
    return mean, mean - half, mean + half


def replicates_needed(
    difference: float, spread: float, *, power: float = 0.8, confidence: float = 0.95
) -> int | None:
    """Return how many replicates show a paired difference with this power; None where none do.

    `spread` is the standard deviation of the difference over replicates; the test is Student's, two-sided.
    """
    if difference == 0.0 or not math.isfinite(difference) or not math.isfinite(spread):
        return None
    first, second = normal_quantile(0.5 + 0.5 * confidence), normal_quantile(power)
    needed = (first + second) ** 2 * (spread / difference) ** 2 + 0.5 * first**2
    return None if needed > MOST_REPLICATES else max(2, math.ceil(needed))


def paired_effect(
    arm: str, versus: str, metric: str, values: npt.ArrayLike, others: npt.ArrayLike
) -> EffectRow:
    """Return the effect of an arm against another: `values` and `others` (r,) are of the same replicates.

    A replicate in which either is nan is left out. With one replicate the limits are infinite.
    """
    differences = np.asarray(values, np.float64) - np.asarray(others, np.float64)
    differences = differences[~np.isnan(differences)]
    mean, low, high = mean_interval(differences)
    spread = float(differences.std(ddof=1)) if differences.size > 1 else math.nan
    return EffectRow(
        arm=arm,
        versus=versus,
        metric=metric,
        difference=mean,
        low=low,
        high=high,
        replicates=int(differences.size),
        replicates_needed=replicates_needed(mean, spread),
    )
