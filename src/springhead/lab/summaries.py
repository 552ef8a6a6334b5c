"""Over replicates: means with intervals, paired differences between arms, and how many replicates they need."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from springhead.core.nouns import Floats
from springhead.evidence.rates import student_quantile
from springhead.results.lab import EffectRow

POWER = 0.8
MOST_NEEDED = 100_000


@dataclass(frozen=True, slots=True)
class Mean:
    """Mean over replicates with its limits (Student's t); nan limits where there is one replicate only."""

    value: float
    low: float
    high: float
    replicates: int


def mean_of(values: Floats, confidence: float) -> Mean:
    """Return the mean of one value per replicate, nan ones left out."""
    known = values[~np.isnan(values)]
    if not len(known):
        return Mean(math.nan, math.nan, math.nan, 0)
    value = float(known.mean())
    if len(known) < 2:
        return Mean(value, math.nan, math.nan, len(known))
    half = _critical(len(known), confidence) * float(known.std(ddof=1)) / math.sqrt(len(known))
    return Mean(value, value - half, value + half, len(known))


def at(series: pl.DataFrame, arm: str, metric: str, generation: int, group: str = "") -> Floats:
    """Return the values of all replicates, float64 (replicates,), by replicate."""
    rows = series.filter(
        (pl.col("arm") == arm) & (pl.col("metric") == metric) & (pl.col("generation") == generation)
        & (pl.col("group") == group)
    ).sort("replicate")  # fmt: skip
    values: Floats = rows["value"].to_numpy().astype(np.float64)
    return values


def effects(
    series: pl.DataFrame, arms: Iterable[str], metrics: Iterable[str], generation: int, confidence: float
) -> list[EffectRow]:
    """Compare every arm with the first one at a generation, replicate by replicate.

    Arms share their random streams, so a replicate is a pair; the interval is Student's t on the differences.
    The control's difference says what self-consumption costs beside training anew.
    """
    first, *others = list(arms)
    rows: list[EffectRow] = []
    for metric in metrics:
        base = at(series, first, metric, generation)
        for arm in others:
            difference = at(series, arm, metric, generation) - base
            difference = difference[~np.isnan(difference)]
            if len(difference) < 2:
                continue
            mean = mean_of(difference, confidence)
            deviation = float(difference.std(ddof=1))
            needed = replicates_needed(mean.value, deviation, confidence)
            rows.append(
                EffectRow(arm, first, metric, mean.value, mean.low, mean.high, len(difference), needed)
            )
    return rows


def replicates_needed(difference: float, deviation: float, confidence: float) -> int | None:
    """Return how many pairs show a difference of this size with power 0.8, None where more than 100,000.

    The smallest R with R >= ((t(1 - a/2) + t(power)) * deviation / difference)^2, both quantiles at R - 1 degrees
    of freedom.
    """
    if difference == 0.0 or math.isnan(difference):
        return None
    ratio = (deviation / difference) ** 2

    def enough(count: int) -> bool:
        both = _critical(count, confidence) + student_quantile(POWER, count - 1)
        return count >= both**2 * ratio

    if not enough(MOST_NEEDED):
        return None
    low, high = 1, MOST_NEEDED
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _critical(count: int, confidence: float) -> float:
    return student_quantile(0.5 + confidence / 2.0, count - 1)
