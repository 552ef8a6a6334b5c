"""Wasserstein distances of empirical laws: exact in one dimension, sliced in more.

Sources: Villani 2003, 2.2 (one dimension); Rabin et al. 2012 (sliced); del Barrio, Gine and Matran 1999 (the
bootstrap of W1).
"""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec
import numpy as np

from springhead.core.nouns import Floats, Measurement
from springhead.core.seeds import stream
from springhead.errors import NotMeasurable
from springhead.modalities.intervals import CONFIDENCE, distance
from springhead.modalities.vector.checks import checked


def one_dimension(first: Floats, second: Floats) -> float:
    """Return W1 of two samples (n,) and (m,): the area between their distribution functions."""
    if first.size == second.size:
        return float(np.abs(np.sort(first) - np.sort(second)).mean())
    values = np.sort(np.concatenate([first, second]))
    below = np.searchsorted(np.sort(first), values[:-1], "right") / first.size
    other = np.searchsorted(np.sort(second), values[:-1], "right") / second.size
    return float(np.abs(below - other) @ np.diff(values))


def _own_noise(sample: Floats, counts: Floats) -> Floats:
    """Mean W1 over directions between a sample (n, k) and its redraws with counts (b, n), float64 (b,)."""
    total, n = np.zeros(len(counts)), len(sample)
    for column in sample.T:
        order = np.argsort(column, kind="stable")
        gaps = np.diff(column[order])
        shift = np.cumsum(counts[:, order[:-1]] - 1.0, axis=1)
        total += np.abs(shift) @ gaps / n
    return np.asarray(total / sample.shape[1])


def _radius(reference: Floats, sample: Floats, resamples: int, seed: int) -> float:
    rng = stream(seed, "metric/wasserstein")
    noise = np.zeros(resamples)
    for batch in (reference, sample):
        n = len(batch)
        counts = rng.multinomial(n, np.full(n, 1.0 / n), size=resamples).astype(np.float64)
        noise += _own_noise(batch, counts)
    return float(np.quantile(noise, CONFIDENCE))


class Wasserstein(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """1-Wasserstein distance between two samples of one coordinate, exact: the area between their laws.

    The interval is the triangle inequality with `resamples` bootstrap redraws of how far each sample lies from its
    law: it holds the distance of the laws with at least 95 %, also where that is 0. Raises NotMeasurable in more
    than one dimension.
    """

    name: ClassVar[str] = "wasserstein"
    worse: ClassVar[Literal["higher"]] = "higher"
    resamples: int = 200
    seed: int = 0

    def measure(self, reference: Floats, sample: Floats, /) -> Measurement:
        """Measure the distance between (n, 1) and (m, 1), in the unit of the coordinate."""
        reference, sample = checked(self.name, reference, sample, 2)
        if sample.shape[1] != 1:
            found = f"the records have {sample.shape[1]} coordinates"
            raise NotMeasurable(self.name, found, "one; use 'sliced-wasserstein' for more")
        value = one_dimension(reference[:, 0], sample[:, 0])
        return distance(value, _radius(reference, sample, self.resamples, self.seed), len(sample))


class SlicedWasserstein(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """1-Wasserstein distance averaged over random directions.

    The directions are drawn from `seed` and the same in every generation. Interval as of `Wasserstein`, for the
    distance over these directions.
    """

    name: ClassVar[str] = "sliced-wasserstein"
    worse: ClassVar[Literal["higher"]] = "higher"
    directions: int = 32
    resamples: int = 60
    seed: int = 0

    def measure(self, reference: Floats, sample: Floats, /) -> Measurement:
        """Measure the distance between (n, d) and (m, d), in the unit of the coordinates."""
        reference, sample = checked(self.name, reference, sample, 2)
        size = sample.shape[1]
        axes = stream(self.seed, "metric/directions").standard_normal(
            (size, 1 if size == 1 else self.directions)
        )
        axes /= np.linalg.norm(axes, axis=0)
        first, second = reference @ axes, sample @ axes
        value = float(np.mean([one_dimension(a, b) for a, b in zip(first.T, second.T, strict=True)]))
        return distance(value, _radius(first, second, self.resamples, self.seed), len(sample))
