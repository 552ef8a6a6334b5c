"""Metrics of images: pixels through an encoder that is fitted to the reference, or through another one."""

from typing import ClassVar, NamedTuple

import msgspec
import numpy as np
import pytest

from springhead.core import registry
from springhead.errors import NotMeasurable, TooFewToMeasure, UnknownName
from springhead.modalities.image.comparison import ImageFrechet, ImageLogVariance, ImageRecall
from springhead.modalities.image.pca import PcaEncoder
from springhead.modalities.vector.gaussian_distance import Bures


class Pictures(NamedTuple):
    pixels: np.ndarray
    labels: np.ndarray


def pictures(seed, scale=1.0, count=300):
    rng = np.random.default_rng(seed)
    axes = np.linalg.qr(np.random.default_rng(0).standard_normal((64, 5)))[0]
    pixels = 0.5 + 0.1 * scale * rng.standard_normal((count, 5)) @ axes.T
    return Pictures(pixels.astype(np.float32), np.zeros(count, np.int64))


class FirstPixels(msgspec.Struct, frozen=True):
    """Sees the first pixels only."""

    name: ClassVar[str] = "first-pixels"
    count: int = 2

    def fit(self, reference):
        return lambda batch: np.asarray(batch.pixels[:, : self.count], np.float64)


def test_components_keep_the_variance_and_the_distances():
    reference = pictures(1)
    coordinates = PcaEncoder().fit(reference)(reference)
    assert coordinates.shape == (300, 5)
    assert coordinates.mean(axis=0) == pytest.approx(np.zeros(5), abs=1e-6)
    covariance = np.cov(coordinates, rowvar=False)
    assert np.trace(covariance) == pytest.approx(reference.pixels.var(axis=0, ddof=1).sum(), rel=1e-4)
    assert covariance - np.diag(np.diag(covariance)) == pytest.approx(np.zeros((5, 5)), abs=1e-7)
    assert PcaEncoder(components=2).fit(reference)(reference) == pytest.approx(coordinates[:, :2])


def test_the_distance_is_that_of_the_pixels():
    reference, sample = pictures(1), pictures(2, 0.8)
    flat = [batch.pixels.astype(np.float64) for batch in (reference, sample)]
    expected = Bures(resamples=1).measure(*flat).value
    assert ImageFrechet().measure(reference, sample).value == pytest.approx(expected, rel=1e-3)


def test_a_contraction_shows():
    reference, sample, real = pictures(1, count=1500), pictures(2, 0.7, 1500), pictures(3, count=1500)
    found = ImageLogVariance().measure(reference, sample)
    assert found.low <= 2 * np.log(0.7) + 0.02
    assert found.high >= 2 * np.log(0.7) - 0.02
    assert ImageRecall().measure(reference, sample).high < ImageRecall().measure(reference, real).low


def test_another_encoder_can_be_named(monkeypatch):
    load = registry.load
    monkeypatch.setattr(
        registry, "load", lambda kind, name: FirstPixels if name == "image/first" else load(kind, name)
    )
    reference, sample = pictures(1), pictures(2, 0.8)
    metric = ImageFrechet(encoder="image/first", encoder_settings={"count": 3})
    flat = [batch.pixels[:, :3].astype(np.float64) for batch in (reference, sample)]
    assert metric.measure(reference, sample).value == pytest.approx(Bures().measure(*flat).value)


def test_settings_reach_the_metric_of_vectors():
    reference, sample = pictures(1), pictures(2)
    few, many = ImageRecall(settings={"k": 1}), ImageRecall(settings={"k": 20})
    assert few.measure(reference, sample).value < many.measure(reference, sample).value


def test_what_cannot_be_measured_is_told():
    with pytest.raises(UnknownName, match="image/pca"):
        ImageRecall(encoder="image/pcb").measure(pictures(1), pictures(2))
    with pytest.raises(NotMeasurable, match="shape"):
        ImageRecall().measure(np.zeros(5), np.zeros(5))
    with pytest.raises(TooFewToMeasure, match="at least 2"):
        ImageRecall().measure(pictures(1, count=1), pictures(2))
