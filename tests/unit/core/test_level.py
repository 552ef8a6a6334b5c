"""Levels: round trip within half a step, order kept, unknown kept apart."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from springhead.core.level import LIMIT_NATS, STEPS, UNKNOWN_LEVEL, to_level, to_log_odds, to_probability

HALF_STEP = LIMIT_NATS / STEPS


@given(st.lists(st.floats(-LIMIT_NATS, LIMIT_NATS), min_size=1, max_size=50))
def test_round_trip_is_within_half_a_step(values):
    odds = np.array(values)
    back = to_log_odds(to_level(odds))
    assert np.abs(back - odds).max() <= HALF_STEP + 1e-12


@given(st.lists(st.floats(-LIMIT_NATS, LIMIT_NATS), min_size=1, max_size=50))
def test_error_of_a_probability_is_below_one_percent(values):
    odds = np.array(values)
    exact = 1.0 / (1.0 + np.exp(-odds))
    assert np.abs(to_probability(to_level(odds)) - exact).max() < 0.01


@given(st.lists(st.floats(allow_nan=False), min_size=2, max_size=50))
def test_order_is_kept_and_no_number_becomes_unknown(values):
    levels = to_level(np.sort(np.array(values)))
    assert (np.diff(levels.astype(int)) >= 0).all()
    assert (levels != UNKNOWN_LEVEL).all()


def test_every_byte_survives_decoding_and_encoding():
    every = np.arange(256, dtype=np.uint8)
    assert (to_level(to_log_odds(every)) == every).all()


def test_unknown_is_nan_both_ways():
    assert to_level(np.array([np.nan, 0.0]))[0] == UNKNOWN_LEVEL
    decoded = to_probability(np.array([UNKNOWN_LEVEL, 128], dtype=np.uint8))
    assert np.isnan(decoded[0])
    assert decoded[1] == 0.5


def test_ends_of_the_scale_are_used():
    assert to_level(np.array([-np.inf, np.inf])).tolist() == [1, 255]


def test_empty_batch():
    assert to_level(np.zeros(0)).shape == (0,)
