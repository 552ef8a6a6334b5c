"""Properties of every registered policy, on random censuses."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from springhead.core import registry
from springhead.core.census import Census, count, merge
from springhead.policies import evaluate, make

AXES = ("group", "generation", "level", "age", "quality")
NAMES = ("de", "en", "sw")
SETTINGS = {
    "filter": {"group_thresholds": {"sw": 0.9}},
    "group-floors": {"floors": {"sw": 0.4}},
    "group-quotas": {"shares": {"sw": 0.3}, "human": 0.6},
    "sequence": {
        "steps": [{"policy": "filter", "threshold": 0.9}, {"policy": "group-floors", "floors": {"sw": 0.3}}]
    },
    "exact-mix": {"pool": 3.0},
    "accumulate-subsample": {"size": 20.0},
}
BACKFILLS = {
    "filter",
    "soft-weights",
    "quality",
    "age-limit",
    "replace",
    "accumulate",
    "accumulate-subsample",
    "fresh",
}
ABSOLUTE = {"pool", "size"}
POLICIES = registry.names("policy")

RECORD = st.tuples(
    st.integers(0, 2),
    st.integers(0, 3),
    st.sampled_from([0, 1, 60, 127, 140, 255]),
    st.integers(0, 2),
    st.integers(0, 2),
)
RECORDS = st.lists(RECORD, min_size=1, max_size=40).map(
    # Every group holds a record of both leanings, so that parameters may name any group.
    lambda rows: rows + [(g, 0, 40, 0, 1) for g in range(3)] + [(g, 1, 200, 0, 1) for g in range(3)]
)
BUDGET = st.one_of(st.none(), st.floats(0.5, 200.0))
quick = settings(
    max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
every = pytest.mark.parametrize("name", POLICIES)


def census_of(records, names=NAMES):
    return count(names, np.array(records, np.int64), AXES)


def policy_of(name, rename=lambda group: group, scale=1.0, **more):
    def changed(value):
        if isinstance(value, dict):
            return {
                rename(key) if key in NAMES else key: inner * scale if key in ABSOLUTE else changed(inner)
                for key, inner in value.items()
            }
        return [changed(inner) for inner in value] if isinstance(value, list) else value

    base = SETTINGS.get(name, {}) if name != "exact-mix" else SETTINGS[name]
    return make(name, changed({**base, **more}))


@every
@quick
@given(records=RECORDS, budget=BUDGET)
def test_weights_are_finite_and_within_budget(name, records, budget):
    census = census_of(records)
    weights = policy_of(name).weigh(census, budget=budget)
    assert np.all(np.isfinite(weights.values))
    assert np.all(weights.values >= 0)
    assert weights.unknown
    if budget is not None:
        assert weights.expected_total <= budget * (1 + 1e-9)
    for one in weights.promises:
        if one.quantity != "effective size":
            assert one.expected == pytest.approx(
                evaluate(census, census.sizes * weights.values, one.quantity)[0], rel=1e-9, nan_ok=True
            )


@every
@quick
@given(records=RECORDS, budget=st.floats(0.5, 200.0))
def test_what_backfills_meets_the_budget_or_says_what_binds(name, records, budget):
    more = {"backfill": True} if name in BACKFILLS else {}
    if name == "accumulate-subsample":
        more["size"] = 1e9
    weights = policy_of(name, **more).weigh(census_of(records), budget=budget)
    total = next(one for one in weights.promises if one.quantity == "total")
    if not total.binding:
        assert weights.expected_total == pytest.approx(budget, rel=1e-9)
    else:
        assert name in BACKFILLS | {"exact-mix", "detector-resampling"}
        assert weights.expected_total < budget


@every
@quick
@given(records=RECORDS, budget=BUDGET)
def test_relabelling_groups_relabels_weights(name, records, budget):
    other = {"de": "zz", "en": "aa", "sw": "mm"}
    left = policy_of(name).weigh(census_of(records), budget=budget)
    renamed = census_of(records, [other[group] for group in NAMES])
    right = policy_of(name, other.get).weigh(renamed, budget=budget)
    table = {
        (renamed.groups[c[0]], *c[1:]): w for c, w in zip(renamed.cells.tolist(), right.values, strict=True)
    }
    for cell, weight in zip(left.census.cells.tolist(), left.values, strict=True):
        assert table[(other[NAMES[cell[0]]], *cell[1:])] == pytest.approx(weight, rel=1e-6, abs=1e-9)


@every
@quick
@given(records=RECORDS, budget=BUDGET)
def test_scale_changes_nothing(name, records, budget):
    census = census_of(records)
    left = policy_of(name).weigh(census, budget=budget)
    more = replace(census, sizes=census.sizes * 8.0)
    right = policy_of(name, scale=8.0).weigh(more, budget=None if budget is None else budget * 8.0)
    assert right.values == pytest.approx(left.values, rel=1e-6, abs=1e-9)


@every
@quick
@given(records=RECORDS, budget=BUDGET, part=st.floats(0.1, 0.9))
def test_splitting_cells_changes_nothing(name, records, budget, part):
    census = census_of(records)
    left = policy_of(name).weigh(census, budget=budget)
    cells = np.concatenate([census.cells, census.cells])
    sizes = np.concatenate([census.sizes * part, census.sizes * (1 - part)])
    right = policy_of(name).weigh(Census(cells, sizes, census.groups, AXES), budget=budget)
    assert right.values == pytest.approx(np.tile(left.values, 2), rel=1e-6, abs=1e-9)


@every
@quick
@given(records=RECORDS, budget=BUDGET, cut=st.integers(0, 40))
def test_merged_shards_give_the_same_table(name, records, budget, cut):
    shards = [census_of(part) for part in (records[cut:], records[:cut]) if part]
    left = policy_of(name).weigh(census_of(records), budget=budget)
    assert np.array_equal(policy_of(name).weigh(merge(shards), budget=budget).values, left.values)
