"""The quantifiers against QuaPy, and the bootstrap against what it estimates."""

from __future__ import annotations

import numpy as np
import pytest

from springhead.evidence.adjusted_count import adjusted_count, adjusted_count_shares, known_rates_interval
from springhead.evidence.bootstrap import replicates
from springhead.evidence.expectation_maximisation import (
    expectation_maximisation,
    expectation_maximisation_shares,
)
from springhead.evidence.kde_mixture import kde_mixture_shares
from springhead.evidence.samples import cut_points, make_sample, shares


def test_adjusted_count_inverts_the_rates() -> None:
    assert adjusted_count(0.1 * 0.9 + 0.9 * 0.05, 0.9, 0.05) == pytest.approx(0.1)
    assert np.isnan(adjusted_count(0.3, 0.4, 0.4))
    low, high = known_rates_interval(100, 1000, 0.9, 0.05)
    assert low < (0.1 - 0.05) / 0.85 < high


def test_expectation_maximisation_finds_the_likeliest_share() -> None:
    """The score equation is 0 at the result (to 1e-6), the maximum of a concave likelihood."""
    rng = np.random.default_rng(1)
    target, nats = rng.dirichlet(np.ones(20), size=5), rng.normal(size=(5, 20))
    share = expectation_maximisation(target, nats)[:, None]
    slope = np.sum(target * (np.exp(nats) - 1) / (1 + share * (np.exp(nats) - 1)), axis=1)
    inside = (share[:, 0] > 1e-4) & (share[:, 0] < 1 - 1e-4)
    assert inside.any()
    assert np.abs(slope[inside]).max() < 1e-4


@pytest.mark.parametrize("share", [0.02, 0.3])
def test_quantifiers_agree_with_quapy(share: float) -> None:
    """ACC, EMQ and KDEy of QuaPy on one-dimensional scores: within 1.5 points of ours at n = 2,000."""
    methods = pytest.importorskip("quapy.method.aggregative")
    linear = pytest.importorskip("sklearn.linear_model")
    rng = np.random.default_rng(int(100 * share))
    human, synthetic = rng.normal(0, 1, 1500), rng.normal(2.5, 1, 1500)
    target = rng.normal(0, 1, 2000) + 2.5 * (rng.random(2000) < share)
    references = np.concatenate([human, synthetic])[:, None]
    labels = np.repeat([0, 1], 1500)
    theirs = {}
    for name in ("ACC", "EMQ", "KDEyML"):
        method = getattr(methods, name)(linear.LogisticRegression())
        method.fit(references, labels)
        theirs[name] = float(method.predict(target[:, None])[1])
    sample, first, second = make_sample(target), make_sample(human), make_sample(synthetic)
    cuts = cut_points(first, second)
    t, h, s = (shares(x, cuts)[None] for x in (sample, first, second))
    assert float(adjusted_count_shares(t, h, s)[0]) == pytest.approx(theirs["ACC"], abs=0.015)
    assert float(expectation_maximisation_shares(t, h, s, 1500, 1500)[0]) == pytest.approx(
        theirs["EMQ"], abs=0.015
    )
    assert float(kde_mixture_shares(t, h, s, 1500, 1500)[0]) == pytest.approx(theirs["KDEyML"], abs=0.015)


def test_bootstrap_of_clusters_is_as_wide_as_clusters_are() -> None:
    """Ten identical records per cluster: ten times the variance of single records (within 30 %)."""
    rng = np.random.default_rng(2)
    scores = np.repeat(rng.normal(size=200), 10)
    cuts = np.array([0.0])
    alone = replicates([make_sample(scores)], cuts, 2000, rng)[0][:, 1].var()
    whole = make_sample(scores, clusters=np.repeat(np.arange(200), 10))
    together = replicates([whole], cuts, 2000, rng)[0][:, 1].var()
    assert together / alone == pytest.approx(10.0, rel=0.3)


def test_shared_clusters_are_redrawn_together() -> None:
    """The same records in two samples under the same labels: the redraws are the same."""
    rng = np.random.default_rng(3)
    sample = make_sample(rng.normal(size=300), clusters=np.arange(300) // 3)
    first, second = replicates([sample, sample], np.array([-0.5, 0.5]), 50, rng)
    assert np.allclose(first, second)
