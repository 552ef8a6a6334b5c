"""Groups from languages: what is known counts as it is, what is not judged counts as [0, 1]."""

import numpy as np
import pytest

from springhead.evidence.verdict import prevalence
from springhead.scan.calibration import Calibration
from springhead.scan.settings import ScanSettings
from springhead.scan.shares import Known, Stratum, group_prevalence, log_odds

SETTINGS = ScanSettings()
RNG = np.random.default_rng(3)
HUMAN, MACHINE = RNG.standard_normal(500), RNG.standard_normal(500) + 4
TARGET = np.concatenate([RNG.standard_normal(300), RNG.standard_normal(100) + 4])
TOLD = prevalence(TARGET, HUMAN, MACHINE, covers_all=True, rng=np.random.default_rng(0))
UNTOLD = prevalence(TARGET, None, None, covers_all=False, rng=np.random.default_rng(0))


def group(*strata, unit="records"):
    return group_prevalence({}, list(strata), 1000, Calibration(), SETTINGS, unit)


def test_one_language_is_its_own_estimate():
    found = group(Stratum("en", 400, 400.0, Known(), TOLD))
    assert found.verdict == TOLD.verdict == "estimated"
    assert (found.estimate, found.low, found.high) == pytest.approx((TOLD.estimate, TOLD.low, TOLD.high))
    assert found.n == 1000 and found.n_scored == 400 and not found.small


def test_known_records_count_as_they_are():
    found = group(Stratum("en", 800, 400.0, Known(100.0, 300.0), TOLD))
    assert found.estimate == pytest.approx((100 + 400 * TOLD.estimate) / 800)
    assert found.lower_bound == pytest.approx((100 + 400 * TOLD.lower_bound) / 800)
    alone = group(Stratum("en", 40, 0.0, Known(10.0, 30.0), UNTOLD))
    assert (alone.estimate, alone.low, alone.high, alone.verdict) == (0.25, 0.25, 0.25, "estimated")
    assert alone.small


def test_an_untold_language_counts_as_anything():
    found = group(Stratum("en", 400, 400.0, Known(), TOLD), Stratum("de", 400, 400.0, Known(), UNTOLD))
    assert found.verdict == "bounded" and found.estimate is None
    assert found.low == pytest.approx(TOLD.low / 2) and found.high == pytest.approx(TOLD.high / 2 + 0.5)
    few = group(Stratum("en", 990, 990.0, Known(), TOLD), Stratum("de", 10, 10.0, Known(), UNTOLD))
    assert few.verdict == "estimated" and few.high == pytest.approx(0.99 * TOLD.high + 0.01)


def test_nothing_judged():
    found = group(Stratum("en", 0, 0.0, Known(), UNTOLD))
    assert found.verdict == "cannot tell" and found.lower_bound is None and "long enough" in found.reason


def test_small_counts_records_in_both_units():
    found = group(Stratum("en", 30, 30_000.0, Known(), UNTOLD), unit="words")
    assert found.small and found.n_scored == 30


def test_prior_is_bounded():
    assert log_odds(0.5) == 0.0
    assert log_odds(0.0) == pytest.approx(np.log(0.001 / 0.999))
    assert log_odds(1.0) == pytest.approx(np.log(999))


def test_stray_records_do_not_hide_why_the_rest_is_not_estimated():
    bound = prevalence(TARGET, HUMAN, None, covers_all=False, rng=np.random.default_rng(0))
    strata = [Stratum("en", 990, 990.0, Known(), bound), Stratum("unknown", 10, 10.0, Known(), UNTOLD)]
    known = Calibration({"en": object()})
    found = group_prevalence({}, strata, 1000, known, SETTINGS, "records")
    assert found.verdict == "bounded" and found.reason.startswith(f"en: {bound.reason}")
    assert "unidentified languages" in found.reason
