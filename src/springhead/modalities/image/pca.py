"""Principal components of the reference's pixels: the encoder of image metrics that needs no weights."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, ClassVar

import msgspec
import numpy as np

from springhead.core.nouns import Floats
from springhead.errors import NotMeasurable, TooFewToMeasure


def pixels_of(metric: str, batch: Any) -> Floats:
    """Return the pixels of a batch, float64 (n, p): its `pixels`, or the batch itself where it is an array."""
    pixels = np.asarray(getattr(batch, "pixels", batch), np.float64)
    if pixels.ndim < 2:
        raise NotMeasurable(metric, f"pixels have shape {pixels.shape}", "images by pixels")
    flat: Floats = pixels.reshape(len(pixels), math.prod(pixels.shape[1:]))
    if not np.isfinite(flat).all():
        raise NotMeasurable(metric, "pixels hold values that are not finite", "finite numbers")
    return flat


class PcaEncoder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Coordinates on the first `components` principal axes of the reference, in units of pixel values.

    What the reference never varies in is not seen: a sample that leaves its subspace looks unchanged.
    """

    name: ClassVar[str] = "pca"
    components: int = 32

    def fit(self, reference: Any, /) -> Callable[[Any], Floats]:
        """Return the map from n images to float64 (n, d), d = components or fewer."""
        pixels = pixels_of(self.name, reference)
        if len(pixels) < 2:
            raise TooFewToMeasure(self.name, len(pixels), 2, "images")
        mean = pixels.mean(axis=0)
        values, axes = np.linalg.eigh(np.atleast_2d(np.cov(pixels, rowvar=False)))
        count = max(1, min(self.components, int((values > 1e-10 * max(float(values[-1]), 1e-300)).sum())))
        kept = axes[:, ::-1][:, :count]
        # An axis has no sign of its own; the largest entry decides, so that fits agree.
        kept = kept * np.sign(kept[np.abs(kept).argmax(axis=0), np.arange(count)])

        def encode(batch: Any) -> Floats:
            coordinates: Floats = (pixels_of(PcaEncoder.name, batch) - mean) @ kept
            return coordinates

        return encode
