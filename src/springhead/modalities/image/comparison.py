"""Metrics of images: those of vectors, on what an encoder that was fitted to the reference sees.

Published scores use a network's features (Heusel et al. 2017); no weights are needed here, so figures compare within
a run and not with papers. Another encoder is named by `encoder` and registered under "encoder".
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, ClassVar, Literal

import msgspec
import numpy as np

from springhead.core import registry
from springhead.core.nouns import Floats, Measurement
from springhead.modalities.image.pca import pixels_of
from springhead.modalities.vector.diversity import Duplicates, TailMass, Vendi
from springhead.modalities.vector.gaussian_distance import Bures
from springhead.modalities.vector.neighbours import Coverage, Density, Precision, Recall
from springhead.modalities.vector.spread import CovarianceTrace, LogVariance, MeanDrift
from springhead.modalities.vector.wasserstein import SlicedWasserstein

KEPT = 8
_fits: OrderedDict[bytes, Callable[[Any], Floats]] = OrderedDict()


def _encoder(name: str, settings: dict[str, Any], reference: Any, pixels: Floats) -> Callable[[Any], Floats]:
    """Fit an encoder; the last few fits are kept by the content of the reference, for the metrics share one."""
    head = f"{name}/{sorted(settings.items())}/{pixels.shape}".encode()
    key = hashlib.blake2b(head + pixels.tobytes(), digest_size=16).digest()
    if key not in _fits:
        _fits[key] = msgspec.convert(settings, registry.load("encoder", name)).fit(reference)
        while len(_fits) > KEPT:
            _fits.popitem(last=False)
    _fits.move_to_end(key)
    return _fits[key]


class _OnFeatures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Encodes both batches and asks the vector metric of the same name, with `settings` of its own."""

    inner: ClassVar[type]
    encoder: str = "image/pca"
    encoder_settings: dict[str, Any] = {}
    settings: dict[str, Any] = {}

    def measure(self, reference: Any, sample: Any, /) -> Measurement:
        """Measure n images against m of the reference; value, interval and errors as of the vector metric."""
        pixels = pixels_of(str(getattr(self, "name", "")), reference)
        encode = _encoder(self.encoder, self.encoder_settings, reference, pixels)
        metric: Any = msgspec.convert(self.settings, self.inner)
        found: Measurement = metric.measure(encode(reference), encode(sample))
        return found


class ImageFrechet(_OnFeatures, frozen=True, forbid_unknown_fields=True):
    """Squared 2-Wasserstein distance between Gaussians fitted to the features: the formula of FID."""

    name: ClassVar[str] = "frechet"
    worse: ClassVar[Literal["higher"]] = "higher"
    inner: ClassVar[type] = Bures


class ImageSlicedWasserstein(_OnFeatures, frozen=True, forbid_unknown_fields=True):
    """1-Wasserstein distance of the features, averaged over random directions."""

    name: ClassVar[str] = "sliced-wasserstein"
    worse: ClassVar[Literal["higher"]] = "higher"
    inner: ClassVar[type] = SlicedWasserstein


class ImageMeanDrift(_OnFeatures, frozen=True, forbid_unknown_fields=True):
    """Distance between the mean features, in units of the reference's root total variance."""

    name: ClassVar[str] = "mean-drift"
    worse: ClassVar[Literal["higher"]] = "higher"
    inner: ClassVar[type] = MeanDrift


class ImageCovarianceTrace(_OnFeatures, frozen=True, forbid_unknown_fields=True):
    """Total variance of the sample's features."""

    name: ClassVar[str] = "covariance-trace"
    worse: ClassVar[Literal["lower"]] = "lower"
    inner: ClassVar[type] = CovarianceTrace


class ImageLogVariance(_OnFeatures, frozen=True, forbid_unknown_fields=True):
    """Mean over features of ln(variance of the sample / variance of the reference).

    The default encoder's axes are fitted to the reference, which varies most along them: two real samples differ
    by about (features + 1) / 2n, shown by the real-versus-real value.
    """

    name: ClassVar[str] = "log-variance"
    worse: ClassVar[Literal["lower"]] = "lower"
    inner: ClassVar[type] = LogVariance


class ImagePrecision(_OnFeatures, frozen=True, forbid_unknown_fields=True):
    """Share of samples whose features lie inside the reference's nearest-neighbour balls."""

    name: ClassVar[str] = "precision"
    worse: ClassVar[Literal["lower"]] = "lower"
    inner: ClassVar[type] = Precision


class ImageRecall(_OnFeatures, frozen=True, forbid_unknown_fields=True):
    """Share of the reference whose features lie inside the samples' nearest-neighbour balls."""

    name: ClassVar[str] = "recall"
    worse: ClassVar[Literal["lower"]] = "lower"
    inner: ClassVar[type] = Recall


class ImageDensity(_OnFeatures, frozen=True, forbid_unknown_fields=True):
    """Mean number of the reference's nearest-neighbour balls around a sample's features, over k."""

    name: ClassVar[str] = "density"
    worse: ClassVar[Literal["lower"]] = "lower"
    inner: ClassVar[type] = Density


class ImageCoverage(_OnFeatures, frozen=True, forbid_unknown_fields=True):
    """Share of the reference's nearest-neighbour balls that hold the features of at least one sample."""

    name: ClassVar[str] = "coverage"
    worse: ClassVar[Literal["lower"]] = "lower"
    inner: ClassVar[type] = Coverage


class ImageVendi(_OnFeatures, frozen=True, forbid_unknown_fields=True):
    """Vendi score of the features: an effective number of different images."""

    name: ClassVar[str] = "vendi"
    worse: ClassVar[Literal["lower"]] = "lower"
    inner: ClassVar[type] = Vendi


class ImageTailMass(_OnFeatures, frozen=True, forbid_unknown_fields=True):
    """Share of samples whose features lie further out than all but 5 % of the reference."""

    name: ClassVar[str] = "tail-mass"
    worse: ClassVar[Literal["lower"]] = "lower"
    inner: ClassVar[type] = TailMass


class ImageDuplicates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Share of images that repeat an earlier one of the sample pixel by pixel.

    Interval as of the metric of vectors.
    """

    name: ClassVar[str] = "duplicates"
    worse: ClassVar[Literal["higher"]] = "higher"

    def measure(self, reference: Any, sample: Any, /) -> Measurement:
        """Measure n images, in [0, 1); the reference is not used."""
        pixels = np.ascontiguousarray(pixels_of(self.name, sample))
        return Duplicates().measure(pixels_of(self.name, reference), pixels)
