"""Dates: every form met, no date for ambiguous or impossible values, and "before" never claimed too early."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.modalities.text.dated import before, parse, parse_all


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2019-03-05", date(2019, 3, 5)),
        ("2019-03-05T23:30:00-05:00", date(2019, 3, 6)),
        ("2019-03-05T10:11:12Z", date(2019, 3, 5)),
        ("2019-03-05 10:11:12.123456", date(2019, 3, 5)),
        ("2019/3/5", date(2019, 3, 5)),
        ("20190305", date(2019, 3, 5)),
        ("20190305101112", date(2019, 3, 5)),
        ("2019", date(2019, 12, 31)),
        ("2020-02", date(2020, 2, 29)),
        ("2019年3月5日", date(2019, 3, 5)),
        ("Tue, 05 Mar 2019 10:11:12 GMT", date(2019, 3, 5)),
        ("March 5, 2019", date(2019, 3, 5)),
        ("1551780672", date(2019, 3, 5)),
        (1551780672, date(2019, 3, 5)),
        (1551780672000, date(2019, 3, 5)),
        (2019, date(2019, 12, 31)),
        (datetime(2019, 3, 5, tzinfo=UTC), date(2019, 3, 5)),
        (b"2019-03-05", date(2019, 3, 5)),
        ("05/03/2019", None), ("2019-13-01", None), ("2019-02-30", None), ("", None), ("soon", None),
        (None, None),
        (True, None), (float("nan"), None), (12, None), ("0001-01-01", None), ("9999", None), (-1e300, None),
    ],
)  # fmt: skip
def test_parse(value: object, expected: date | None) -> None:
    assert parse(value) == expected
    assert parse_all([value, value]) == [expected, expected]


def test_the_first_day_on_request() -> None:
    assert parse("2020-02", end=False) == date(2020, 2, 1)
    assert parse(2019, end=False) == date(2019, 1, 1)


def test_before_is_strict_and_false_without_a_date() -> None:
    assert before([date(2022, 10, 31), date(2022, 11, 1), None], date(2022, 11, 1)).tolist() == [
        True,
        False,
        False,
    ]
    assert not before([parse("2022")], date(2022, 11, 1))[0]


@given(st.dates(date(1000, 1, 1), date(2100, 12, 31)))
def test_iso_dates_round_trip(day: date) -> None:
    assert parse(day.isoformat()) == day


@given(
    st.one_of(
        st.text(),
        st.integers(),
        st.floats(),
        st.from_regex(r"\d{1,20}[-/T:+.]?\d*", fullmatch=True),
        st.binary(),
    )
)
def test_nothing_crashes(value: object) -> None:
    day = parse(value)
    assert day is None or 1000 <= day.year <= 2100
