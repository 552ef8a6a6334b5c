"""The categorical law by maximum likelihood: shares of whole numbers as counted, nothing for the unseen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from springhead.core.nouns import Floats, Integers, Request
from springhead.core.protocols import Compute, Fitted, Sampled
from springhead.errors import BadBatch
from springhead.modalities.counted import counted_rows
from springhead.modalities.decoding import TEMPERATURE, Setting, decoding

_NAME = "vector/categorical"
_SETTINGS = {"temperature": TEMPERATURE, "top_k": Setting(0.0, 0.0, 1e9)}


@dataclass(frozen=True, slots=True, eq=False)
class FittedCategorical:
    """Values (K,) in rising order, where their records end in `rows` (K,), and rows of the batch (n,) by value."""

    values: Floats
    ends: Integers
    rows: Integers

    @property
    def counts(self) -> Integers:
        """Records of each value, int64 (K,)."""
        return np.diff(self.ends, prepend=0)

    def sample(self, request: Request, rng: Generator, /) -> Sampled[Floats]:
        """Draw `count` values; shares to the power 1 / `temperature`, of the `top_k` most frequent (0 = all).

        Equally frequent values rank by size, smallest first. A sample's parent is a record of its value.
        """
        settings = decoding(_NAME, request, _SETTINGS)
        temperature, top = settings["temperature"], int(settings["top_k"])
        if temperature == 1.0 and not 0 < top < len(self.values):
            place = rng.integers(self.ends[-1], size=request.count)
            kinds = np.searchsorted(self.ends, place, side="right")
        else:
            shares = self.decoded(temperature, top)
            bounds = np.cumsum(shares)
            kinds = np.searchsorted(bounds, rng.random(request.count) * bounds[-1], side="right")
            counts = self.counts[kinds]
            place = self.ends[kinds] - counts + (rng.random(request.count) * counts).astype(np.int64)
        return Sampled(self.values[kinds][:, None], self.rows[place])

    def decoded(self, temperature: float, top: int) -> Floats:
        """Return the shares that decoding makes of the counted ones, float64 (K,)."""
        logs = np.log(self.counts) / temperature
        shares = np.exp(logs - logs.max())
        if 0 < top < len(shares):
            shares[np.argsort(-self.counts, kind="stable")[top:]] = 0.0
        decoded: Floats = shares / shares.sum()
        return decoded

    def log_probability(self, batch: Floats, /) -> Floats:
        """Return log-shares of (m, 1) in nats, float64 (m,); minus infinity for values never seen."""
        points = np.ravel(batch)
        place = np.minimum(np.searchsorted(self.values, points), len(self.values) - 1)
        logs = np.log(self.counts / self.ends[-1])[place]
        found: Floats = np.where(self.values[place] == points, logs, -np.inf)
        return found

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return everything as named arrays."""
        return {"values": self.values, "ends": self.ends, "rows": self.rows}


class CategoricalModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Shares of whole numbers, as counted."""

    name: ClassVar[str] = "categorical"

    def fit(
        self,
        batch: Floats,
        copies: NDArray[np.int64],
        /,
        *,
        start: Fitted[Floats] | None,
        compute: Compute,
        rng: Generator,
    ) -> FittedCategorical:
        """Count; neither `start`, `compute` nor `rng` matters. Raises BadBatch for what is not whole numbers."""
        del start, compute, rng
        rows = counted_rows(_NAME, copies)
        points = batch[rows]
        if points.shape[1] != 1 or not np.isfinite(points).all() or (points != np.floor(points)).any():
            raise BadBatch(
                f"model {_NAME!r}",
                f"records of {points.shape[1]} coordinates, or values that are not whole",
                "one whole number a record",
                "Choose a source of categories, such as 'vector/zipf'.",
            )
        order = np.argsort(points[:, 0], kind="stable")
        ordered = points[order, 0]
        ends = np.append(np.flatnonzero(np.diff(ordered)) + 1, len(ordered)).astype(np.int64)
        return FittedCategorical(ordered[ends - 1], ends, rows[order])

    def from_arrays(self, arrays: Mapping[str, NDArray[Any]], /) -> FittedCategorical:
        """Return the law that `to_arrays` saved."""
        return FittedCategorical(arrays["values"], arrays["ends"], arrays["rows"])
