"""Closed forms against scipy, brute force and the published figures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special as oracle
from scipy import stats

from springhead.errors import OutOfRange
from springhead.laws import (
    averaging,
    contamination,
    fresh,
    normal,
    regression,
    selection,
    special,
    survival,
    tails,
)


@pytest.mark.parametrize("x", [1e-3, 0.5, 1.0, 1.4616, 4.5, 11.999, 12.0, 49.5, 1e4, 1e9])
def test_digamma_and_trigamma_agree_with_scipy(x):
    assert special.digamma(x) == pytest.approx(oracle.digamma(x), rel=1e-12, abs=1e-12)
    assert special.trigamma(x) == pytest.approx(oracle.polygamma(1, x), rel=1e-12)


@pytest.mark.parametrize("x", [-3.0, 0.0, 0.5, 5.0, 20.0])
def test_normal_tail_agrees_with_scipy(x):
    assert special.normal_tail(x) == pytest.approx(stats.norm.sf(x), rel=1e-12)


def test_survival_rates_follow_their_recursion_and_limit():
    rates = survival.survival_rates(generations=10_000)
    assert rates[1] == 1.0
    assert rates[2] == pytest.approx(1 - math.exp(-1))
    assert 10_000 * rates[-1] == pytest.approx(2.0, rel=2e-3)
    k = np.arange(1, 10_001)
    assert ((rates[1:] >= 1 / k) & (rates[1:] <= 3 / k)).all()


def test_needed_counts_are_those_published():
    found = [survival.needed_count(generations=k) for k in (1, 2, 5, 10, 20)]
    np.testing.assert_allclose(found, [3.0, 4.7, 9.6, 17.4, 32.7], atol=0.05)
    for k, count in zip((1, 2, 5, 10, 20), found, strict=True):
        assert survival.survival_probability([count], generations=k)[0] == pytest.approx(0.95, abs=1e-12)


def test_extinction_quantile_inverts_survival():
    for count in (1.0, 7.5, 40.0):
        median = survival.extinction_quantile(count=count)
        before, after = (
            survival.survival_probability([count], generations=k)[0] for k in (median - 1, median)
        )
        assert before > 0.5 >= after
    assert survival.extinction_quantile(count=100.0, most=3) is None


def test_types_kept_is_the_mean_of_survival():
    counts = np.array([1, 1, 1, 2, 5, 0, 90])
    kept = survival.types_kept(counts, generations=4)
    assert kept[0] == 1.0
    assert kept[4] == pytest.approx(survival.survival_probability(counts[counts > 0], generations=4).mean())


def test_log_variance_has_the_published_values():
    for n, k, value, deviation in (
        (100, 2500, -12.669, 3.571),
        (10, 200, -11.521, 3.527),
        (1000, 1000, -0.5007, 0.708),
    ):
        assert 0.5 * normal.expected_log_variance(n=n, generations=k) == pytest.approx(value, rel=1e-4)
        assert 0.5 * normal.deviation_log_variance(n=n, generations=k) == pytest.approx(deviation, rel=1e-3)


@pytest.mark.parametrize("n", [2, 10, 100])
def test_accumulated_variance_tends_to_its_limit(n):
    limit = normal.accumulate_variance(n=n)
    assert normal.accumulate_variance(n=n, generations=200_000) == pytest.approx(limit, abs=1e-5)
    assert normal.accumulate_mean_error(n=n) == pytest.approx(1 - limit)


def test_spread_bound_holds_where_simulation_with_a_million_chains_is_known():
    known = {50: 0.37632, 100: 0.08185, 150: 0.01817, 200: 0.00396}
    for k, value in known.items():
        assert normal.spread_bound(n=10, generations=k, threshold=0.1) >= value


def test_error_ratios_tend_to_their_limits():
    accumulate = averaging.error_ratio(workflow="accumulate", generations=100_000)
    subsample = averaging.error_ratio(workflow="subsample", generations=100_000)
    assert accumulate[-1] == pytest.approx(averaging.ACCUMULATE_LIMIT, abs=2e-5)
    assert subsample[-1] == pytest.approx(averaging.SUBSAMPLE_LIMIT, abs=5e-5)
    np.testing.assert_allclose(subsample[[0, 1, 2, 4, 19]], [1, 1.75, 2.0833, 2.3908, 2.7885], atol=1e-4)
    assert subsample[9] == pytest.approx(2.6493, abs=1e-4)
    growing = averaging.error_ratio(workflow="growing", generations=10)
    assert growing[-1] == pytest.approx(2.92897, abs=1e-5)


def test_partial_contamination_has_the_published_values():
    for share, value in ((0.5, 0.0175), (0.8, 0.222), (1.0, 1.642)):
        found = averaging.partial_contamination(synthetic_share=share, generations=400)[-1]
        assert found == pytest.approx(value, rel=5e-3)


@pytest.mark.parametrize("ratio", [0.01, 0.25, 1.0, 4.0, 1e6])
def test_the_golden_weight_minimises_the_error(ratio):
    best = averaging.golden_ratio(ratio=ratio)
    assert best.weight == pytest.approx((math.sqrt(ratio**2 + 4 * ratio) - ratio) / 2, rel=1e-6)
    for step in (-1e-3, 1e-3):
        other = min(1.0, max(1e-9, best.weight + step))
        assert averaging.weighted_error(weight=other, ratio=ratio) >= best.error
    assert best.effective_ratio == pytest.approx(1 / best.error)


def test_golden_ratio_at_equal_sizes():
    assert averaging.golden_ratio(ratio=1.0).effective_ratio == pytest.approx((1 + math.sqrt(5)) / 2)


def test_filters_cost_records_as_published():
    risk = contamination.steady_risk
    assert risk(n=100, real_share=0.2) == pytest.approx(2.73, abs=0.05)
    assert risk(n=100, real_share=0.2, drop_real=0.05, keep_synthetic=0.05) == pytest.approx(4.48, abs=0.01)
    backfilled = risk(n=100, real_share=0.2, drop_real=0.05, keep_synthetic=0.05, backfill=True)
    assert backfilled == pytest.approx(1.03, abs=0.005)
    assert risk(n=100, real_share=0.2, keep_synthetic=0.0) == pytest.approx(5.0)
    assert risk(n=100, real_share=0.0) == pytest.approx(100.0)


def test_the_recurrence_tends_to_the_steady_risk():
    path = contamination.risk_ratio(n=50, real_share=0.1, generations=500)
    assert path[-1] == pytest.approx(contamination.steady_risk(n=50, real_share=0.1))


def test_regression_errors_have_the_published_values():
    found = [
        regression.n_fold_error(
            rows=400, dimension=100, generator_rows=200, folds=n, noise=0.1, generator_noise=0.2
        )
        for n in (0, 1, 3, 10)
    ]
    np.testing.assert_allclose(found, [0.00334, 0.0437, 0.1246, 0.4074], rtol=2e-3)
    path = regression.regression_error(rows=100, dimension=32, generations=10, workflow="accumulate")
    assert path[-1] / path[0] == pytest.approx(1.550, abs=5e-4)


def test_fresh_limit_is_a_fixed_point_that_every_start_reaches():
    limit = fresh.fresh_limit(dimension=100, real=100, synthetic=900, variance_factor=0.8)
    for start in (fresh.FreshMoments(0.0, 0.0), fresh.FreshMoments(50.0, 300.0)):
        state = start
        for _ in range(400):
            state = fresh.fresh_step(state, dimension=100, real=100, synthetic=900, variance_factor=0.8)
        assert state.mean_error == pytest.approx(limit.mean_error, rel=1e-9)
        assert state.trace == pytest.approx(limit.trace, rel=1e-9)


def test_tail_sums_match_a_plain_loop():
    p = tails.zipf_probabilities(size=500, exponent=1.5)
    q = np.where(np.arange(500) < 40, p, 0)
    q = 0.1 * p + 0.9 * q / q.sum()
    plain = sum(float(a) * (1 - float(b)) ** 300 for a, b in zip(p, q, strict=True))
    assert tails.unseen_mass(p, 300, cut=40, real_share=0.1)[0] == pytest.approx(plain, rel=1e-10)


def test_tails_plateau_at_the_cut_mass_and_fall_again_with_real_data():
    p = tails.zipf_probabilities(size=2_000_000, exponent=1.5)
    plateau = tails.unseen_mass(p, 1e7, cut=1000)[0]
    assert plateau == pytest.approx(tails.cut_mass(p, cut=1000), rel=0.01)
    sizes = np.geomspace(1e3, 1e5, 6)
    assert tails.log_slope(sizes, tails.unseen_mass(p, sizes)) == pytest.approx(
        tails.clean_slope(exponent=1.5), abs=0.015
    )
    turn = tails.new_descent(cut=1000, exponent=1.5, real_share=0.01)
    before, after = tails.unseen_mass(p, [0.1 * turn, 10 * turn], cut=1000, real_share=0.01)
    assert before > 0.9 * plateau
    assert after < 0.6 * plateau


def test_breakdown_noise_has_the_published_values():
    found = [selection.breakdown_noise(keep_correct=1.0, keep_wrong=psi) for psi in (1.0, 0.5, 0.1)]
    np.testing.assert_allclose(found, [0.5, 0.667, 0.909], atol=5e-4)


def test_truncation_balances_biased_sampling():
    threshold = selection.balancing_threshold(variance_factor=0.9)
    assert threshold == pytest.approx(0.126, abs=5e-4)
    spread = selection.truncated_spread
    assert spread(variance_factor=0.9, threshold=threshold, generations=50) == pytest.approx(1.0, abs=1e-9)
    assert spread(variance_factor=0.9, threshold=0.0, generations=50) == pytest.approx(0.0718, abs=5e-5)
    assert spread(variance_factor=0.9, threshold=1.5 * threshold, generations=50) == pytest.approx(
        4.02, abs=0.01
    )
    kept = stats.norm.expect(lambda x: x * x * (abs(x) >= 0.7)) / (2 * stats.norm.sf(0.7))
    assert selection.truncated_factor(threshold=0.7) == pytest.approx(kept, rel=1e-6)


@pytest.mark.parametrize("choices", [2, 3, 4])
def test_a_curated_step_is_the_law_of_a_curated_sample(choices):
    rng = np.random.default_rng(3)
    p, rewards, draws = np.array([0.5, 0.3, 0.15, 0.05]), np.array([0.0, 0.5, 1.0, 2.5]), 200_000
    options = rng.choice(4, (draws, choices), p=p)
    scores = np.exp(rewards[options])
    position = (scores.cumsum(1) < (rng.random(draws) * scores.sum(1))[:, None]).sum(1)
    counts = np.bincount(options[np.arange(draws), position], minlength=4)
    stepped = selection.curated_step(p, rewards, choices=choices)
    assert stats.chisquare(counts, stepped * draws).pvalue > 0.01 / 3
    wrong = selection.curated_step(p, rewards, choices=choices + 1)
    assert stats.chisquare(counts, wrong * draws).pvalue < 0.01 / 3


def test_curation_never_rises_less_than_its_bound_and_ends_on_top():
    rng = np.random.default_rng(5)
    p, rewards = np.full(200, 1 / 200), rng.standard_normal(200)
    path = selection.curated_loop(p, rewards, choices=2, generations=200)
    gains = np.diff(path @ np.exp(rewards))
    bounds = [selection.curated_gain_bound(row, rewards, choices=2) for row in path[:-1]]
    assert (gains >= np.array(bounds) - 1e-12).all()
    assert path[-1] @ np.exp(rewards) > 0.999 * np.exp(rewards.max())
    mixed = selection.curated_loop(p, rewards, choices=2, generations=200, real_share=0.5)
    assert stats.entropy(mixed[-1]) > 0.9 * math.log(200) > stats.entropy(path[-1])


@pytest.mark.parametrize(
    "call",
    [
        lambda: normal.expected_log_variance(n=1, generations=3),
        lambda: survival.types_kept([1.0, math.nan], generations=3),
        lambda: survival.types_kept([], generations=3),
        lambda: survival.needed_count(generations=3, risk=1.0),
        lambda: survival.survival_rates(generations=-1),
        lambda: averaging.golden_ratio(ratio=math.nan),
        lambda: averaging.weighted_error(weight=0.0, ratio=1.0),
        lambda: averaging.partial_contamination(synthetic_share=1.1, generations=3),
        lambda: contamination.steady_risk(n=100, real_share=math.nan),
        lambda: contamination.steady_risk(n=100, real_share=0.0, keep_synthetic=0.0),
        lambda: regression.single_fit_error(rows=33, dimension=32),
        lambda: tails.zipf_probabilities(size=0, exponent=1.0),
        lambda: selection.breakdown_noise(keep_correct=0.0, keep_wrong=0.5),
        lambda: selection.balancing_threshold(variance_factor=1.5),
        lambda: selection.curated_step([0.5, 0.5], [0.0, math.inf], choices=2),
        lambda: special.digamma(0.0),
    ],
)
def test_what_is_out_of_range_is_named(call):
    with pytest.raises(OutOfRange, match="expected"):
        call()
