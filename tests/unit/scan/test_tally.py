"""Counts per group and language, and the groups that are shown."""

import numpy as np
import polars as pl
import pytest

from springhead.scan.settings import ScanSettings
from springhead.scan.tally import WHOLE, count, crosses, largest, tally

NAN = float("nan")


@pytest.fixture
def folders(tmp_path):
    made = []
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        pl.DataFrame(
            {
                "content": [bytes([number, i]).ljust(32, b".") for i in range(4)],
                "language": ["en", "en", "de", "en"],
                "source": ["a", "a", "b", ""],
                "host": [""] * 4,
                "date": ["2020-01-01", "2021-05-05", "", "2020-02-02"],
                "group_site": ["x", "y", "x", "x"],
                "words": [10, 20, 30, 40],
                "abstain": ["", "", "short", ""],
                "score_judged": [1.0, NAN, NAN, 2.0],
                "score_repetition": [0.0, 0.9, NAN, 0.1],
                "nats_declared": [NAN, NAN, 6.0, 6.0],
                "nats_dated": [NAN, NAN, NAN, -8.0],
                "nats_residue": [4.6, NAN, NAN, NAN],
            }
        ).write_parquet(folder / "judged.parquet")
        np.save(folder / "sketch.npy", np.zeros((4, 2), np.float16))
        made.append(folder)
    return made


def test_counts(folders):
    table = count([folder / "judged.parquet" for folder in folders], ("site",))
    rows = {(row["key0"], row["stratum"]): row for row in table.iter_rows(named=True)}
    assert set(rows) == {("x", "en"), ("x", "de"), ("y", "en")}
    english = rows["x", "en"]
    assert (english["n"], english["words"], english["scored"], english["scored_words"]) == (4, 100, 2, 20)
    assert (english["human"], english["human_words"], english["synthetic"], english["residue"]) == (
        2,
        80,
        0,
        2,
    )
    assert (rows["x", "de"]["synthetic"], rows["x", "de"]["abstained"], rows["y", "en"]["procedural"]) == (
        2,
        2,
        2,
    )


def test_groups_are_shown_by_size_and_empty_values_are_none(folders):
    files = [folder / "judged.parquet" for folder in folders]
    assert largest(count(files, ("source",)), ("source",), 9) == [("a",), ("b",)]
    assert largest(count(files, ("year",)), ("year",), 1) == [("2020",)]
    assert largest(count(files, ("host",)), ("host",), 9) == []
    assert largest(count(files, WHOLE), WHOLE, 9) == [()]


def test_sample_holds_the_undecided_scores(folders):
    settings = ScanSettings(group=(("site",),))
    found = tally(folders, [np.arange(4), np.arange(4, 8)], settings)
    rows = found.scores.rows(("site", "x", "en"))
    assert rows["score"].tolist() == [1.0, 1.0] and rows["cluster"].tolist() == [0, 4]
    assert ("site", "y", "en") not in found.scores.cells
    assert sum(int(found.counts[cross]["n"].sum()) for cross in (WHOLE, ("site",))) == 16


def test_crosses_come_once():
    settings = ScanSettings(group=(("site",), ("language",), ("site",), ("site", "language")))
    found = crosses(settings)
    assert found[0] == WHOLE and len(found) == len(set(found))
    assert ("site", "language") in found and found.count(("language",)) == 1
