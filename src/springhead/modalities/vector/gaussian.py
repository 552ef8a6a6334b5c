"""The Gaussian with full covariance: mean and covariance in closed form, the laboratory's simplest model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import msgspec
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from springhead.core.nouns import Floats, Request
from springhead.core.protocols import Compute, Fitted, Sampled
from springhead.modalities.counted import check_copies, check_finite, once_each
from springhead.modalities.decoding import TRUNCATION, decoding
from springhead.modalities.vector.draws import normals
from springhead.modalities.vector.roots import symmetric_root


@dataclass(frozen=True, slots=True, eq=False)
class FittedGaussian:
    """A normal law with mean (d,) and a factor (d, d) whose product with its transpose is the covariance."""

    mean: Floats
    factor: Floats

    @property
    def covariance(self) -> Floats:
        """Covariance matrix, float64 (d, d)."""
        covariance: Floats = self.factor @ self.factor.T
        return covariance

    def sample(self, request: Request, rng: Generator, /) -> Sampled[Floats]:
        """Draw `count` points; `truncation` multiplies the covariance (lambda of arXiv 2307.01850)."""
        truncation = decoding("vector/gaussian", request, {"truncation": TRUNCATION})["truncation"]
        if len(self.mean) == 1:
            scale = float(np.sqrt(truncation) * self.factor[0, 0])
            return Sampled(normals(request.count, 1, scale, float(self.mean[0]), rng))
        return Sampled(self.decode(normals(request.count, len(self.mean), 1.0, 0.0, rng), truncation))

    def decode(self, latents: Floats, truncation: float = 1.0) -> Floats:
        """Return the points of standard normal latents (n, d): the same ones in every generation."""
        scale = np.sqrt(truncation)
        if len(self.mean) == 1:
            latents = latents * (scale * self.factor[0, 0])
            latents += self.mean
            return latents
        points: Floats = latents @ (scale * self.factor).T + self.mean
        return points

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return everything as named arrays."""
        return {"mean": self.mean, "factor": self.factor}


class GaussianModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fits mean and covariance.

    `estimate` is "unbiased" (divisor n - 1) or "mle" (divisor n); one record alone has variance 0 by either.
    """

    name: ClassVar[str] = "gaussian"
    estimate: Literal["unbiased", "mle"] = "unbiased"

    def fit(
        self,
        batch: Floats,
        copies: NDArray[np.int64],
        /,
        *,
        start: Fitted[Floats] | None,
        compute: Compute,
        rng: Generator,
    ) -> FittedGaussian:
        """Fit in closed form; neither `start`, `compute` nor `rng` matters."""
        del start, compute, rng
        check_copies("vector/gaussian", copies)
        total = int(copies.sum())
        weights = None if once_each(copies) else copies.astype(np.float64)
        mean = batch.mean(0) if weights is None else weights @ batch / total
        centred = batch - mean
        scaled = centred if weights is None else centred * weights[:, None]
        divisor = max(total - (self.estimate == "unbiased"), 1)
        covariance = scaled.T @ centred / divisor
        check_finite("vector/gaussian", mean, covariance)
        return FittedGaussian(mean, symmetric_root(covariance))

    def from_arrays(self, arrays: Mapping[str, NDArray[Any]], /) -> FittedGaussian:
        """Return the law that `to_arrays` saved."""
        return FittedGaussian(arrays["mean"], arrays["factor"])
