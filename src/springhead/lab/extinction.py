"""When groups had no record left, with censoring: those that outlive the run have no time, only a bound."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import polars as pl

from springhead.core.nouns import Floats
from springhead.evidence.rates import normal_quantile
from springhead.lab.measure import GROUP_SHARE
from springhead.results.lab import ExtinctionRow


def extinctions(
    series: pl.DataFrame, arms: Sequence[str], groups: Sequence[str], confidence: float
) -> list[ExtinctionRow]:
    """Return the median generation of extinction per arm and group over replicates.

    All replicates are censored at the same last generation, so the Kaplan-Meier median is the sample median.
    The limits are order statistics: ranks R/2 -+ z sqrt(R)/2 (binomial, sign test).
    """
    shares = series.filter(pl.col("metric") == GROUP_SHARE)
    rows: list[ExtinctionRow] = []
    for arm in arms:
        for group in groups:
            times = _times(shares.filter((pl.col("arm") == arm) & (pl.col("group") == group)))
            if len(times):
                rows.append(_row(arm, group, times, confidence))
    return rows


def _times(shares: pl.DataFrame) -> Floats:
    """Return per replicate the first generation from which the group stays empty, inf where it does not."""
    times: list[float] = []
    for _, one in shares.group_by("replicate", maintain_order=True):
        ordered = one.sort("generation")
        alive = np.flatnonzero(ordered["value"].to_numpy() > 0.0)
        generations = ordered["generation"].to_numpy()
        last = int(alive[-1]) if len(alive) else -1
        if last < 0 or len(generations) == 0:
            continue  # never there, so it cannot vanish
        times.append(float(generations[last + 1]) if last + 1 < len(generations) else math.inf)
    return np.sort(np.array(times, np.float64))


def _row(arm: str, group: str, times: Floats, confidence: float) -> ExtinctionRow:
    count = len(times)
    half = normal_quantile(0.5 + confidence / 2.0) * math.sqrt(count) / 2.0
    low = max(0, math.floor(count / 2.0 - half) - 1) if count > 1 else 0
    high = min(count - 1, math.ceil(count / 2.0 + half))
    return ExtinctionRow(
        arm, group, _known(times[(count - 1) // 2]), _known(times[low]), _known(times[high]),
        int(np.isfinite(times).sum()), count,
    )  # fmt: skip


def _known(time: float) -> float | None:
    return float(time) if math.isfinite(time) else None
