"""Real records from a mixture of round normal laws: blobs, with one group each."""

from __future__ import annotations

from typing import ClassVar

import msgspec
import numpy as np
from numpy.random import Generator

from springhead.core.nouns import Floats
from springhead.core.protocols import Drawn
from springhead.errors import BadConfiguration
from springhead.modalities.unbounded import asked_count


class MixtureSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Normal laws around `means`, (K, d), with standard deviation `spread`: one number, or one of each.

    `weights` need not add up to 1; without them all are equal. Two blobs in the plane are the default, as in
    the mixtures of Shumailov et al. 2024.
    """

    name: ClassVar[str] = "mixture"
    means: tuple[tuple[float, ...], ...] = ((-2.0, 0.0), (2.0, 0.0))
    weights: tuple[float, ...] | None = None
    spread: float | tuple[float, ...] = 1.0

    def __post_init__(self) -> None:
        size = len(self.means)
        weights = (1.0,) * size if self.weights is None else self.weights
        spreads = (self.spread,) * size if isinstance(self.spread, int | float) else self.spread
        problem = ""
        if size == 0 or len({len(mean) for mean in self.means}) != 1 or not self.means[0]:
            problem = "means that are not rows of one length"
        elif len(weights) != size or len(spreads) != size:
            problem = f"{size} means, {len(weights)} weights and {len(spreads)} spreads"
        elif not np.isfinite([*weights, *spreads, *(x for mean in self.means for x in mean)]).all():
            problem = "numbers that are not finite"
        elif min(weights) < 0.0 or sum(weights) == 0.0 or min(spreads) < 0.0:
            problem = "weights or spreads below 0, or weights that are all 0"
        if problem:
            raise BadConfiguration(
                "source 'vector/mixture'", problem, "Give one mean, weight and spread to each component."
            )

    @property
    def groups(self) -> tuple[str, ...]:
        """One group a component."""
        return tuple(f"component {number}" for number in range(1, len(self.means) + 1))

    @property
    def size(self) -> int | None:
        """A law never runs out."""
        return None

    def draw(self, count: int | None, rng: Generator, /) -> Drawn[Floats]:
        """Draw `count` independent points, float64 (count, d), and the component of each."""
        n = asked_count("vector/mixture", count)
        means = np.array(self.means, np.float64)
        ends = np.cumsum(np.ones(len(means)) if self.weights is None else np.array(self.weights, np.float64))
        labels = np.searchsorted(ends, rng.random(n) * ends[-1], side="right").astype(np.int64)
        spreads = np.broadcast_to(np.array(self.spread, np.float64), len(means))
        points = rng.standard_normal((n, means.shape[1]))
        points *= spreads[labels, None]
        points += means[labels]
        return Drawn(points, labels)
