"""Dates of records, read from whatever a corpus holds: ISO 8601, WARC-Date, HTTP dates, years, epoch numbers.

A date is evidence of a human only before the generators existed, so a value that could mean two dates (day
and month first) or lies outside 1000 to 2100 is no date.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

import numpy as np
from numpy.typing import NDArray

_ISO = re.compile(
    r"\s*(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?"
    r"(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?\s*",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"\s*(\d{4})(\d{2})(\d{2})(?:T?\d{6}Z?)?\s*")
_NUMBER = re.compile(r"\s*-?\d{9,19}(?:\.\d+)?\s*")
_CHINESE = re.compile(r"\s*(\d{4})年(\d{1,2})月(?:(\d{1,2})日)?\s*")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse(value: object, /, *, end: bool = True) -> date | None:
    """Return the date (in UTC) that a value means, or None when it means none for certain.

    Accepts strings, dates, datetimes and numbers (years of four digits; epoch seconds, milliseconds, micro-
    or nanoseconds). Of a year or a month alone the last day is returned, so that "before" is never claimed
    too early; with `end=False` the first day.
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, datetime):
        return _sane((value.astimezone(UTC) if value.tzinfo else value).date())
    if isinstance(value, date):
        return _sane(value)
    if isinstance(value, (int, float, np.integer, np.floating)):
        return _number(float(value), end)
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    return _text(value[:80], end) if isinstance(value, str) else None


def parse_all(values: Sequence[object], /) -> list[date | None]:
    """Return the date of each value or None; equal strings are parsed once."""
    known: dict[str, date | None] = {}
    result: list[date | None] = []
    for value in values:
        if not isinstance(value, str):
            result.append(parse(value))
            continue
        if value not in known:
            known[value] = parse(value)
        result.append(known[value])
    return result


def before(dates: Sequence[date | None], limit: date, /) -> NDArray[np.bool_]:
    """Say for each record whether it is dated, and strictly before the limit; bool (n,)."""
    return np.array([day is not None and day < limit for day in dates], dtype=bool)


def _sane(day: date) -> date | None:
    return day if 1000 <= day.year <= 2100 else None


def _number(value: float, end: bool) -> date | None:
    if not math.isfinite(value):
        return None
    if value == int(value) and 1000 <= value <= 2100:
        return date(int(value), 12, 31) if end else date(int(value), 1, 1)
    for unit in (1.0, 1e3, 1e6, 1e9):
        seconds = value / unit
        if 1e8 <= abs(seconds) < 4.2e9:
            return _sane((_EPOCH + timedelta(seconds=seconds)).date())
    return None


def _text(value: str, end: bool) -> date | None:
    found = _ISO.fullmatch(value) or _CHINESE.fullmatch(value)
    if found:
        return _parts(found, end)
    compact = _COMPACT.fullmatch(value)
    if compact:
        day = _day(int(compact[1]), int(compact[2]), int(compact[3]))
        if day is not None:
            return day
    if _NUMBER.fullmatch(value):
        return _number(float(value), end)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return _month_name(value)
    try:
        return _sane((moment.astimezone(UTC) if moment.tzinfo else moment).date())
    except OverflowError:
        return None


def _parts(found: re.Match[str], end: bool) -> date | None:
    year, month, number = (int(part) if part else None for part in found.groups()[:3])
    if year is None or month is None:
        return None if year is None else _number(float(year), end)
    if number is None:
        first = _day(year, month, 1)
        if first is None or not end:
            return first
        return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    day = _day(year, month, number)
    return day if day is None or found.re is not _ISO or not found[7] else _in_utc(day, found)


def _in_utc(day: date, found: re.Match[str]) -> date | None:
    """Move a day with a time and a zone to the day in UTC; an impossible time leaves it."""
    hour, minute, zone = int(found[4]), int(found[5]), found[7].upper()
    if zone in ("Z", "UTC"):
        return day
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:])) * (-1 if zone[0] == "-" else 1)
    if abs(offset) > timedelta(hours=14) or hour > 23 or minute > 59:
        return day
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=timezone(offset))
    return _sane(moment.astimezone(UTC).date())


def _day(year: int, month: int, number: int) -> date | None:
    try:
        return _sane(date(year, month, number))
    except ValueError:
        return None


def _month_name(value: str) -> date | None:
    """Read "March 5, 2019" and "5 March 2019", the month by its English name."""
    for form in ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%B %d %Y", "%d-%b-%Y"):
        try:
            return _sane(datetime.strptime(value.strip(), form).date())
        except ValueError:
            continue
    return None
