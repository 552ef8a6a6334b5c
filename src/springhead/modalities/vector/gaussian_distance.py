"""Squared 2-Wasserstein distance of the fitted Gaussians: the Bures metric, also called Frechet distance.

Source: Dowson and Landau 1982; on features of a network it is the FID of Heusel et al. 2017.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec
import numpy as np

from springhead.core.nouns import Floats, Measurement
from springhead.core.seeds import stream
from springhead.modalities.intervals import CONFIDENCE
from springhead.modalities.vector.checks import checked

Law = tuple[Floats, Floats]


def fitted(batch: Floats) -> Law:
    """Return mean (d,) and unbiased covariance (d, d)."""
    return batch.mean(axis=0), np.atleast_2d(np.cov(batch, rowvar=False))


def _root(covariance: Floats) -> Floats:
    values, vectors = np.linalg.eigh(covariance)
    root: Floats = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return root


def bures(first: Law, second: Law, root: Floats | None = None) -> float:
    """Return |m1 - m2|^2 + tr(S1 + S2 - 2 (S1^1/2 S2 S1^1/2)^1/2); `root` is S1^1/2 where known."""
    half = _root(first[1]) if root is None else root
    values = np.linalg.eigvalsh(half @ second[1] @ half)
    cross = np.sqrt(np.maximum(values, 0.0)).sum()
    shift = float(((first[0] - second[0]) ** 2).sum())
    return max(0.0, shift + float(np.trace(first[1]) + np.trace(second[1]) - 2.0 * cross))


def _redraws(batch: Floats, law: Law, count: int, rng: np.random.Generator) -> Floats:
    """Distances between a fitted law and its redraws; at most 100 groups of records are redrawn whole.

    Sums of moments per group stand in for records: one pass over the data, whatever the number of redraws.
    """
    n, size = batch.shape
    groups = min(n, 100)
    parts = np.array_split(batch[rng.permutation(n)] - law[0], groups)
    sizes = np.array([len(part) for part in parts], np.float64)
    sums = np.array([part.sum(axis=0) for part in parts])
    squares = np.array([part.T @ part for part in parts]).reshape(groups, -1)
    root, zero = _root(law[1]), (np.zeros(size), law[1])
    distances = np.empty(count)
    for draw in range(count):
        times = rng.multinomial(groups, np.full(groups, 1.0 / groups)).astype(np.float64)
        total = times @ sizes
        mean = times @ sums / total
        second = (times @ squares).reshape(size, size) / total - np.outer(mean, mean)
        distances[draw] = np.sqrt(bures(zero, (mean, second * total / (total - 1.0)), root))
    return distances


class Bures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Squared 2-Wasserstein distance between the Gaussians fitted to reference and sample (Frechet distance).

    The interval is the triangle inequality on the distance itself with `resamples` bootstrap redraws of how far
    each fitted Gaussian lies from the law's own, then squared: at least 95 %, also where the distance is 0.
    """

    name: ClassVar[str] = "bures"
    worse: ClassVar[Literal["higher"]] = "higher"
    resamples: int = 60
    seed: int = 0

    def measure(self, reference: Floats, sample: Floats, /) -> Measurement:
        """Measure the squared distance between (n, d) and (m, d), in squared units of the coordinates."""
        reference, sample = checked(self.name, reference, sample, 2)
        laws = fitted(reference), fitted(sample)
        value = 0.0 if np.array_equal(reference, sample) else bures(*laws)
        rng = stream(self.seed, "metric/bures")
        noise = sum(
            _redraws(batch, law, self.resamples, rng)
            for batch, law in zip((reference, sample), laws, strict=True)
        )
        radius = float(np.quantile(noise, CONFIDENCE))
        low = max(0.0, np.sqrt(value) - radius) ** 2
        return Measurement(value, float(min(value, low)), float((np.sqrt(value) + radius) ** 2), len(sample))
