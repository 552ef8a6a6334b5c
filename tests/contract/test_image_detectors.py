"""What every detector of images must do, whatever it reads; a new registry line is covered at once."""

import math
from dataclasses import replace

import numpy as np
import pytest
from tests.unit.modalities.image.conventions import (
    A1111,
    all_files,
    encoded,
    labelled_files,
    picture,
    plain_files,
    stealth,
)

from springhead.core import registry
from springhead.core.nouns import Findings, Trust
from springhead.modalities.image.batch import ImageBatch

DETECTORS = [name for name in registry.names("detector") if name.startswith("image/")]
FILES = [one for one, *_ in all_files().values()]
FILES += [*labelled_files().values(), *plain_files().values(), stealth(A1111, (96, 80))]
FILES += [encoded("PNG", picture((300, 260), seed=4)), FILES[0]]
DATES = [f"{2012 + row % 12}-02-03" for row in range(len(FILES))]


def hostile():
    """Bytes that are no image, stop early, lie of their size, or are damaged at random."""
    rng = np.random.default_rng(11)
    files = [
        b"",
        b"\0",
        b"GIF89a",
        b"\xff\xd8",
        b"RIFF\xff\xff\xff\xffWEBP",
        b"\x89PNG\r\n\x1a\n",
        b"text" * 999,
    ]
    files += [b"II*\0\x08\0\0\0\xff\xff", b"\0\0\0\x20ftypavif", rng.bytes(5000)]
    for data in FILES:
        files.append(data[: int(rng.integers(1, len(data)))])
        broken = bytearray(data)
        for place in rng.integers(0, min(len(broken), 600), 8):
            broken[place] = int(rng.integers(256))
        files.append(bytes(broken))
    huge = bytearray(encoded("PNG"))
    huge[16:24] = b"\x7f\xff\xff\xff" * 2
    return [*files, bytes(huge)]


def make(name):
    kind = registry.load("detector", name)
    return kind(human_before="2018-01-01") if name == "image/dated" else kind()


def examine(name, files, dates=None):
    columns = {"date": list(dates)} if dates is not None else {}
    return make(name).examine(ImageBatch(tuple(files), ("",) * len(files), columns))


def rows_of(items, place):
    return sorted((replace(item, row=int(place[item.row])) for item in items), key=repr)


def check(found, n):
    assert isinstance(found, Findings)
    assert found.score.shape == (n,)
    assert found.score.dtype == np.float64
    assert not np.isinf(found.score).any()
    for item in (*found.reasons, *found.claims):
        assert 0 <= item.row < n
        assert (item.start, item.end) == (-1, -1), "a file of bytes has no spans of characters"
    for claim in found.claims:
        assert len(claim.value) <= 400
        assert claim.value.isprintable()


def test_detectors_of_images_are_registered():
    assert {"image/declared", "image/dated", "image/watermark"} <= set(DETECTORS)


@pytest.mark.parametrize("name", DETECTORS)
def test_it_has_name_kind_and_version(name):
    detector = make(name)
    assert detector.name == name.partition("/")[2]
    assert isinstance(detector.kind, Trust)
    assert str(detector.version)


@pytest.mark.parametrize("name", DETECTORS)
def test_one_score_per_record_and_at_least_one_is_told(name):
    found = examine(name, FILES, DATES)
    check(found, len(FILES))
    if name == "image/neural":
        return  # scores nothing without weights: tests/unit/modalities/image/test_neural.py
    assert np.isfinite(found.score).any()
    assert found.claims


@pytest.mark.parametrize("name", DETECTORS)
def test_an_empty_batch_gives_no_findings(name):
    found = examine(name, [], [])
    check(found, 0)
    assert (found.reasons, found.claims) == ((), ())


@pytest.mark.parametrize("name", DETECTORS)
def test_hostile_bytes_crash_nothing(name):
    files = hostile()
    check(examine(name, files), len(files))
    check(examine(name, files, ["\ud800", None, 3, math.nan] * len(files)), len(files))


@pytest.mark.parametrize("name", DETECTORS)
def test_the_same_batch_gets_the_same_findings(name):
    first, second = examine(name, FILES, DATES), examine(name, FILES, DATES)
    assert np.array_equal(first.score, second.score, equal_nan=True)
    assert (first.reasons, first.claims) == (second.reasons, second.claims)


@pytest.mark.parametrize("name", DETECTORS)
def test_findings_follow_the_rows(name):
    order = np.random.default_rng(1).permutation(len(FILES))
    whole = examine(name, FILES, DATES)
    shuffled = examine(name, [FILES[i] for i in order], [DATES[i] for i in order])
    assert np.array_equal(shuffled.score, whole.score[order], equal_nan=True)
    assert rows_of(shuffled.reasons, order) == rows_of(whole.reasons, range(len(FILES)))
    assert rows_of(shuffled.claims, order) == rows_of(whole.claims, range(len(FILES)))


@pytest.mark.parametrize("name", DETECTORS)
def test_a_score_does_not_depend_on_the_rest_of_the_batch(name):
    whole = examine(name, FILES, DATES).score
    alone = [examine(name, [data], [day]).score[0] for data, day in zip(FILES, DATES, strict=True)]
    assert np.array_equal(whole, np.array(alone), equal_nan=True)
