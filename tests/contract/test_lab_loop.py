"""The loop carries any model that fits the protocol: three toys of a third party, through the entry points."""

import sys
from importlib.metadata import EntryPoint

import numpy as np
import pytest
from msgspec import to_builtins
from tests.contract.toys import ConditionalModel, CopyingModel, Labelled, WarmModel

from springhead.core import registry
from springhead.core.config import decode
from springhead.core.nouns import Measurement
from springhead.core.protocols import Drawn
from springhead.lab.components import components
from springhead.lab.lineage import MemoryLineage
from springhead.lab.loop import Loop
from springhead.lab.runs import run_lab
from springhead.lab.settings import ArmSettings, LabSettings, arms_of

HERE = "tests.contract.test_lab_loop"


class FlatSource:
    name = "flat"
    groups = ("all",)
    size = None

    def draw(self, count, rng, /):
        return Drawn(3.0 + rng.standard_normal(count), np.zeros(count, np.int64))


class LabelledSource:
    name = "labelled"
    groups = ("a", "b", "c")
    size = None

    def draw(self, count, rng, /):
        labels = np.sort(rng.integers(3, size=count))
        return Drawn(Labelled(rng.standard_normal(count) + 10.0 * labels, labels), labels)


class MeanMetric:
    """Mean of the samples."""

    name = "mean"
    worse = "lower"

    def measure(self, reference, sample, /):
        values = sample.values if isinstance(sample, Labelled) else sample
        return Measurement(float(values.mean()), float(values.min()), float(values.max()), len(values))


POINTS = [
    EntryPoint("toy/conditional", "tests.contract.toys:ConditionalModel", "springhead.model"),
    EntryPoint("toy/warm", "tests.contract.toys:WarmModel", "springhead.model"),
    EntryPoint("toy/copying", "tests.contract.toys:CopyingModel", "springhead.model"),
    EntryPoint("toy/flat", f"{HERE}:FlatSource", "springhead.source"),
    EntryPoint("toy/labelled", f"{HERE}:LabelledSource", "springhead.source"),
    EntryPoint("toy/mean", f"{HERE}:MeanMetric", "springhead.metric"),
]
ARMS = {
    "replace": ArmSettings(policy={"name": "replace"}),
    "accumulate": ArmSettings(policy={"name": "accumulate"}),
}


@pytest.fixture(autouse=True)
def installed(monkeypatch):
    """The toys as another distribution would register them."""
    sys.modules.setdefault(HERE, sys.modules[__name__])
    monkeypatch.setattr(registry, "entry_points", lambda group: [p for p in POINTS if p.group == group])


def settings(model="warm", source="flat", **more):
    values = {"records": 60, "generations": 4, "replicates": 2, "metrics": ("toy/mean",), "arms": ARMS}
    return LabSettings(source={"name": f"toy/{source}"}, model={"name": f"toy/{model}"}, **(values | more))


def run_once(given, lineage=None, arms=None):
    loop = Loop(given, components(given), 0, lineage)
    chosen = arms_of(given) if arms is None else {name: arms_of(given)[name] for name in arms}
    return loop, loop.run(chosen)


def curve(found, arm, metric="mean", group=""):
    (state,) = [one for one in found.arms if one.name == arm]
    return [one.value for one in state.values if one.metric == metric and one.group == group]


@pytest.mark.parametrize(
    ("model", "source"), [("conditional", "labelled"), ("warm", "flat"), ("copying", "flat")]
)
def test_a_third_party_model_runs_through_the_whole_loop(model, source, tmp_path):
    folder = run_lab(settings(model, source), tmp_path / "out", engine="serial")
    series = folder.series()
    assert set(series["arm"]) == {"real versus real", "replace", "accumulate", "control"}
    assert series["generation"].max() == 4
    assert series.filter(series["metric"] == "mean")["value"].is_finite().all()
    assert folder.draws().height > 0


def test_a_conditional_model_gets_the_groups_of_generation_0():
    given = settings("conditional", "labelled", conditions="groups")
    loop, found = run_once(given)
    sizes = np.bincount(loop.first.groups, minlength=3) / 60
    for group, share in zip("abc", sizes, strict=True):
        assert curve(found, "replace", "group share", group) == pytest.approx([share] * 5)


def test_samples_without_a_group_are_unassigned_not_guessed():
    _, found = run_once(settings("conditional", "labelled"))
    assert curve(found, "replace", "group share", "unassigned") == pytest.approx([0.0, 1.0, 1.0, 1.0, 1.0])


def test_a_warm_start_goes_on_from_the_previous_model():
    one_step = {"compute": {"steps": 1, "scale": 1.0}}
    cold = decode(to_builtins(settings()) | one_step, LabSettings)
    warm = decode(to_builtins(settings(start="previous")) | one_step, LabSettings)
    # From 0 one step of rate 1/2 gets half way, and half of that: 3/2, 3/4, 3/8, ...; a warm start stays near.
    assert curve(run_once(cold)[1], "replace")[-1] == pytest.approx(3 / 16, abs=0.6)
    assert curve(run_once(warm)[1], "control")[-1] > 2.0


def test_parents_lead_to_single_records_down_to_a_real_one():
    lineage = MemoryLineage()
    loop, _ = run_once(settings("copying"), lineage, ["replace"])
    sample = "0/4/7"
    chain = lineage.ancestors(sample)
    singles = [name for name in chain if name.count("/") == 2]
    assert [name.split("/")[1] for name in singles] == ["3", "2", "1", "0"]
    assert loop.first.address in chain


def test_a_model_without_parents_has_one_batch_entry_a_generation():
    lineage = MemoryLineage()
    run_once(settings("warm"), lineage, ["replace"])
    assert len(lineage) == 1 + 3 * 4
    last = lineage.emitted[-1].id[2]
    assert len(lineage.parents(last)) == 1


def test_arms_that_share_a_prefix_share_its_models():
    together = run_once(settings())[1]
    assert together.fits == 3 * 4 - 2  # generation 1 is one model for all three arms
    alone = [run_once(settings(), arms=[name])[1] for name in ("replace", "accumulate", "control")]
    for one in alone:
        assert one.fits == 4
        (state,) = one.arms
        assert curve(one, state.name) == curve(together, state.name)


def test_the_order_of_arms_and_their_number_change_nothing():
    forward = run_once(settings())[1]
    backward = run_once(settings(), arms=["control", "accumulate", "replace"])[1]
    for arm in ("replace", "accumulate", "control"):
        assert curve(forward, arm) == curve(backward, arm)


def test_models_are_the_toys_untouched():
    assert registry.load("model", "toy/warm") is WarmModel
    assert registry.load("model", "toy/copying") is CopyingModel
    assert registry.load("model", "toy/conditional") is ConditionalModel
