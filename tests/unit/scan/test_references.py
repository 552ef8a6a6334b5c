"""Overlap of references with the target."""

import polars as pl
import pytest

from springhead.errors import BadReference
from springhead.scan.references import check_overlap, load_reference


@pytest.fixture
def folders(tmp_path):
    made = []
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        digests = [bytes([number, i]).ljust(32, b".") for i in range(5)]
        pl.DataFrame({"canonical": digests}).write_parquet(folder / "observed.parquet")
        made.append(folder)
    (tmp_path / "empty").mkdir()
    return [*made, tmp_path / "empty"]


def test_no_overlap(folders):
    assert check_overlap(frozenset([b"x" * 32]), folders) == set()
    assert check_overlap(frozenset(), folders) == set()


def test_half_a_per_cent_is_taken_out_and_more_refused(folders):
    others = [f"{i:032d}".encode() for i in range(398)]
    shared = [bytes([0, 1]).ljust(32, b"."), bytes([1, 4]).ljust(32, b".")]
    assert check_overlap(frozenset([*others, *shared]), folders) == set(shared)
    with pytest.raises(BadReference, match="2 of its 392 records"):
        check_overlap(frozenset([*others[:390], *shared]), folders)


def test_nothing_to_load(tmp_path):
    assert load_reference([]) is None and load_reference([tmp_path]) is None
