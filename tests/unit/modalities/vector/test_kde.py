"""The kernel density estimate against scipy's and closed forms."""

import numpy as np
import pytest
from scipy import stats

from springhead.core.nouns import Request
from springhead.core.protocols import Compute
from springhead.errors import BadBatch, BadConfiguration, NotMeasurable
from springhead.modalities.vector.kde import KdeModel


def rng(seed=0):
    return np.random.default_rng(seed)


def fit(batch, copies=None, **settings):
    copies = np.ones(len(batch), np.int64) if copies is None else copies
    return KdeModel(**settings).fit(batch, copies, start=None, compute=Compute(), rng=rng())


@pytest.mark.parametrize("rule", ["scott", "silverman"])
@pytest.mark.parametrize("d", [1, 3])
def test_kernel_and_density_are_those_of_scipy(rule, d):
    batch = rng(1).standard_normal((60, d)) @ rng(2).standard_normal((d, d))
    known = stats.gaussian_kde(batch.T, rule)
    fitted = fit(batch, bandwidth=rule)
    assert np.allclose(fitted.root @ fitted.root, known.covariance)
    points = rng(3).standard_normal((300, d))
    assert np.allclose(fitted.log_probability(points), known.logpdf(points.T))


def test_copies_are_repeated_records_to_scipy_too():
    batch, copies = rng(1).standard_normal((30, 1)), rng(2).integers(0, 4, size=30)
    known = stats.gaussian_kde(np.repeat(batch, copies, axis=0).T)
    points = rng(3).standard_normal((50, 1))
    assert np.allclose(fit(batch, copies, bandwidth="scott").log_probability(points), known.logpdf(points.T))


def test_a_fixed_bandwidth_is_the_deviation_around_the_parent():
    batch = 100.0 * np.arange(20.0).reshape(20, 1) * [1.0, -1.0]
    sampled = fit(batch, bandwidth=0.5).sample(Request(20_000), rng(4))
    noise = ((sampled.batch - batch[sampled.parents]) / 0.5).ravel()
    assert stats.kstest(noise, "norm").pvalue > 0.01
    # Every record is a parent equally often: chi-square at 1 %, fixed seed.
    assert stats.chisquare(np.bincount(sampled.parents, minlength=20)).pvalue > 0.01


def test_records_are_parents_as_often_as_they_count():
    copies = np.array([0, 1, 0, 3, 6])
    sampled = fit(np.arange(5.0).reshape(5, 1), copies).sample(Request(10_000), rng(5))
    counted = np.bincount(sampled.parents, minlength=5)
    assert counted[[0, 2]].sum() == 0
    assert stats.chisquare(counted[[1, 3, 4]], np.array([0.1, 0.3, 0.6]) * 10_000).pvalue > 0.01


@pytest.mark.parametrize("d", [1, 2])
def test_truncation_scales_the_kernel_and_no_more(d):
    batch = rng(6).standard_normal((40, d))
    fitted = fit(batch)
    plain = fitted.sample(Request(200), rng(7))
    half = fitted.sample(Request(200, decoding={"truncation": 0.25}), rng(7))
    centres = batch[plain.parents]
    assert np.allclose(half.batch - centres, 0.5 * (plain.batch - centres))
    none = fitted.sample(Request(200, decoding={"truncation": 0.0}), rng(7))
    assert np.array_equal(none.batch, batch[none.parents])


def test_variance_grows_by_the_kernel_in_every_generation():
    # Var after k generations of samples of a fixed kernel is s2 + k h2, over the law of samples: the bootstrap
    # loses a share 1/n each, so n is large; the band is five standard errors of a variance.
    n, points = 40_000, rng(8).standard_normal((40_000, 1))
    for generation in range(1, 11):
        points = fit(points, bandwidth=0.3).sample(Request(n), rng(100 + generation)).batch
    assert abs(points.var() / (1.0 + 10 * 0.09) - 1.0) < 5.0 * np.sqrt(2.0 * 11 / n)


def test_equal_records_have_samples_and_no_density():
    fitted = fit(np.full((5, 2), 3.0))
    assert np.array_equal(fitted.sample(Request(4), rng()).batch, np.full((4, 2), 3.0))
    with pytest.raises(NotMeasurable, match="density"):
        fitted.log_probability(np.zeros((1, 2)))


def test_what_cannot_be_fitted_is_refused():
    for width in (-1.0, float("nan"), float("inf")):
        with pytest.raises(BadConfiguration):
            KdeModel(bandwidth=width)
    with pytest.raises(BadBatch, match="finite"):
        fit(np.array([[1.0], [np.inf]]), bandwidth=0.1)


def test_arrays_hold_all_of_it():
    fitted = fit(rng(9).standard_normal((20, 2)), rng(9).integers(0, 3, size=20))
    again = KdeModel().from_arrays(fitted.to_arrays())
    assert np.array_equal(again.sample(Request(4), rng(1)).batch, fitted.sample(Request(4), rng(1)).batch)
