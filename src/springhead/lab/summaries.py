"""Measured values over replicates: as matrices by generation, means with intervals, paired effects."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from springhead.core.nouns import Floats
from springhead.evidence.extinction import extinction, extinction_times
from springhead.evidence.paired import mean_interval, paired_effect
from springhead.lab.measure import GROUP_SHARE
from springhead.results.lab import EffectRow, ExtinctionRow


@dataclass(frozen=True, slots=True)
class Mean:
    """Mean over replicates with its limits (Student's t); nan limits where there is one replicate only."""

    value: float
    low: float
    high: float
    replicates: int


class Measured:
    """The series table by arm, metric and group, each a matrix (replicates, generations)."""

    def __init__(self, series: pl.DataFrame) -> None:
        """Cut the table up once."""
        ordered = series.sort("replicate", "generation", maintain_order=True)
        self._parts: dict[tuple[str, str, str], pl.DataFrame] = {}
        for key, part in ordered.group_by("arm", "metric", "group", maintain_order=True):
            self._parts[(str(key[0]), str(key[1]), str(key[2]))] = part

    def generations(self, arm: str, metric: str, group: str = "") -> list[int]:
        """Return the generations in which a metric was measured."""
        part = self._parts.get((arm, metric, group))
        return [] if part is None else sorted({int(one) for one in part["generation"]})

    def matrix(self, arm: str, metric: str, group: str = "") -> Floats | None:
        """Return all values, float64 (replicates, generations measured), or None where there are none."""
        part = self._parts.get((arm, metric, group))
        if part is None:
            return None
        generations = self.generations(arm, metric, group)
        replicates = sorted({int(one) for one in part["replicate"]})
        values = np.full((len(replicates), len(generations)), np.nan)
        rows = np.searchsorted(replicates, part["replicate"].to_numpy())
        values[rows, np.searchsorted(generations, part["generation"].to_numpy())] = part["value"].to_numpy()
        return values

    def at(self, arm: str, metric: str, generation: int, group: str = "") -> Floats:
        """Return the values of all replicates at a generation, float64 (replicates,)."""
        values = self.matrix(arm, metric, group)
        generations = self.generations(arm, metric, group)
        if values is None or generation not in generations:
            return np.zeros(0)
        column: Floats = values[:, generations.index(generation)]
        return column


def mean_of(values: Floats, confidence: float) -> Mean:
    """Return the mean of one value per replicate, nan ones left out."""
    count = int((~np.isnan(values)).sum())
    value, low, high = mean_interval(values, confidence)
    return Mean(value, low, high, count) if count > 1 else Mean(value, math.nan, math.nan, count)


def effects(
    measured: Measured, arms: Sequence[str], metrics: Iterable[str], generation: int
) -> list[EffectRow]:
    """Compare every arm with the first one at a generation, replicate by replicate.

    Arms share their random streams, so a replicate is a pair; limits are Student's. Nothing is said of fewer
    than two pairs. The control's difference says what self-consumption costs beside training anew.
    """
    first, *others = arms
    rows: list[EffectRow] = []
    for metric in metrics:
        base = measured.at(first, metric, generation)
        for arm in others:
            values = measured.at(arm, metric, generation)
            if len(values) == len(base) and int((~np.isnan(values - base)).sum()) > 1:
                rows.append(paired_effect(arm, first, metric, values, base))
    return rows


def extinctions(measured: Measured, arms: Iterable[str], groups: Iterable[str]) -> list[ExtinctionRow]:
    """Say when each group of generation 0 had no sample left, in generations, with censoring."""
    rows: list[ExtinctionRow] = []
    for arm in arms:
        for group in groups:
            shares = measured.matrix(arm, GROUP_SHARE, group)
            if shares is None or not (there := shares[:, 0] > 0.0).any():
                continue
            times, extinct = extinction_times(shares[there])
            generations = np.array(measured.generations(arm, GROUP_SHARE, group), np.float64)
            rows.append(extinction(arm, group, generations[times.astype(np.int64)], extinct))
    return rows
