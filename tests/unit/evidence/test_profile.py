"""The collapse profile: every definition true alone and false alone, and few false alarms under noise."""

import numpy as np
import pytest
from scipy import stats

from springhead.evidence.profile import DEFINITIONS, Scaling, Thresholds, Trajectories, profile

R, T = 8, 12
STEPS = np.arange(T + 1)
SIZES = np.array([100.0, 300.0, 1000.0, 3000.0])
NAMES = [name for name, _, _ in DEFINITIONS]


def noisy(curve, rng, scale=0.01, replicates=R):
    return np.asarray(curve) * np.exp(scale * rng.standard_normal((replicates, T + 1)))


def scaling(rng, change, scale=0.01, replicates=R):
    noise = np.exp(scale * rng.standard_normal((2, replicates, len(SIZES))))
    return Scaling(SIZES, 5.0 * SIZES**-0.5 * noise[0], 5.0 * SIZES ** (-0.5 + change) * noise[1])


def healthy(rng, scale=0.01, replicates=R, **changed):
    flat = np.ones(T + 1)
    given = {
        "error": noisy(flat, rng, scale, replicates),
        "variance": noisy(flat, rng, scale, replicates),
        "modes": noisy(0.9 * flat, rng, scale, replicates),
        "tail": noisy(0.05 * flat, rng, scale, replicates),
        "outside": noisy(0.05 * flat, rng, scale, replicates),
        "scaling": scaling(rng, 0.0, scale, replicates),
    }
    return Trajectories(arm="a", **(given | changed))


def verdicts(runs, **limits):
    return {row.definition: row.verdict for row in profile(runs, Thresholds(**limits))}


BOUNDED = 1.0 + 1.5 * (1.0 - np.exp(-STEPS))
CASES = {
    "catastrophic rise of the error": (
        {"error": BOUNDED},
        {"any rise of the error"},
    ),
    "any rise of the error": ({"error": 1.0 + 0.3 * (1.0 - np.exp(-STEPS))}, set()),
    "error diverges": ({"error": 1.0 + 0.05 * STEPS}, {"any rise of the error"}),
    "variance collapses": ({"variance": 0.9**STEPS}, set()),
    "modes are lost or merge": ({"modes": 0.9 - 0.02 * STEPS}, set()),
    "tails are lost": ({"tail": 0.05 * 0.9**STEPS}, set()),
    "samples outside the real support appear": ({"outside": 0.05 + 0.01 * STEPS}, set()),
}


@pytest.mark.parametrize("definition", list(CASES))
def test_each_definition_can_be_true_alone(definition):
    rng = np.random.default_rng(1)
    curves, implied = CASES[definition]
    found = verdicts(healthy(rng, **{name: noisy(curve, rng) for name, curve in curves.items()}))
    assert {name for name, verdict in found.items() if verdict == "yes"} == {definition} | implied
    assert all(found[name] == "no" for name in set(NAMES) - {definition} - implied), found


def test_a_scaling_law_can_change_alone():
    rng = np.random.default_rng(2)
    found = verdicts(healthy(rng, scaling=scaling(rng, 0.2)))
    assert [name for name, verdict in found.items() if verdict == "yes"] == ["scaling law changes"]


def test_a_healthy_run_satisfies_none():
    found = verdicts(healthy(np.random.default_rng(3)))
    assert set(found.values()) == {"no"}


def test_false_alarms_are_at_most_5_percent_each():
    # Stationary noise of 20 %; thresholds at no change at all are the hardest case.
    rng = np.random.default_rng(4)
    runs, hardest = 600, {"catastrophe": 1.0, "variance": 1.0, "tail": 1.0, "modes": 0.0, "outside": 0.0}
    alarms = dict.fromkeys(NAMES, 0)
    for _ in range(runs):
        for name, verdict in verdicts(healthy(rng, 0.2, 5), **hardest, exponent=0.0).items():
            alarms[name] += verdict == "yes"
    assert max(alarms.values()) <= stats.binom.ppf(1 - 1e-3, runs, 0.05), alarms
    # The test has power to fail: one-sided 2.5 % alarms do occur.
    assert sum(alarms.values()) > 0


def test_wide_intervals_cannot_tell():
    rng = np.random.default_rng(5)
    found = verdicts(healthy(rng, 1.0, 3, error=noisy(1.0 + 0.1 * STEPS, rng, 1.0, 3)))
    assert found["any rise of the error"] == "cannot tell"
    assert found["catastrophic rise of the error"] == "cannot tell"


def test_what_was_not_measured_cannot_be_told():
    rows = profile(Trajectories(arm="a"))
    assert [row.verdict for row in rows] == ["cannot tell"] * 8
    assert all("not measured" in row.reason for row in rows)
    assert all(row.value is None for row in rows)


def test_one_replicate_and_short_runs_cannot_tell():
    rng = np.random.default_rng(6)
    rows = profile(healthy(rng, replicates=1))
    assert {row.verdict for row in rows} == {"cannot tell"}
    short = profile(Trajectories(arm="a", error=noisy(1.0 + STEPS, rng)[:, :5]))
    assert short[2].verdict == "cannot tell"
    assert "4 generations" in short[2].reason


def test_a_total_collapse_stays_finite():
    rows = profile(Trajectories(arm="a", variance=np.array([[1.0, 0.0], [1.1, 0.0], [0.9, 0.0]])))
    assert rows[3].verdict == "yes"
    assert rows[3].value == pytest.approx(1e-6)


def test_rows_say_what_they_rest_on():
    rows = profile(healthy(np.random.default_rng(7)))
    assert [row.definition for row in rows] == NAMES
    for row in rows:
        assert row.low <= row.value <= row.high
        assert row.n == R
        assert "Schaeffer" in row.source
        assert row.reason


def test_the_law_of_an_accumulating_pool_does_not_diverge_and_replace_does():
    # Errors in closed form: sum of 1 / i^2 against k, each above one fit's error.
    rng = np.random.default_rng(8)
    accumulate = np.cumsum(1.0 / np.arange(1, T + 2) ** 2)
    replace = 1.0 + STEPS
    assert verdicts(Trajectories(arm="a", error=noisy(accumulate, rng)))["error diverges"] == "no"
    assert verdicts(Trajectories(arm="a", error=noisy(replace, rng)))["error diverges"] == "yes"
