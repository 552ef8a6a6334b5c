"""Class-conditional probabilistic principal components: the simplest model of images, fitted in closed form."""

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
from springhead.errors import BadConfiguration
from springhead.modalities.counted import check_copies
from springhead.modalities.decoding import TRUNCATION, decoding
from springhead.modalities.image.arrays import Images, checked_images
from springhead.modalities.image.classes import Classes, asked_classes, trained_classes
from springhead.modalities.image.principal import principal

NAME = "image/ppca"


@dataclass(frozen=True, slots=True, eq=False)
class FittedPpca:
    """One normal law per class: means (c, p), loadings (c, p, q) and noise variances (c,)."""

    classes: Classes
    means: Floats
    loadings: Floats
    variances: Floats

    def sample(self, request: Request, rng: Generator, /) -> Sampled[Images]:
        """Draw images clipped to [0, 1], classes by their training shares or as `conditions` ask.

        `truncation` multiplies the variance of latents and noise (lambda of arXiv 2307.01850).
        """
        truncation = decoding(NAME, request, {"truncation": TRUNCATION})["truncation"]
        places = asked_classes(NAME, request, self.classes, rng)
        latents = rng.standard_normal((request.count, self.loadings.shape[2]), np.float32)
        pixels = rng.standard_normal((request.count, self.means.shape[1]), np.float32)
        pixels *= np.sqrt(truncation * self.variances).astype(np.float32)[places, None]
        pixels += self._clean(latents, places, truncation)
        np.clip(pixels, 0.0, 1.0, out=pixels)
        labels = self.classes.labels[places]
        return Sampled(Images(pixels, labels), groups=labels)

    def decode(self, latents: Floats, labels: Integers, truncation: float = 1.0) -> Images:
        """Return the images, without noise, of standard normal latents (n, q) for known labels (n,).

        The same latents show in every generation what became of the same image.
        """
        request = Request(len(latents), np.asarray(labels).tolist())
        places = asked_classes(NAME, request, self.classes, np.random.default_rng(0))
        pixels = self._clean(np.asarray(latents, np.float32), places, truncation)
        return Images(np.clip(pixels, 0.0, 1.0), self.classes.labels[places])

    def _clean(
        self, latents: NDArray[np.float32], places: Integers, truncation: float
    ) -> NDArray[np.float32]:
        pixels = np.empty((len(places), self.means.shape[1]), np.float32)
        scale = np.sqrt(truncation)
        for place in np.unique(places):
            rows = places == place
            loadings = (scale * self.loadings[place]).astype(np.float32)
            pixels[rows] = latents[rows] @ loadings.T + self.means[place].astype(np.float32)
        return pixels

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return everything as named arrays."""
        return {
            "labels": self.classes.labels, "shares": self.classes.shares, "means": self.means,
            "loadings": self.loadings, "variances": self.variances,
        }  # fmt: skip


class PpcaModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fits to each class a mean and `latents` principal components, the rest as noise equal in all pixels."""

    name: ClassVar[str] = "ppca"
    latents: int = 12

    def __post_init__(self) -> None:
        if self.latents < 1:
            raise BadConfiguration(f"model {NAME!r}", f"latents = {self.latents}", "Give 1 or more.")

    def fit(
        self,
        batch: Images,
        copies: NDArray[np.int64],
        /,
        *,
        start: Fitted[Images] | None,
        compute: Compute,
        rng: Generator,
    ) -> FittedPpca:
        """Fit in closed form; neither `start`, `compute` nor `rng` matters."""
        del start, compute, rng
        check_copies(NAME, copies)
        batch = checked_images(NAME, batch)
        classes = trained_classes(batch.labels, copies)
        fits = []
        for label in classes.labels:
            rows = np.flatnonzero((batch.labels == label) & (copies > 0))
            records = batch.pixels[rows].astype(np.float64)
            fits.append(principal(records, copies[rows].astype(np.float64), self.latents))
        means, loadings, variances = zip(*fits, strict=True)
        return FittedPpca(classes, np.stack(means), np.stack(loadings), np.array(variances))

    def from_arrays(self, arrays: Mapping[str, NDArray[Any]], /) -> FittedPpca:
        """Return the model that `to_arrays` saved."""
        classes = Classes(arrays["labels"], arrays["shares"])
        return FittedPpca(classes, arrays["means"], arrays["loadings"], arrays["variances"])
