"""Extinction times with censoring, against laws in closed form and against scipy's curve."""

import math

import numpy as np
import pytest
from scipy import stats

from springhead.evidence.extinction import extinction, extinction_times, survival


def test_times_are_the_first_generation_without_a_record():
    counts = [[5, 2, 0, 0], [5, 4, 3, 1], [0, 0, 0, 0], [3, math.nan, 0, 0], [4, 0, 2, 2]]
    times, extinct = extinction_times(counts)
    assert times.tolist() == [2, 3, 0, 0, 1]
    assert extinct.tolist() == [True, False, True, False, True]


def test_the_curve_is_scipys():
    rng = np.random.default_rng(3)
    times = np.ceil(rng.exponential(6.0, 80))
    ends = np.ceil(rng.exponential(9.0, 80))
    observed, died = np.minimum(times, ends), times <= ends
    curve = stats.ecdf(stats.CensoredData(uncensored=observed[died], right=observed[~died])).sf
    events, values, low, high = survival(observed, died)
    assert np.allclose(values, curve.evaluate(events))
    assert ((low <= values) & (values <= high)).all()


@pytest.mark.parametrize(("rate", "last", "replicates"), [(0.1, 40, 25), (0.3, 5, 12), (0.05, 20, 60)])
def test_the_median_of_a_group_that_dies_at_a_constant_rate_is_covered(rate, last, replicates):
    # A Bernoulli law: P(T > t) = (1 - rate)^t, so the median is the first t at which that is at most one half.
    truth = math.ceil(math.log(0.5) / math.log(1.0 - rate))
    rng = np.random.default_rng(int(100 * rate))
    covered, trials = 0, 800
    for _ in range(trials):
        times = rng.geometric(rate, replicates)
        row = extinction("a", "g", np.minimum(times, last), times <= last)
        low = math.inf if row.low is None else row.low
        high = math.inf if row.high is None else row.high
        covered += low <= truth <= high
    assert covered >= stats.binom.ppf(1e-4, trials, 0.95)


def test_random_censoring_does_not_shift_the_median():
    rng = np.random.default_rng(5)
    times, ends = rng.geometric(0.1, 4000), rng.geometric(0.08, 4000)
    observed, died = np.minimum(times, ends), times <= ends
    row = extinction("a", "g", observed, died)
    assert row.median == 7
    # The negative control: taking censored runs for extinct ones is off.
    assert extinction("a", "g", observed, np.ones(4000, bool)).median < 6


def test_groups_that_outlive_the_run_have_no_median():
    row = extinction("a", "g", np.full(10, 20), np.zeros(10, bool))
    assert (row.median, row.low, row.high, row.extinct, row.replicates) == (None, None, None, 0, 10)
    few = extinction("a", "g", [3, 20, 20, 20, 20], [True, False, False, False, False])
    assert few.median is None
    assert few.high is None


def test_all_gone_at_once():
    row = extinction("a", "g", np.full(10, 4), np.ones(10, bool))
    assert row.median == row.low == row.high == 4
