"""Paired effects: intervals that cover, replicates that give the power promised."""

import math

import numpy as np
import pytest
from scipy import stats

from springhead.evidence.paired import mean_interval, paired_effect, replicates_needed


def within(count, trials, rate, tail=1e-4):
    """Whether a count is plausible for a rate: two binomial tails of 1e-4 each."""
    return stats.binom.ppf(tail, trials, rate) <= count <= stats.binom.ppf(1 - tail, trials, rate)


@pytest.mark.parametrize("replicates", [3, 8, 30])
def test_the_interval_covers_at_95_percent(replicates):
    rng = np.random.default_rng(replicates)
    covered = 0
    for _ in range(1500):
        noise = rng.standard_normal(replicates)
        row = paired_effect("a", "b", "m", noise + rng.normal(0.3, 1.0, replicates), noise)
        covered += row.low <= 0.3 <= row.high
    assert within(covered, 1500, 0.95)


def test_pairs_remove_what_arms_share():
    rng = np.random.default_rng(1)
    shared = 100.0 * rng.standard_normal(12)
    row = paired_effect("a", "b", "m", shared + 1.0 + 0.1 * rng.standard_normal(12), shared)
    assert 0.8 < row.low < row.difference < row.high < 1.2
    assert row.replicates == 12


def test_limits_equal_students_by_scipy():
    values = np.random.default_rng(2).normal(2.0, 3.0, 9)
    mean, low, high = mean_interval(values)
    assert (low, high) == pytest.approx(stats.t.interval(0.95, 8, mean, stats.sem(values)))


@pytest.mark.parametrize("effect", [0.3, 0.6, 1.0, 1.5])
def test_the_replicates_needed_have_power_80_percent(effect):
    n = replicates_needed(effect, 1.0)

    def power(n):
        critical = stats.t.ppf(0.975, n - 1)
        return stats.nct.sf(critical, n - 1, effect * math.sqrt(n))

    assert power(n + 1) >= 0.8
    assert power(max(2, n - 2)) < 0.8


def test_no_effect_needs_no_finite_number():
    assert replicates_needed(0.0, 1.0) is None
    assert replicates_needed(1e-9, 1.0) is None
    assert replicates_needed(1.0, 0.0) == 2


def test_one_replicate_or_none_has_infinite_limits():
    for values in ([1.0], [], [math.nan, 2.0]):
        row = paired_effect("a", "b", "m", values, np.zeros(len(values)))
        assert (row.low, row.high) == (-math.inf, math.inf)
        assert row.replicates_needed is None
