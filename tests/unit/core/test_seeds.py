"""Named streams: the same path gives the same numbers, another path others, whatever was drawn before."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from springhead.core.seeds import stream


def test_a_stage_does_not_shift_another():
    alone = stream(7, "scan/prevalence/en").random(5)
    stream(7, "scan/new stage").random(1000)
    assert np.array_equal(stream(7, "scan/prevalence/en").random(5), alone)


@given(st.integers(-(2**70), 2**70), st.text(max_size=30), st.text(max_size=30))
def test_paths_and_seeds_name_streams(seed, path, other):
    first = stream(seed, path).integers(2**63, size=4)
    assert np.array_equal(first, stream(seed, path).integers(2**63, size=4))
    assert not np.array_equal(first, stream(seed + 1, path).integers(2**63, size=4))
    if path != other:
        assert not np.array_equal(first, stream(seed, other).integers(2**63, size=4))


def test_the_numbers_are_fixed_for_ever():
    # A change here changes every published result: it needs a new version of the result's schema.
    drawn = stream(0, "scan").integers(1000, size=4).tolist()
    assert drawn == [373, 248, 342, 268]


def test_streams_are_uncorrelated():
    # 99 % bound of |r| at n = 4,000 for each of 45 pairs, Bonferroni: 3.7 / sqrt(n).
    draws = np.stack([stream(3, f"stage/{index}").standard_normal(4000) for index in range(10)])
    correlations = np.corrcoef(draws)[np.triu_indices(10, 1)]
    assert np.abs(correlations).max() < 3.7 / np.sqrt(4000)
