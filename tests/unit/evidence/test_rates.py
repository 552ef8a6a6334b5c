"""Rates and conformal p-values against scipy and against their own laws."""

from __future__ import annotations

import numpy as np
import pytest

from springhead.evidence.conformal import conformal, leave_one_cluster_out, realised_band
from springhead.evidence.rates import (
    beta_cdf,
    beta_quantile,
    clopper_pearson,
    excess_p_values,
    false_positive_rates,
    holm,
    ratio_lower_limit,
    student_quantile,
)

special = pytest.importorskip("scipy.special")
stats = pytest.importorskip("scipy.stats")


def test_beta_functions_match_scipy() -> None:
    rng = np.random.default_rng(1)
    a, b = 10 ** rng.uniform(-1, 4, 500), 10 ** rng.uniform(-1, 4, 500)
    x, p = rng.random(500), 10 ** rng.uniform(-8, 0, 500)
    assert np.abs(beta_cdf(a, b, x) - special.betainc(a, b, x)).max() < 1e-10
    assert np.abs(beta_quantile(p, a, b) - special.betaincinv(a, b, p)).max() < 1e-10


@pytest.mark.parametrize(
    ("probability", "freedom"), [(0.975, 1.0), (0.975, 5.0), (0.9, 200.0), (0.995, 30.5)]
)
def test_student_quantile_matches_scipy(probability: float, freedom: float) -> None:
    assert student_quantile(probability, freedom) == pytest.approx(
        stats.t.ppf(probability, freedom), rel=1e-8
    )


def test_clopper_pearson_matches_scipy_and_holds_its_level() -> None:
    for count, total in [(0, 10), (10, 10), (3, 100), (990, 1000)]:
        low, high = clopper_pearson(count, total)
        exact = stats.binomtest(count, total).proportion_ci(method="exact")
        assert float(low) == pytest.approx(exact.low, abs=1e-9)
        assert float(high) == pytest.approx(exact.high, abs=1e-9)
    low, high = clopper_pearson(0, 0)
    assert (float(low), float(high)) == (0.0, 1.0)


def test_ratio_lower_limit_is_conservative() -> None:
    """Equal rates: the lower limit exceeds 1 in at most 2.5 % (binomial, 1e-4, 400 draws)."""
    rng = np.random.default_rng(2)
    counts = rng.binomial(300, 0.05, size=(400, 2))
    wrong = sum(ratio_lower_limit(int(a), 300, int(b), 300) > 1.0 for a, b in counts)
    assert stats.binom.sf(wrong - 1, 400, 0.025) > 1e-4
    assert ratio_lower_limit(60, 300, 12, 300) > 2.0
    assert ratio_lower_limit(0, 300, 12, 300) == 0.0


def test_holm_matches_the_step_down_rule() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


def test_false_positive_rates_of_an_empty_group_are_unknown() -> None:
    rate, low, high = false_positive_rates([3, 0], [100, 0])
    assert rate[0] == pytest.approx(0.03)
    assert np.isnan(rate[1]) and (low[1], high[1]) == (0.0, 1.0)


def test_conformal_counts_ties_against_the_record_and_passes_nan() -> None:
    p = conformal([1.0, 2.0, 2.0, np.nan], [0.0, 2.0, 3.0, np.nan])
    assert p[:3] == pytest.approx([1.0, 0.75, 0.25])
    assert np.isnan(p[3])
    assert np.isnan(conformal([], [1.0])).all()


def test_conformal_rates_follow_the_beta_law() -> None:
    """Realised rates at 5 % lie in the 95 % band in 95 % of 1,500 draws (two-sided binomial, 1e-4)."""
    rng = np.random.default_rng(3)
    low, high = realised_band(199, 0.05)
    inside = 0
    for _ in range(1500):
        reference = rng.normal(size=199)
        # Realised rate exactly: the normal tail beyond the tenth largest reference.
        inside += low <= stats.norm.sf(np.sort(reference)[-10]) <= high
    assert stats.binomtest(inside, 1500, 0.95).pvalue > 1e-4


def test_realised_band_gives_the_published_figures() -> None:
    low, high = realised_band(300, 0.01)
    assert (low, high) == (pytest.approx(0.0021, abs=3e-4), pytest.approx(0.0238, abs=1e-3))
    assert realised_band(98, 0.01) == (0.0, 0.0)
    assert realised_band(99, 0.01)[1] > 0.0


def test_leave_one_cluster_out_never_uses_the_own_cluster() -> None:
    scores, clusters = np.array([5.0, 5.0, 1.0, 2.0]), np.array(["a", "a", "b", "b"])
    assert leave_one_cluster_out(scores, clusters) == pytest.approx([1 / 3, 1 / 3, 1.0, 1.0])


def test_excess_p_values_hold_their_level_over_reference_draws() -> None:
    """Excess p <= 5 % in at most 5 % of exchangeable groups (binomial, 1e-4, 1,500 draws)."""
    rng = np.random.default_rng(4)
    flagged = np.array(
        [int((conformal(rng.normal(size=300), rng.normal(size=100)) <= 0.05).sum()) for _ in range(1500)]
    )
    p = excess_p_values(flagged, np.full(1500, 100), 0.05, 300)
    assert stats.binom.sf((p <= 0.05).sum() - 1, 1500, 0.05) > 1e-4
    assert excess_p_values([25], [100], 0.05, 300)[0] < 1e-4
    assert excess_p_values([9], [100], 0.01, 300)[0] == pytest.approx(stats.betabinom.sf(8, 100, 3, 298))
