"""Metrics of a loop: every one on all samples and, where asked, within every group; nothing is invented."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from springhead.core import batch as rows_of
from springhead.core.nouns import Integers, Measurement
from springhead.core.protocols import Drawn, Fitted, Metric, ModelMetric
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


@dataclass(frozen=True, slots=True)
class Models:
    """The model of an arm's first generation, fitted to real records alone, and that of this generation."""

    first: Fitted[Any]
    fitted: Fitted[Any]


class Gauge:
    """Measures samples against the reference of a replicate."""

    def __init__(
        self,
        metrics: Mapping[str, Metric[Any] | ModelMetric[Any]],
        by_group: tuple[str, ...],
        reference: Drawn[Any],
        groups: tuple[str, ...],
        start: Drawn[Any] | None = None,
    ) -> None:
        """Hold the reference and the records of generation 0, and their rows by group where they are needed."""
        self.metrics, self.by_group, self.reference, self.groups = metrics, by_group, reference, groups
        self._inside = self._by_group(reference)
        self.start = start
        self._started = self._by_group(start) if start is not None else {}

    def _by_group(self, drawn: Drawn[Any]) -> dict[int, Any]:
        return {
            index: rows_of.take(drawn.batch, rows)
            for index in range(len(self.groups) if self.by_group else 0)
            if len(rows := np.flatnonzero(drawn.groups == index)) >= LEAST_IN_GROUP
        }

    def measure(
        self, arm: str, generation: int, batch: Any, groups: Integers, models: Models | None = None
    ) -> list[Value]:
        """Return all values of a sample of n records; metrics of models only where models are given.

        Raises NotMeasured, or what the metric raises, where real data cannot be measured. At a later
        generation it is what became of the samples that cannot be measured, and the value is nan.
        """
        call = _Call(arm, generation, models)
        found = self._all(call, batch, models_alone=False)
        found += self._shares(generation, groups)
        found += self._inner(call, batch, groups)
        return found

    def of_models(self, arm: str, models: Models) -> list[Value]:
        """Return what metrics of models say of the first model on real data that it has not seen."""
        return self._all(_Call(arm, 0, models), self.reference.batch, models_alone=True)

    def _all(self, call: _Call, batch: Any, *, models_alone: bool) -> list[Value]:
        return [
            call.value(metric, name, "", self._compared(metric), batch)
            for name, metric in self.metrics.items()
            if call.has_models_for(metric) and (needs_model(metric) or not models_alone)
        ]

    def _compared(self, metric: object) -> Any:
        """The real records that a metric compares with: the reference, or those of generation 0."""
        return self.start.batch if needs_start(metric) and self.start is not None else self.reference.batch

    def _shares(self, generation: int, groups: Integers) -> Iterator[Value]:
        if len(self.groups) == 1:
            return
        n = len(groups)
        counts = np.bincount(groups, minlength=len(self.groups))
        for index, name in enumerate(self.groups):
            share = float(counts[index]) / n if n else math.nan
            low, high = wilson(share, n)
            yield Value(generation, GROUP_SHARE, name, share, low, high, n)

    def _inner(self, call: _Call, batch: Any, groups: Integers) -> Iterator[Value]:
        """Measure within groups; a group with too few samples has no value, which is told as nan with its n."""
        for index in sorted(self._inside.keys() | self._started.keys()):
            rows = np.flatnonzero(groups == index)
            inside = rows_of.take(batch, rows) if len(rows) >= LEAST_IN_GROUP else None
            for name in self.by_group:
                metric, group = self.metrics[name], self.groups[index]
                reference = (self._started if needs_start(metric) else self._inside).get(index)
                if reference is None or not call.has_models_for(metric):
                    continue
                unmeasured = Value(call.generation, name, group, math.nan, math.nan, math.nan, len(rows))
                try:
                    yield unmeasured if inside is None else call.value(metric, name, group, reference, inside)
                except SpringheadError:
                    yield unmeasured


@dataclass(frozen=True, slots=True)
class _Call:
    """Where in a run a metric is asked."""

    arm: str
    generation: int
    models: Models | None

    def has_models_for(self, metric: Metric[Any] | ModelMetric[Any]) -> bool:
        return self.models is not None or not needs_model(metric)

    def value(self, metric: Any, name: str, group: str, reference: Any, sample: Any) -> Value:
        n = rows_of.length(sample)
        given: tuple[Any, ...] = (reference,)
        if self.models and needs_model(metric):
            given = (self.models.first, self.models.fitted, reference)
        if needs_start(metric):
            given = (reference, self.generation)
        try:
            found: Measurement = metric.measure(*given, sample)
        except SpringheadError:
            if self.generation == 0:
                raise
            return Value(self.generation, name, group, math.nan, math.nan, math.nan, n)
        except (ValueError, ZeroDivisionError, FloatingPointError, np.linalg.LinAlgError) as error:
            raise NotMeasured(name, self.arm, self.generation, n, str(error)) from error
        return Value(self.generation, name, group, found.value, found.low, found.high, found.n)


def needs_model(metric: object) -> bool:
    """Whether a metric judges models: see `core.protocols.ModelMetric`."""
    return getattr(metric, "needs", "") == "model"


def needs_start(metric: object) -> bool:
    """Whether a metric compares with the records of generation 0, and is told how many generations ago they were."""
    return getattr(metric, "needs", "") == "start"


def wilson(share: float, n: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """Return the score interval of a share of n (Wilson 1927)."""
    if n == 0:
        return 0.0, 1.0
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)
