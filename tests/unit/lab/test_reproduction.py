"""Published claims: the rule that judges them, and every one of them in its quick form."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tests.cli.commands import run

from springhead.core import registry
from springhead.errors import UnknownName
from springhead.lab.reproduction import FAMILY, Claim, Estimate, Scale, critical, ids, mean_of, reproduce

CLAIM = Claim("T0", "means are means", "here", "draw", "loop")


def judged(observed: Estimate, control: float = 5.0, **more):
    return CLAIM.judge("mean", 0.0, observed, control="shifted", control_observed=Estimate(control), **more)


def test_a_value_holds_within_its_tolerance_and_not_beyond():
    assert judged(Estimate(critical() * 0.99, 1.0)).passed
    assert not judged(Estimate(critical() * 1.01, 1.0)).holds
    assert judged(Estimate(critical() * 1.01, 1.0), systematic=0.1).passed
    assert not judged(Estimate(float("nan"), 1.0)).holds


def test_a_claim_whose_control_passes_is_not_reproduced():
    row = judged(Estimate(0.0, 1.0), control=0.0)
    assert row.holds
    assert not row.passed
    assert not CLAIM.judge(
        "mean", 0.0, Estimate(0.0, 0.0), control="none", control_observed=Estimate(0.0)
    ).passed


def test_bounds_count_on_one_side_only():
    assert judged(Estimate(9.0, 1.0), control=-9.0, side="at least").passed
    assert not judged(Estimate(9.0, 1.0), control=-9.0, side="at most").holds


def test_a_true_mean_is_refused_no_more_often_than_promised():
    # 20,000 true means at 1 % / 200 each: more than 6 refusals have a chance below 1e-4.
    rng = np.random.default_rng(0)
    refused = sum(not judged(mean_of(rng.standard_normal(400))).holds for _ in range(20_000))
    assert refused <= 6


def test_ids_are_in_their_order_and_an_unknown_one_is_refused_before_anything_runs():
    assert ids()[:3] == ["T1", "T2", "T3"]
    started: list[str] = []
    with pytest.raises(UnknownName):
        list(reproduce(["T1", "T99"], scale=Scale(), seed=0, started=started.append))
    assert not started


@pytest.mark.parametrize("name", ids())
def test_the_claim_is_reproduced_and_its_control_fails(name):
    rows = list(reproduce([name], scale=Scale(quick=True), seed=0))
    assert rows
    for row in rows:
        assert row.id == name
        assert row.holds, f"{row.quantity}: {row.observed} against {row.expected} +- {row.tolerance}"
        assert row.control_fails, f"{row.quantity}: the control passes at {row.control_observed}"


def test_the_family_has_room_for_every_value():
    assert len(ids()) * 10 <= FAMILY
    assert all(callable(registry.load("reproduction", name)) for name in ids())


def test_the_command_prints_verdicts_and_json():
    told = run("lab", "reproduce", "T10")
    assert told.code == 0
    assert "hold" in told.out
    rows = json.loads(run("lab", "reproduce", "t10", "--json").out)
    assert {row["id"] for row in rows} == {"T10"}
    assert all(row["passed"] for row in rows)
    assert run("lab", "reproduce", "T99").code == 2
