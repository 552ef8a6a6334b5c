"""The Gaussian mixture with full covariances, fitted by EM."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from springhead.core.nouns import Floats, Request
from springhead.core.protocols import Compute, Fitted, Sampled
from springhead.errors import BadConfiguration
from springhead.modalities.counted import check_copies, check_finite, once_each
from springhead.modalities.decoding import TRUNCATION, decoding
from springhead.modalities.vector.expectation import climb, draw_points, seed_labels, start_from_labels
from springhead.modalities.vector.roots import whitening

_NAME = "vector/mixture"


@dataclass(frozen=True, slots=True, eq=False)
class FittedMixture:
    """Weights (K,), means (K, d) and covariances (K, d, d); a component that died has weight 0."""

    weights: Floats
    means: Floats
    covariances: Floats
    iterations: int

    def sample(self, request: Request, rng: Generator, /) -> Sampled[Floats]:
        """Draw `count` points; `truncation` multiplies every component's covariance.

        Components have no names that last, so the samples' groups are left open.
        """
        truncation = decoding(_NAME, request, {"truncation": TRUNCATION})["truncation"]
        factors = np.linalg.cholesky(self.covariances) * np.sqrt(truncation)
        return Sampled(draw_points(request.count, np.cumsum(self.weights), self.means, factors, rng))

    def log_probability(self, batch: Floats, /) -> Floats:
        """Return the log-density at (m, d) in nats, float64 (m,)."""
        parts = []
        for weight, mean, covariance in zip(self.weights, self.means, self.covariances, strict=True):
            if weight > 0.0:
                white, peak = whitening(_NAME, covariance)
                parts.append(np.log(weight) + peak - 0.5 * (((batch - mean) @ white.T) ** 2).sum(axis=1))
        return np.asarray(np.logaddexp.reduce(np.array(parts), axis=0), np.float64)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return everything as named arrays."""
        return {
            "weights": self.weights,
            "means": self.means,
            "covariances": self.covariances,
            "iterations": np.array(self.iterations),
        }


class MixtureModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mixture of `components` normal laws.

    EM stops where the mean log-likelihood gains less than `tolerance` nats, or after `iterations`. Eigenvalues
    of covariances are at least `floor`, so that no component shrinks onto one record.
    """

    name: ClassVar[str] = "mixture"
    components: int = 2
    tolerance: float = 1e-5
    iterations: int = 2000
    floor: float = 1e-6

    def __post_init__(self) -> None:
        whole = self.components >= 1 and self.iterations >= 1
        if not whole or not 0.0 < self.floor < np.inf or not self.tolerance >= 0.0:
            found = ", ".join(f"{key} = {getattr(self, key)}" for key in self.__struct_fields__)
            action = "components and iterations are at least 1, floor above 0, tolerance at least 0."
            raise BadConfiguration(f"model {_NAME!r}", found, action)

    def fit(
        self,
        batch: Floats,
        copies: NDArray[np.int64],
        /,
        *,
        start: Fitted[Floats] | None,
        compute: Compute,
        rng: Generator,
    ) -> FittedMixture:
        """Fit by EM from k-means++ seeds, or from `start`; `compute.steps` caps the iterations."""
        check_copies(_NAME, copies)
        if once_each(copies):
            points, counts = np.ascontiguousarray(batch), np.ones(len(batch))
        else:
            points, counts = batch[copies > 0], copies[copies > 0].astype(np.float64)
        check_finite(_NAME, points)
        size, d = self.components, points.shape[1]
        if isinstance(start, FittedMixture) and start.means.shape == (size, d):
            weights, means, covariances = start.weights.copy(), start.means.copy(), start.covariances.copy()
        else:
            weights, means = np.zeros(size), np.zeros((size, d))
            covariances = np.tile(self.floor * np.eye(d), (size, 1, 1))
            labels = seed_labels(points, counts, size, rng)
            start_from_labels(points, counts, labels, self.floor, weights, means, covariances)
        steps = self.iterations if compute.steps is None else min(self.iterations, compute.steps)
        used = climb(points, counts, weights, means, covariances, self.floor, self.tolerance, steps)
        check_finite(_NAME, means, covariances)
        return FittedMixture(weights, means, covariances, int(used))

    def from_arrays(self, arrays: Mapping[str, NDArray[Any]], /) -> FittedMixture:
        """Return the mixture that `to_arrays` saved."""
        return FittedMixture(
            arrays["weights"], arrays["means"], arrays["covariances"], int(arrays["iterations"])
        )
