"""Real records from the Zipf-Mandelbrot law: ranks whose shares fall as a power."""

from __future__ import annotations

from typing import ClassVar

import msgspec
import numpy as np
from numpy.random import Generator

from springhead.core.nouns import Floats
from springhead.core.protocols import Drawn
from springhead.errors import BadConfiguration
from springhead.modalities.unbounded import asked_count


class ZipfSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ranks 1 to `categories` with shares in proportion to (rank + offset)^-exponent.

    The defaults are the law of arXiv 2412.17646, figure 5; exponent 0 is the uniform law.
    """

    name: ClassVar[str] = "zipf"
    categories: int = 1000
    exponent: float = 1.0
    offset: float = 2.7

    def __post_init__(self) -> None:
        whole = 1 <= self.categories <= 10_000_000
        if not whole or not 0.0 <= self.exponent < 100.0 or not 0.0 <= self.offset < np.inf:
            raise BadConfiguration(
                "source 'vector/zipf'",
                f"categories = {self.categories}, exponent = {self.exponent}, offset = {self.offset}",
                "There are 1 to 10 million categories; exponent and offset are 0 or more.",
            )

    @property
    def groups(self) -> tuple[str, ...]:
        """One group holds all."""
        return ("all",)

    @property
    def size(self) -> int | None:
        """A law never runs out."""
        return None

    @property
    def probabilities(self) -> Floats:
        """Shares of ranks 1 to `categories`, float64."""
        ranks = np.arange(1.0, self.categories + 1.0)
        mass = (ranks + self.offset) ** -self.exponent
        shares: Floats = mass / mass.sum()
        return shares

    def draw(self, count: int | None, rng: Generator, /) -> Drawn[Floats]:
        """Draw `count` independent ranks, float64 (count, 1)."""
        n = asked_count("vector/zipf", count)
        ends = np.cumsum(self.probabilities)
        ranks = 1.0 + np.searchsorted(ends, rng.random(n) * ends[-1], side="right")
        return Drawn(ranks.reshape(n, 1), np.zeros(n, np.int64))
