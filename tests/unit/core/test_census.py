"""Censuses: the sum over shards depends on neither sharding, nor order, nor the names' order in a shard."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.core.census import AXES, Census, Weights, count, merge

RECORDS = st.lists(
    st.tuples(st.sampled_from(["de", "en", "sw", "unknown"]), st.integers(0, 3), st.integers(0, 255)),
    max_size=60,
)


def census_of(records, names=None):
    names = list(names or dict.fromkeys(group for group, _, _ in records))
    cells = np.array([[names.index(g), gen, level] for g, gen, level in records], np.int64).reshape(-1, 3)
    return count(names, cells)


def same(left: Census, right: Census) -> bool:
    return (
        left.groups == right.groups
        and left.axes == right.axes
        and np.array_equal(left.cells, right.cells)
        and np.array_equal(left.sizes, right.sizes)
    )


@given(RECORDS, st.lists(st.integers(0, 4), min_size=60, max_size=60), st.permutations(range(5)))
def test_merge_ignores_sharding_and_order(records, shard_of, order):
    shards = [[r for r, s in zip(records, shard_of, strict=False) if s == index] for index in order]
    assert same(merge([census_of(shard) for shard in shards]), census_of(records))


@given(RECORDS, st.permutations(["de", "en", "sw", "unknown"]))
def test_order_of_group_names_is_immaterial(records, names):
    assert same(census_of(records, names), census_of(records))


@given(RECORDS)
def test_sizes_count_every_record_once(records):
    census = census_of(records)
    assert census.total == len(records)
    counted = {
        (census.groups[group], generation, level): size
        for (group, generation, level), size in zip(census.cells.tolist(), census.sizes, strict=True)
    }
    expected: dict[tuple[str, int, int], int] = {}
    for record in records:
        expected[record] = expected.get(record, 0) + 1
    assert counted == expected


@given(RECORDS)
def test_cells_are_sorted_and_unique(records):
    rows = [tuple(row) for row in census_of(records).cells.tolist()]
    assert rows == sorted(set(rows))


def test_a_name_given_twice_is_one_group():
    census = count(["en", "en"], np.array([[0, 0, 1], [1, 0, 1]]))
    assert census.groups == ("en",)
    assert census.sizes.tolist() == [2.0]


def test_inputs_are_left_alone():
    cells = np.array([[1, 0, 7], [0, 0, 9]])
    before = cells.copy()
    parts = [count(["b"], np.array([[0, 0, 1]])), count(["z", "a"], cells)]
    kept = [part.cells.copy() for part in parts]
    merge(parts)
    assert np.array_equal(cells, before)
    assert all(np.array_equal(part.cells, cell) for part, cell in zip(parts, kept, strict=True))


def test_nothing_is_a_census_too():
    for census in (merge([]), count([], np.zeros((0, 3), np.int64)), merge([census_of([])])):
        assert census.total == 0
        assert census.axes == AXES
        assert census.cells.shape == (0, 3)


def test_other_axes_are_kept_and_never_mixed():
    axes = (*AXES, "quality")
    census = count(["en"], np.array([[0, 0, 1, 5]]), axes)
    assert merge([census, census]).axes == axes
    with pytest.raises(AssertionError):
        merge([census, census_of([("en", 0, 1)])])


def test_expected_total_is_sizes_times_weights():
    census = census_of([("en", 0, 1), ("en", 0, 1), ("de", 0, 2)])
    assert Weights(census, np.array([3.0, 0.5])).expected_total == pytest.approx(3.0 + 2 * 0.5)
