"""Toy third-party models of the three kinds that the protocols must carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import msgspec
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from springhead.core.nouns import Floats, Integers, Request
from springhead.core.protocols import Compute, Fitted, Sampled


class Labelled(NamedTuple):
    """n values with a label each."""

    values: Floats
    labels: Integers


@dataclass(frozen=True)
class FittedByLabel:
    means: dict[int, float]

    def sample(self, request: Request, rng: Generator, /) -> Sampled[Labelled]:
        conditions = request.conditions
        if conditions is None:
            conditions = rng.choice(sorted(self.means), size=request.count).tolist()
        labels = np.array([int(str(label)) for label in conditions], np.int64)
        spread = request.decoding.get("temperature", 1.0)
        means = np.array([self.means[int(label)] for label in labels], np.float64)
        return Sampled(Labelled(means + spread * rng.standard_normal(len(labels)), labels))


class ConditionalModel:
    """A normal law of variance 1 per label; samples follow the conditions of the request."""

    name: ClassVar[str] = "conditional"

    def fit(
        self,
        batch: Labelled,
        copies: NDArray[np.int64],
        /,
        *,
        start: Fitted[Labelled] | None,
        compute: Compute,
        rng: Generator,
    ) -> FittedByLabel:
        means = {
            int(label): float(np.average(batch.values[chosen], weights=copies[chosen]))
            for label in np.unique(batch.labels)
            if copies[chosen := batch.labels == label].sum() > 0
        }
        return FittedByLabel(means)


@dataclass(frozen=True)
class FittedMean:
    mean: float

    def sample(self, request: Request, rng: Generator, /) -> Sampled[Floats]:
        return Sampled(self.mean + rng.standard_normal(request.count))


class WarmModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mean fitted by gradient steps from where another fit left off; a frozen struct, as our own are."""

    rate: float = 0.5
    name: str = "warm"

    def fit(
        self,
        batch: Floats,
        copies: NDArray[np.int64],
        /,
        *,
        start: Fitted[Floats] | None,
        compute: Compute,
        rng: Generator,
    ) -> FittedMean:
        mean = start.mean if isinstance(start, FittedMean) else 0.0
        target = float(np.average(batch, weights=copies))
        for _ in range(20 if compute.steps is None else compute.steps):
            mean += self.rate * (target - mean)
        return FittedMean(mean)


@dataclass(frozen=True)
class FittedCopies:
    pool: Floats
    rows: Integers

    def sample(self, request: Request, rng: Generator, /) -> Sampled[Floats]:
        drawn = rng.integers(len(self.rows), size=request.count)
        noise = request.decoding.get("noise", 0.1)
        return Sampled(self.pool[drawn] + noise * rng.standard_normal(request.count), self.rows[drawn])


class CopyingModel:
    """Samples are noisy copies of training records, so every sample has a parent."""

    def __init__(self) -> None:
        self.name = "copying"

    def fit(
        self,
        batch: Floats,
        copies: NDArray[np.int64],
        /,
        *,
        start: Fitted[Floats] | None,
        compute: Compute,
        rng: Generator,
    ) -> FittedCopies:
        rows = np.repeat(np.arange(len(batch)), copies)
        return FittedCopies(batch[rows], rows)
