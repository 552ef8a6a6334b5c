"""Real data of a replicate: references apart, fresh records new while they last, the same for all arms."""

import msgspec
import numpy as np
import pytest

from springhead.core.protocols import Drawn
from springhead.errors import BadConfiguration
from springhead.lab.real import RealData
from springhead.lab.settings import ArmSettings, LabSettings


class Corpus:
    name = "corpus"
    groups = ("odd", "even")
    size = 100

    def draw(self, count, rng, /):
        values = rng.permutation(100)
        return Drawn(values, values % 2)


def settings(**more):
    return LabSettings(
        source={"name": "toy/corpus"},
        model={"name": "x"},
        arms={"a": ArmSettings(policy={"name": "replace"})},
        **more,
    )


def test_a_corpus_is_split_once_and_never_overlaps():
    real = RealData(Corpus(), settings(records=20, held_out=0.3), 0)
    reference, first = real.reference().batch, real.first()
    later = [real.fresh(generation, 20) for generation in (1, 2)]
    parts = [reference, first.batch, *(one.batch for one in later)]
    assert len(np.unique(np.concatenate(parts))) == sum(map(len, parts)) == 90
    assert not real.reused
    assert np.array_equal(first.groups, first.batch % 2)


def test_a_corpus_that_runs_out_starts_again_and_says_so():
    real = RealData(Corpus(), settings(records=40, held_out=0.2), 0)
    assert np.array_equal(real.fresh(2, 40).batch, real.first().batch)
    assert real.reused


def test_replicates_shuffle_anew_and_repeat_themselves():
    one, again, other = (RealData(Corpus(), settings(records=40), number).first() for number in (0, 0, 1))
    assert np.array_equal(one.batch, again.batch) and one.address == again.address
    assert not np.array_equal(one.batch, other.batch) and one.address != other.address


@pytest.mark.parametrize(("records", "held_out"), [(81, 0.2), (50, 0.0), (1, 1.0)])
def test_sizes_that_a_corpus_cannot_give_are_refused(records, held_out):
    with pytest.raises(BadConfiguration, match="held out"):
        RealData(Corpus(), settings(records=records, held_out=held_out), 0)


def test_addresses_name_what_decides_them():
    base = RealData(Corpus(), settings(records=20), 0)
    addresses = {base.fresh(g, n).address for g in (0, 1) for n in (10, 20)}
    changed = msgspec.structs.replace(settings(records=20), seed=1)
    addresses.add(RealData(Corpus(), changed, 0).fresh(0, 10).address)
    assert len(addresses) == 5
