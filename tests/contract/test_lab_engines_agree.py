"""The record engine, with keys, pool, policy and draw, has the law of the law engine, and a wrong one is told.

Kolmogorov-Smirnov on fitted variance and mean over replicates; all tests together err in 1 % of runs
(Bonferroni), and one comparison that must fail does so far below that.
"""

import sys
from importlib.metadata import EntryPoint

import numpy as np
import pytest
from scipy.stats import f as f_law
from scipy.stats import ks_2samp

from springhead.core import registry
from springhead.core.nouns import Measurement
from springhead.lab.components import components
from springhead.lab.loop import Loop
from springhead.lab.settings import ArmSettings, LabSettings
from springhead.laws import settings as laws
from springhead.laws.engine import run_law

HERE = "tests.contract.test_lab_engines_agree"
N, GENERATIONS, REPLICATES, OF_LAW = 20, 6, 400, 40_000
LOOKED = (2, 6)


class FittedVariance:
    """Variance of the fitted law."""

    name, worse, needs = "fitted-variance", "lower", "model"

    def measure(self, first, fitted, held_out, sample, /):
        value = float(fitted.covariance[0, 0])
        return Measurement(value, value, value, len(sample))


class FittedMean(FittedVariance):
    """Mean of the fitted law."""

    name = "fitted-mean"

    def measure(self, first, fitted, held_out, sample, /):
        value = float(fitted.mean[0])
        return Measurement(value, value, value, len(sample))


ARMS = {
    "replace": ArmSettings(policy={"name": "replace"}),
    "accumulate": ArmSettings(policy={"name": "accumulate"}),
    "fresh": ArmSettings(policy={"name": "fresh"}, fresh=10),
    "multinomial": ArmSettings(policy={"name": "replace"}, draw="multinomial"),
}
SCHEDULES = {
    "replace": laws.Replace(),
    "accumulate": laws.Accumulate(),
    "fresh": laws.Fresh(real=10),
}
TESTS = len(SCHEDULES) * len(LOOKED) * 2


@pytest.fixture(scope="module")
def records():
    """Fitted mean and variance by arm, (replicates, generations), of the record engine."""
    points = [
        EntryPoint("toy/fitted-variance", f"{HERE}:FittedVariance", "springhead.metric"),
        EntryPoint("toy/fitted-mean", f"{HERE}:FittedMean", "springhead.metric"),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, HERE, sys.modules[__name__])
        patch.setattr(registry, "entry_points", lambda group: [p for p in points if p.group == group])
        given = LabSettings(
            source={"name": "vector/gaussian"}, model={"name": "vector/gaussian"}, records=N, reference=2,
            generations=GENERATIONS, replicates=REPLICATES, control=False, examples=0, seed=3, arms=ARMS,
            metrics=("toy/fitted-variance", "toy/fitted-mean"),
        )  # fmt: skip
        parts = components(given)
        found: dict[tuple[str, str], list[list[float]]] = {}
        for replicate in range(REPLICATES):
            for state in Loop(given, parts, replicate).run(ARMS).arms:
                for name in ("fitted-variance", "fitted-mean"):
                    row = [one.value for one in state.values if one.metric == name and one.generation]
                    found.setdefault((state.name, name), []).append(row)
    return {key: np.array(rows) for key, rows in found.items()}


@pytest.fixture(scope="module")
def law():
    return {
        name: run_law(
            laws.LawSettings(
                law=laws.Normal(), schedule=schedule, samples=N, generations=GENERATIONS, replicates=OF_LAW
            ),
            seed=8,
        ).series
        for name, schedule in SCHEDULES.items()
    }


@pytest.mark.parametrize("arm", SCHEDULES)
@pytest.mark.parametrize("generation", LOOKED)
def test_fitted_parameters_have_the_same_law(records, law, arm, generation):
    for name, series in (("fitted-variance", "variance"), ("fitted-mean", "mean")):
        found = ks_2samp(records[(arm, name)][:, generation - 1], law[arm][series][generation])
        assert found.pvalue > 0.01 / TESTS, (name, found)


def test_another_schedule_is_told_apart(records, law):
    found = ks_2samp(records[("replace", "fitted-variance")][:, -1], law["accumulate"]["variance"][-1])
    assert found.pvalue < 1e-6


def test_a_draw_with_replacement_is_told_apart(records):
    """A bootstrap of every generation about doubles the variance of the walk of log-variance (F test)."""
    plain, drawn = (np.log(records[(arm, "fitted-variance")][:, -1]) for arm in ("replace", "multinomial"))
    ratio = float(drawn.var(ddof=1) / plain.var(ddof=1))
    assert 1.4 < ratio < 2.8
    assert f_law.sf(ratio, len(drawn) - 1, len(plain) - 1) < 1e-6
