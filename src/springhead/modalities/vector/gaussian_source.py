"""Real records from a normal law of given mean and covariance."""

from __future__ import annotations

from typing import ClassVar

import msgspec
import numpy as np
from numpy.random import Generator

from springhead.core.nouns import Floats
from springhead.core.protocols import Drawn
from springhead.errors import BadConfiguration
from springhead.modalities.unbounded import asked_count
from springhead.modalities.vector.roots import symmetric_root


class GaussianSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A normal law in `d` dimensions with one group.

    `covariance` is a list of d rows; without it the covariance is `deviation`² times the identity. The mean
    is `mean` in every dimension.
    """

    name: ClassVar[str] = "gaussian"
    d: int = 1
    mean: float = 0.0
    deviation: float = 1.0
    covariance: tuple[tuple[float, ...], ...] | None = None

    def __post_init__(self) -> None:
        if self.d < 1 or not self.deviation >= 0 or not np.isfinite(self.mean + self.deviation):
            raise BadConfiguration(
                "source 'vector/gaussian'",
                f"d = {self.d}, mean = {self.mean}, deviation = {self.deviation}",
                "d is at least 1, the mean finite and the deviation at least 0.",
            )
        if self.covariance is not None:
            _check_covariance(np.array(self.covariance, np.float64, ndmin=2), self.d)

    @property
    def groups(self) -> tuple[str, ...]:
        """One group holds all."""
        return ("all",)

    @property
    def size(self) -> int | None:
        """A law never runs out."""
        return None

    def draw(self, count: int | None, rng: Generator, /) -> Drawn[Floats]:
        """Draw `count` independent points, float64 (count, d)."""
        n = asked_count("vector/gaussian", count)
        points = rng.standard_normal((n, self.d))
        if self.covariance is None:
            points *= self.deviation
        else:
            points = points @ symmetric_root(np.array(self.covariance, np.float64))
        points += self.mean
        return Drawn(points, np.zeros(n, np.int64))


def _check_covariance(covariance: Floats, d: int) -> None:
    problem = ""
    if covariance.shape != (d, d):
        problem = f"a covariance of shape {covariance.shape} for d = {d}"
    elif not np.isfinite(covariance).all() or not np.allclose(covariance, covariance.T):
        problem = "a covariance that is not finite and symmetric"
    elif np.linalg.eigvalsh(covariance)[0] < -1e-9 * max(np.trace(covariance), 1.0):
        problem = "a covariance with a negative eigenvalue"
    if problem:
        raise BadConfiguration(
            "source 'vector/gaussian'", problem, "Give d rows of d numbers, positive semi-definite."
        )
