"""The categorical model and its source against counts and closed forms."""

import numpy as np
import pytest
from scipy import stats

from springhead.core.nouns import Request
from springhead.core.protocols import Compute
from springhead.errors import BadBatch, BadConfiguration
from springhead.modalities.vector.categorical import CategoricalModel
from springhead.modalities.vector.zipf_source import ZipfSource


def rng(seed=0):
    return np.random.default_rng(seed)


def fit(batch, copies=None):
    copies = np.ones(len(batch), np.int64) if copies is None else copies
    return CategoricalModel().fit(batch, copies, start=None, compute=Compute(), rng=rng())


WORDS = np.array([3, 1, 3, 8, 3, 1, -2, 3, 1, 3], np.float64).reshape(10, 1)


def test_shares_are_counts():
    fitted = fit(WORDS)
    assert [part.tolist() for part in fitted.counted()] == [[-2, 1, 3, 8], [1, 3, 5, 1]]
    asked = np.array([[3.0], [8.0], [2.0], [99.0]])
    assert np.allclose(np.exp(fitted.log_probability(asked)), [0.5, 0.1, 0.0, 0.0])


@pytest.mark.parametrize(
    ("decoding", "wanted"),
    [
        ({}, np.array([1, 3, 5, 1])),
        ({"temperature": 0.5}, np.array([1, 9, 25, 1])),
        ({"temperature": 2.0}, np.sqrt([1, 3, 5, 1])),
        ({"top_k": 2}, np.array([0, 3, 5, 0])),
        ({"top_k": 3}, np.array([1, 3, 5, 0])),
        ({"top_k": 4}, np.array([1, 3, 5, 1])),
        ({"top_k": 1, "temperature": 10.0}, np.array([0, 0, 1, 0])),
    ],
)
def test_samples_follow_the_decoded_law(decoding, wanted):
    fitted = fit(WORDS)
    sampled = fitted.sample(Request(20_000, decoding=decoding), rng(1))
    counted = np.array([(sampled.batch[:, 0] == value).sum() for value in fitted.counted()[0]])
    assert counted[wanted == 0].sum() == 0
    if (wanted > 0).sum() > 1:
        expected = wanted[wanted > 0] / wanted.sum() * 20_000
        assert stats.chisquare(counted[wanted > 0], expected).pvalue > 0.01
    # The parent holds the value, and records of one value are parents equally often.
    assert np.array_equal(WORDS[sampled.parents], sampled.batch)
    of_three = np.bincount(sampled.parents, minlength=10)[WORDS[:, 0] == 3]
    assert stats.chisquare(of_three).pvalue > 0.001


def test_copies_count():
    copies = np.array([0, 2, 0, 5, 0, 0, 0, 0, 0, 1])
    fitted = fit(WORDS, copies)
    assert [part.tolist() for part in fitted.counted()] == [[1, 3, 8], [2, 1, 5]]
    assert set(fitted.sample(Request(500), rng()).parents.tolist()) == {1, 3, 9}


def test_survivors_of_a_loop_are_as_many_as_the_law_says():
    # E(types after one draw of n) = sum 1 - (1 - p)^n; after k draws the survival law 1 - exp(-n p g_k).
    source, n = ZipfSource(), 1000
    kept = np.zeros((20, 2))
    for run in range(20):
        batch = source.draw(n, rng(run)).batch
        for generation in range(2, 11):
            if generation == 2:
                kept[run, 0] = len(np.unique(batch))
            batch = fit(batch).sample(Request(n), rng(1000 * run + generation)).batch
        kept[run, 1] = len(np.unique(batch))
    p, g = source.probabilities, [1.0]
    for _ in range(9):
        g.append(1.0 - np.exp(-g[-1]))
    wanted = [(1.0 - (1.0 - p) ** n).sum(), (1.0 - np.exp(-n * p * g[9])).sum()]
    errors = kept.std(axis=0, ddof=1) / np.sqrt(20)
    assert (np.abs(kept.mean(axis=0) - wanted) < 4.0 * errors).all()


def test_ranks_follow_zipf_and_mandelbrot():
    source = ZipfSource(categories=50, exponent=1.3, offset=2.0)
    drawn = source.draw(50_000, rng(2)).batch[:, 0]
    weights = (np.arange(1, 51) + 2.0) ** -1.3
    counted = np.bincount(drawn.astype(int) - 1, minlength=50)
    assert stats.chisquare(counted, weights / weights.sum() * 50_000).pvalue > 0.01


def test_what_cannot_be_fitted_or_drawn_is_refused():
    for batch in (np.array([[0.5]]), np.array([[np.nan]]), np.ones((3, 2))):
        with pytest.raises(BadBatch, match="whole"):
            fit(batch)
    for settings in ({"categories": 0}, {"exponent": -1.0}, {"offset": -0.1}, {"exponent": float("nan")}):
        with pytest.raises(BadConfiguration):
            ZipfSource(**settings)


def test_arrays_hold_all_of_it():
    fitted = fit(WORDS)
    again = CategoricalModel().from_arrays(fitted.to_arrays())
    assert np.array_equal(again.sample(Request(9), rng(1)).parents, fitted.sample(Request(9), rng(1)).parents)
