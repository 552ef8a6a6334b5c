"""The kernel density estimate: a sample is a training record, its parent, plus Gaussian noise.

Sources: Scott 1992 and Silverman 1986 (bandwidths); loops over it: arXiv 2410.16713, 2602.16065.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import msgspec
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from springhead.core.nouns import Floats, Integers, Request
from springhead.core.protocols import Compute, Fitted, Sampled
from springhead.errors import BadConfiguration
from springhead.modalities.counted import check_finite, counted_rows, once_each
from springhead.modalities.decoding import TRUNCATION, decoding
from springhead.modalities.vector.draws import around_centres
from springhead.modalities.vector.roots import symmetric_root, whitening

_NAME = "vector/kde"
_BLOCK = 256


@dataclass(frozen=True, slots=True, eq=False)
class FittedKde:
    """Centres (n, d), as often as they count, their rows in the batch (n,), and a root (d, d) of the kernel.

    `root` is symmetric and its square is the kernel's covariance.
    """

    centres: Floats
    rows: Integers
    root: Floats

    def sample(self, request: Request, rng: Generator, /) -> Sampled[Floats]:
        """Draw `count` points; `truncation` multiplies the kernel's covariance, 0 = the bootstrap.

        A sample's parent is the row of its centre.
        """
        truncation = decoding(_NAME, request, {"truncation": TRUNCATION})["truncation"]
        points, chosen = around_centres(request.count, self.centres, np.sqrt(truncation) * self.root, rng)
        return Sampled(points, self.rows[chosen])

    def log_probability(self, batch: Floats, /) -> Floats:
        """Return the log-density at (m, d) in nats, float64 (m,); raises NotMeasurable without one."""
        white, peak = whitening(_NAME, self.root @ self.root)
        centres, points = self.centres @ white.T, batch @ white.T
        found = np.empty(len(batch))
        for start in range(0, len(batch), _BLOCK):
            block = points[start : start + _BLOCK]
            squares = ((block[:, None, :] - centres) ** 2).sum(axis=2)
            logs = -0.5 * squares
            most = logs.max(axis=1)
            found[start : start + _BLOCK] = most + np.log(np.exp(logs - most[:, None]).sum(axis=1))
        found += peak - np.log(len(centres))
        return found

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return everything as named arrays."""
        return {"centres": self.centres, "rows": self.rows, "root": self.root}


class KdeModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A Gaussian kernel around every record.

    `bandwidth` is the kernel's standard deviation in every coordinate, or the rule that multiplies the records'
    unbiased covariance by h²: "scott" h = n^(-1/(d+4)), "silverman" h = (n (d+2)/4)^(-1/(d+4)).
    """

    name: ClassVar[str] = "kde"
    bandwidth: float | Literal["silverman", "scott"] = "silverman"

    def __post_init__(self) -> None:
        width = self.bandwidth
        if not isinstance(width, str) and not 0.0 <= width < np.inf:
            raise BadConfiguration(
                f"model {_NAME!r}", f"bandwidth = {width}", "Give 0 or more, 'silverman' or 'scott'."
            )

    def fit(
        self,
        batch: Floats,
        copies: NDArray[np.int64],
        /,
        *,
        start: Fitted[Floats] | None,
        compute: Compute,
        rng: Generator,
    ) -> FittedKde:
        """Keep the records that count and choose the kernel; neither `start`, `compute` nor `rng` matters."""
        del start, compute, rng
        rows = counted_rows(_NAME, copies)
        centres = np.ascontiguousarray(batch) if once_each(copies) else batch[rows]
        root = self._root(centres)
        check_finite(_NAME, centres, root)
        return FittedKde(centres, rows, root)

    def _root(self, centres: Floats) -> Floats:
        total, d = centres.shape
        if not isinstance(self.bandwidth, str):
            return float(self.bandwidth) * np.eye(d)
        centred = centres - centres.mean(axis=0)
        covariance = centred.T @ centred / max(total - 1, 1)
        check_finite(_NAME, covariance)
        size = total if self.bandwidth == "scott" else total * (d + 2) / 4.0
        root: Floats = symmetric_root(covariance) * size ** (-1.0 / (d + 4))
        return root

    def from_arrays(self, arrays: Mapping[str, NDArray[Any]], /) -> FittedKde:
        """Return the estimate that `to_arrays` saved."""
        return FittedKde(arrays["centres"], arrays["rows"], arrays["root"])
