"""The pool counts its records as a census would, draws what policies ask, and keeps the truth beside it."""

import numpy as np
import pytest

from springhead.core.census import count
from springhead.errors import NothingDrawn
from springhead.lab.drawing import Drawing
from springhead.lab.judge import Noisy, Oracle
from springhead.lab.pool import AXES, Pool
from springhead.lab.record import Records
from springhead.lab.settings import DetectorSettings
from springhead.policies import make

GROUPS = ("a", "b", "c", "d")


def records(n, entered, synthetic=True, depth=1, first=0, seed=0, run=2):
    rng = np.random.default_rng(seed + entered)
    groups = rng.choice([0, 1, 3], size=n)  # group c holds nobody
    payload = rng.standard_normal((n, 1))
    address = f"{entered}/{synthetic}"
    return Records(address, payload, groups, synthetic, depth * synthetic, 0.5, entered, run, first)


@pytest.fixture
def pool():
    judge = Noisy(DetectorSettings("noisy", 0.2, 0.3, 0.1), seed=1)
    made = Pool(GROUPS)
    made.enter(judge.judge(records(50, 0, synthetic=False)))
    made.enter(judge.judge(records(70, 1)))
    made.enter(judge.judge(records(30, 1, synthetic=False, first=70, seed=9)))
    made.enter(judge.judge(records(80, 2, depth=2)))
    return made


def test_the_census_is_that_of_its_records(pool):
    rows, present = [], [0, 1, 3]
    for batch in pool.batches:
        own = batch.records
        columns = [np.searchsorted(present, own.groups), np.full(len(own), own.depth), batch.level]
        rows.append(np.column_stack([*columns, np.full(len(own), 2 - own.entered)]).astype(np.int64))
    expected = count(("a", "b", "d"), np.concatenate(rows), AXES)
    counted = pool.census(2)
    assert counted.census.groups == expected.groups == ("a", "b", "d")
    assert np.array_equal(counted.census.cells, expected.cells)
    assert np.array_equal(counted.census.sizes, expected.sizes)
    cell = pool.cell_of_record(counted, range(4))
    assert np.array_equal(counted.census.cells[cell], np.concatenate(rows))


def test_keys_are_unique_over_runs_generations_and_indices(pool):
    keys = pool.keys(range(4))
    assert len(np.unique(keys)) == len(keys) == len(pool) == 230
    other = records(70, 1, run=3).keys()
    assert not set(other.tolist()) & set(keys.tolist())


def drawing(policy, kind="fixed", budget=None, **settings):
    return Drawing("arm", make(policy, settings), kind, "cell", budget, 5, 0)


@pytest.mark.parametrize("kind", ["fixed", "hash", "multinomial"])
def test_replace_trains_on_the_newest_generation_alone(pool, kind):
    training, rows, _ = drawing("replace", kind).draw(pool, 3)
    assert training.depth == 2 and training.ancestry == 1.0
    assert int(training.copies.sum()) == 80
    assert [origin.records.entered for origin, _ in training.origins] == [2]
    total = next(row for row in rows if row.found.quantity == "total")
    assert total.found.realised == total.found.expected == 80.0


def test_payload_copies_and_groups_stay_together(pool):
    training, _, _ = drawing("accumulate-subsample", budget=100.0).draw(pool, 3)
    assert int(training.copies.sum()) == 100
    payloads = {
        float(x): int(g)
        for b in pool.batches
        for x, g in zip(b.records.batch[:, 0], b.records.groups, strict=True)
    }
    for value, group in zip(training.batch[:, 0], training.groups, strict=True):
        assert payloads[float(value)] == group


def test_the_true_share_is_logged_beside_the_share_in_levels(pool):
    training, rows, _ = drawing("accumulate").draw(pool, 3)
    share = next(row for row in rows if row.found.quantity == "human share")
    assert share.truth == pytest.approx(80 / 230)
    assert training.ancestry == pytest.approx(150 / 230)
    assert share.found.realised == pytest.approx(share.found.expected)
    # The noisy levels say something else than the truth, and unknown ones widen the bounds.
    assert abs(share.found.realised - share.truth) > 0.01
    assert share.found.low < share.found.realised < share.found.high


def test_the_address_of_training_rows_tells_what_was_drawn(pool):
    first = drawing("accumulate-subsample", budget=100.0)
    again = drawing("accumulate-subsample", budget=100.0)
    addresses = {one.draw(pool, 3)[0].address for one in (first, again)}
    assert len(addresses) == 1
    others = {first.draw(pool, 4)[0].address, drawing("accumulate").draw(pool, 3)[0].address}
    assert len(addresses | others) == 3


def test_an_empty_draw_names_arm_and_generation(pool):
    with pytest.raises(NothingDrawn, match="'arm' draws none of 230 records in generation 3"):
        drawing("replace", budget=0.2).draw(pool, 3)


def test_an_empty_batch_does_not_enter():
    made = Pool(("a",))
    made.enter(Oracle().judge(records(0, 0, synthetic=False)))
    assert len(made) == 0 and made.batches == []
