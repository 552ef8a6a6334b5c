"""A mixture of factor analysers in every class: shapes within a class, each with noise pixel by pixel."""

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
from springhead.modalities.image.analysers import Analysers, begin, step
from springhead.modalities.image.arrays import Images, checked_images
from springhead.modalities.image.classes import Classes, asked_classes, trained_classes

NAME = "image/factors"


@dataclass(frozen=True, slots=True, eq=False)
class FittedFactors:
    """Parts of all classes one after another; those of class i are `starts[i]` to `starts[i + 1]`."""

    classes: Classes
    starts: Integers
    parts: Analysers

    def sample(self, request: Request, rng: Generator, /) -> Sampled[Images]:
        """Draw images clipped to [0, 1], classes by their training shares or as `conditions` ask.

        `truncation` multiplies the variance of latents and noise within a part (lambda of arXiv 2307.01850).
        """
        truncation = decoding(NAME, request, {"truncation": TRUNCATION})["truncation"]
        places = asked_classes(NAME, request, self.classes, rng)
        scale = np.float32(np.sqrt(truncation))
        uniform = rng.random(request.count)
        latents = scale * rng.standard_normal((request.count, self.parts.loadings.shape[2]), np.float32)
        pixels = scale * rng.standard_normal((request.count, self.parts.means.shape[1]), np.float32)
        for part, rows in self._rows(places, uniform):
            pixels[rows] *= np.sqrt(self.parts.variances[part]).astype(np.float32)
            pixels[rows] += latents[rows] @ self.parts.loadings[part].T.astype(np.float32)
            pixels[rows] += self.parts.means[part].astype(np.float32)
        np.clip(pixels, 0.0, 1.0, out=pixels)
        labels = self.classes.labels[places]
        return Sampled(Images(pixels, labels), groups=labels)

    def _rows(self, places: Integers, uniform: Floats) -> list[tuple[int, Integers]]:
        """Rows of each part that has any, by shares within the class."""
        found = []
        for place in np.unique(places):
            own = np.flatnonzero(places == place)
            first, end = int(self.starts[place]), int(self.starts[place + 1])
            bounds = np.cumsum(self.parts.shares[first:end])
            parts = np.minimum(np.searchsorted(bounds, uniform[own], side="right"), end - first - 1)
            found += [(first + int(part), own[parts == part]) for part in np.unique(parts)]
        return found

    def of_class(self, place: int) -> Analysers:
        """Return the parts of one class."""
        span = slice(int(self.starts[place]), int(self.starts[place + 1]))
        return Analysers(*(array[span] for array in self.parts))

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return everything as named arrays."""
        return {
            "labels": self.classes.labels, "class_shares": self.classes.shares, "starts": self.starts,
            **self.parts._asdict(),
        }  # fmt: skip


class FactorsModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fits up to `parts` factor analysers of `latents` factors to each class, in `steps` steps of EM.

    A class has one part per 20 records, at least one. A start that has the same class goes on from there.
    """

    name: ClassVar[str] = "factors"
    parts: int = 3
    latents: int = 6
    steps: int = 12

    def __post_init__(self) -> None:
        if self.parts < 1 or self.latents < 1 or self.steps < 0:
            found = f"parts = {self.parts}, latents = {self.latents}, steps = {self.steps}"
            raise BadConfiguration(f"model {NAME!r}", found, "Parts and latents are at least 1, steps 0.")

    def fit(
        self,
        batch: Images,
        copies: NDArray[np.int64],
        /,
        *,
        start: Fitted[Images] | None,
        compute: Compute,
        rng: Generator,
    ) -> FittedFactors:
        """Fit class by class; `compute.steps` replaces `steps`."""
        check_copies(NAME, copies)
        batch = checked_images(NAME, batch)
        classes = trained_classes(batch.labels, copies)
        steps = self.steps if compute.steps is None else compute.steps
        laws = []
        for label in classes.labels:
            rows = np.flatnonzero((batch.labels == label) & (copies > 0))
            records, weights = batch.pixels[rows].astype(np.float64), copies[rows].astype(np.float64)
            law = self._begin(start, int(label), records, weights, rng)
            squares = records**2
            for _ in range(steps):
                law = step(records, squares, weights, law)[0]
            laws.append(law)
        starts = np.concatenate([[0], np.cumsum([len(law.shares) for law in laws])]).astype(np.int64)
        return FittedFactors(classes, starts, Analysers(*map(np.concatenate, zip(*laws, strict=True))))

    def _begin(
        self, start: Fitted[Images] | None, label: int, records: Floats, weights: Floats, rng: Generator
    ) -> Analysers:
        if isinstance(start, FittedFactors) and label in start.classes.labels:
            law = start.of_class(int(np.searchsorted(start.classes.labels, label)))
            if law.loadings.shape[1:] == (records.shape[1], self.latents):
                return law
        parts = max(1, min(self.parts, int(weights.sum()) // 20))
        return begin(records, weights, parts, self.latents, rng)

    def from_arrays(self, arrays: Mapping[str, NDArray[Any]], /) -> FittedFactors:
        """Return the model that `to_arrays` saved."""
        classes = Classes(arrays["labels"], arrays["class_shares"])
        parts = Analysers(*(arrays[name] for name in Analysers._fields))
        return FittedFactors(classes, arrays["starts"], parts)
