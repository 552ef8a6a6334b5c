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
from springhead.modalities.counted import counted_rows, once_each
from springhead.modalities.decoding import TEMPERATURE, Setting, decoding

_NAME = "vector/categorical"
_SETTINGS = {"temperature": TEMPERATURE, "top_k": Setting(0.0, 0.0, 1e9)}


@dataclass(frozen=True, slots=True, eq=False)
class FittedCategorical:
    """Values of the records (n,), as often as they count, and their rows in the batch (n,)."""

    records: Floats
    rows: Integers

    def counted(self) -> tuple[Floats, Integers]:
        """Return the values that occur, in rising order, and how often they do."""
        values, counts = np.unique(self.records, return_counts=True)
        return values, counts.astype(np.int64)

    def sample(self, request: Request, rng: Generator, /) -> Sampled[Floats]:
        """Draw `count` values; shares to the power 1 / `temperature`, of the `top_k` most frequent (0 = all).

        Equally frequent values rank by size, smallest first. A sample's parent is a record of its value.
        """
        settings = decoding(_NAME, request, _SETTINGS)
        temperature, top = settings["temperature"], int(settings["top_k"])
        if temperature == 1.0 and top == 0:
            # A record at random has a value by its share.
            place = rng.integers(len(self.records), size=request.count)
        else:
            order = np.argsort(self.records, kind="stable")
            counts = self.counted()[1]
            bounds = np.cumsum(decoded_shares(counts, temperature, top))
            kinds = np.searchsorted(bounds, rng.random(request.count) * bounds[-1], side="right")
            within = (rng.random(request.count) * counts[kinds]).astype(np.int64)
            place = order[np.cumsum(counts)[kinds] - counts[kinds] + within]
        return Sampled(self.records[place][:, None], self.rows[place])

    def log_probability(self, batch: Floats, /) -> Floats:
        """Return log-shares of (m, 1) in nats, float64 (m,); minus infinity for values never seen."""
        points = np.ravel(batch)
        values, counts = self.counted()
        place = np.minimum(np.searchsorted(values, points), len(values) - 1)
        found: Floats = np.where(values[place] == points, np.log(counts / len(self.records))[place], -np.inf)
        return found

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return everything as named arrays."""
        return {"records": self.records, "rows": self.rows}


def decoded_shares(counts: Integers, temperature: float, top: int) -> Floats:
    """Return the shares that decoding makes of counted ones, float64 (K,)."""
    logs = np.log(counts) / temperature
    shares = np.exp(logs - logs.max())
    if 0 < top < len(shares):
        shares[np.argsort(-counts, kind="stable")[top:]] = 0.0
    decoded: Floats = shares / shares.sum()
    return decoded


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
        points = batch if once_each(copies) else batch[rows]
        if points.shape[1] != 1 or not np.isfinite(points).all() or (points != np.floor(points)).any():
            raise BadBatch(
                f"model {_NAME!r}",
                f"records of {points.shape[1]} coordinates, or values that are not whole",
                "one whole number a record",
                "Choose a source of categories, such as 'vector/zipf'.",
            )
        return FittedCategorical(points[:, 0], rows)

    def from_arrays(self, arrays: Mapping[str, NDArray[Any]], /) -> FittedCategorical:
        """Return the law that `to_arrays` saved."""
        return FittedCategorical(arrays["records"], arrays["rows"])
