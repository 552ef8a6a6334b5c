"""Detectors in the loop: rates as asked, levels calibrated, the same record judged the same."""

import numpy as np
import pytest
from scipy.stats import binom

from springhead.core.level import to_probability
from springhead.errors import BadConfiguration
from springhead.lab.judge import Noisy, Oracle, make_judge
from springhead.lab.record import Records
from springhead.lab.settings import DetectorSettings

N = 20_000


def records(synthetic, entered=1, run=0):
    groups = np.zeros(N, np.int64)
    return Records("x", np.zeros((N, 1)), groups, synthetic, int(synthetic), 0.0, entered, run)


def within(count, total, rate, error=0.001):
    low, high = binom.interval(1.0 - error, total, rate)
    return low <= count <= high


def test_an_oracle_knows():
    assert set(Oracle().judge(records(True)).level) == {255}
    assert set(Oracle().judge(records(False)).level) == {1}


@pytest.mark.parametrize(("positive", "negative"), [(0.05, 0.05), (0.01, 0.3), (0.5, 0.2)])
def test_errors_occur_at_the_asked_rates(positive, negative):
    judge = Noisy(DetectorSettings("noisy", positive, negative), seed=3)
    called = {kind: to_probability(judge.judge(records(kind)).level) for kind in (True, False)}
    cut = max(np.unique(called[False]))
    assert within(int((called[False] == cut).sum()), N, positive)
    assert within(int((called[True] != cut).sum()), N, negative)


def test_levels_are_calibrated_at_the_prior():
    judge = Noisy(DetectorSettings("noisy", 0.1, 0.25, prior=0.5), seed=3)
    real, fake = judge.judge(records(False)).level, judge.judge(records(True)).level
    for level in np.unique(real):
        both = int((real == level).sum() + (fake == level).sum())
        said = float(to_probability(np.array([level], np.uint8))[0])
        assert abs((fake == level).sum() / both - said) < 0.02


def test_unknown_records_get_level_0_at_the_asked_rate():
    judge = Noisy(DetectorSettings("noisy", 0.1, 0.1, unknown=0.3), seed=3)
    assert within(int((judge.judge(records(True)).level == 0).sum()), N, 0.3)


def test_a_verdict_depends_on_seed_and_record_alone():
    first, again = Noisy(DetectorSettings("noisy"), 1), Noisy(DetectorSettings("noisy"), 1)
    again.judge(records(True, entered=7))
    assert np.array_equal(first.judge(records(True)).level, again.judge(records(True)).level)
    other = Noisy(DetectorSettings("noisy"), 2).judge(records(True)).level
    assert not np.array_equal(first.judge(records(True)).level, other)
    assert not np.array_equal(first.judge(records(True)).level, first.judge(records(True, run=1)).level)


def test_scans_detector_needs_texts():
    with pytest.raises(BadConfiguration, match="texts only"):
        make_judge(DetectorSettings("scan"), 0).judge(records(True))


@pytest.mark.parametrize("field", ["false_positive", "false_negative", "unknown"])
def test_rates_are_shares(field):
    with pytest.raises(BadConfiguration, match=f"detector.{field}"):
        DetectorSettings("noisy", **{field: 1.5})
