"""What every source must do, run on every registered one; a new registry line is covered at once."""

import numpy as np
import pytest
from tests.contract.source_files import settings

from springhead.core import registry
from springhead.core.batch import length, take
from springhead.core.nouns import Request
from springhead.core.protocols import Compute, Drawn
from springhead.errors import SpringheadError
from springhead.modalities.text.documents import Documents

SOURCES = registry.names("source")
named = pytest.mark.parametrize("name", SOURCES)
COUNT = 60


def rng(seed=0):
    return np.random.default_rng(seed)


def source(name):
    return registry.load("source", name)(**settings()[0].get(name, {}))


def leaves(batch):
    if isinstance(batch, Documents):
        return [np.array(batch.texts())]
    return list(batch) if isinstance(batch, tuple) else [batch]


def same(first, second):
    return all(np.array_equal(a, b) for a, b in zip(leaves(first), leaves(second), strict=True))


def draw(name, count=COUNT, seed=0):
    return source(name).draw(count, rng(seed))


@named
def test_it_says_what_it_holds(name):
    found = source(name)
    assert found.name == name.partition("/")[2]
    assert len(found.groups) >= 1
    assert len(set(found.groups)) == len(found.groups)
    assert all(isinstance(group, str) and group for group in found.groups)
    assert found.size is None or found.size >= 1


@named
@pytest.mark.parametrize("count", [0, 1, COUNT])
def test_as_many_records_as_asked_with_a_group_each(name, count):
    drawn = draw(name, count)
    assert isinstance(drawn, Drawn)
    assert length(drawn.batch) == count
    assert drawn.groups.shape == (count,)
    assert drawn.groups.dtype == np.int64
    assert ((drawn.groups >= 0) & (drawn.groups < len(source(name).groups))).all()


@named
def test_the_generator_decides(name):
    first, again, other = draw(name), draw(name), draw(name, seed=1)
    assert same(first.batch, again.batch)
    assert np.array_equal(first.groups, again.groups)
    assert not same(first.batch, other.batch)


@named
def test_records_are_finite_and_rows_can_be_taken(name):
    drawn = draw(name)
    rows = rng(3).permutation(COUNT)
    taken = take(drawn.batch, rows)
    for whole, part in zip(leaves(drawn.batch), leaves(taken), strict=True):
        assert np.array_equal(whole[rows], part)
        assert whole.dtype.kind == "U" or np.isfinite(whole).all()


@named
def test_one_generator_gives_new_records_each_time(name):
    found, draws = source(name), rng(4)
    assert not same(found.draw(COUNT, draws).batch, found.draw(COUNT, draws).batch)


@named
def test_what_runs_out_is_drawn_without_replacement_and_a_law_is_told_how_many(name):
    found = source(name)
    if found.size is None:
        with pytest.raises(SpringheadError):
            found.draw(None, rng())
        return
    whole = found.draw(None, rng())
    assert length(whole.batch) == found.size
    assert np.array_equal(np.unique(whole.groups), np.arange(len(found.groups)))
    with pytest.raises(SpringheadError):
        found.draw(found.size + 1, rng())
    # A second order holds the same records.
    again = found.draw(None, rng(1))
    for first, second in zip(leaves(whole.batch), leaves(again.batch), strict=True):
        if first.dtype.kind == "U":
            assert sorted(first.tolist()) == sorted(second.tolist())


@named
def test_a_negative_number_is_refused(name):
    with pytest.raises(SpringheadError):
        source(name).draw(-1, rng())


@named
def test_a_model_of_its_modality_fits_what_it_draws(name):
    # Every source has a registered model that takes its records as they are.
    drawn = draw(name)
    fitted_one = False
    for model in registry.names("model"):
        if model.partition("/")[0] != name.partition("/")[0]:
            continue
        try:
            fitted = registry.load("model", model)().fit(
                drawn.batch, np.ones(COUNT, np.int64), start=None, compute=Compute(), rng=rng()
            )
        except SpringheadError:
            continue  # it says in one sentence that it takes other records
        sampled = fitted.sample(Request(7), rng()).batch
        assert length(sampled) == 7
        assert type(sampled) is type(drawn.batch)
        fitted_one = True
    assert fitted_one
