"""Metrics of a loop: every one on all samples and, where asked, within every group; nothing is invented."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from springhead.core import batch as rows_of
from springhead.core.nouns import Integers, Measurement
from springhead.core.protocols import Drawn, Metric
from springhead.errors import NotMeasured, SpringheadError

GROUP_SHARE = "group share"
DEPTH = "depth"
ANCESTRY = "synthetic ancestry"
LEAST_IN_GROUP = 2


@dataclass(frozen=True, slots=True)
class Value:
    """One measured value, in the columns of `results.lab.SERIES`."""

    generation: int
    metric: str
    group: str
    value: float
    low: float
    high: float
    n: int


class Gauge:
    """Measures samples against the reference of a replicate."""

    def __init__(
        self,
        metrics: Mapping[str, Metric[Any]],
        by_group: tuple[str, ...],
        reference: Drawn[Any],
        groups: tuple[str, ...],
    ) -> None:
        """Hold the reference, and its rows by group where they are needed."""
        self.metrics, self.by_group, self.reference, self.groups = metrics, by_group, reference, groups
        self._inside = {
            index: rows_of.take(reference.batch, rows)
            for index in range(len(groups) if by_group else 0)
            if len(rows := np.flatnonzero(reference.groups == index)) >= LEAST_IN_GROUP
        }

    def measure(self, arm: str, generation: int, batch: Any, groups: Integers) -> list[Value]:
        """Return all values of a sample of n records; raises NotMeasured where a metric gives up on all of it."""
        found = [
            self._value(metric, name, arm, generation, "", self.reference.batch, batch)
            for name, metric in self.metrics.items()
        ]
        found += self._shares(generation, groups)
        found += self._inner(arm, generation, batch, groups)
        return found

    def _value(
        self,
        metric: Metric[Any],
        name: str,
        arm: str,
        generation: int,
        group: str,
        reference: Any,
        sample: Any,
    ) -> Value:
        n = rows_of.length(sample)
        try:
            found: Measurement = metric.measure(reference, sample)
        except SpringheadError:
            if generation == 0:
                raise
            # Real data could be measured, so it is what became of the samples; the result counts such values.
            return Value(generation, name, group, math.nan, math.nan, math.nan, n)
        except (ValueError, ZeroDivisionError, FloatingPointError, np.linalg.LinAlgError) as error:
            raise NotMeasured(name, arm, generation, n, str(error)) from error
        return Value(generation, name, group, found.value, found.low, found.high, found.n)

    def _shares(self, generation: int, groups: Integers) -> Iterator[Value]:
        if len(self.groups) == 1:
            return
        n = len(groups)
        counts = np.bincount(groups, minlength=len(self.groups))
        for index, name in enumerate(self.groups):
            share = float(counts[index]) / n if n else math.nan
            low, high = wilson(share, n)
            yield Value(generation, GROUP_SHARE, name, share, low, high, n)

    def _inner(self, arm: str, generation: int, batch: Any, groups: Integers) -> Iterator[Value]:
        """Measure within groups; a group with too few samples has no value, which is told as nan with its n."""
        for index, reference in self._inside.items():
            rows = np.flatnonzero(groups == index)
            inside = rows_of.take(batch, rows) if len(rows) >= LEAST_IN_GROUP else None
            for name in self.by_group:
                group = self.groups[index]
                unmeasured = Value(generation, name, group, math.nan, math.nan, math.nan, len(rows))
                if inside is None:
                    yield unmeasured
                    continue
                try:
                    yield self._value(self.metrics[name], name, arm, generation, group, reference, inside)
                except SpringheadError:
                    yield unmeasured


def wilson(share: float, n: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """Return the score interval of a share of n (Wilson 1927)."""
    if n == 0:
        return 0.0, 1.0
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)
