"""Score files: read, refused, joined."""

import numpy as np
import polars as pl
import pytest

from springhead.errors import BadScoreFile
from springhead.scan.neural import digest_of, join_scores, read_scores


def test_files_are_joined_by_key_in_the_order_of_the_rows(tmp_path):
    pl.DataFrame({"key": [1, 2], "score": [5, 6]}).write_parquet(tmp_path / "a.parquet")
    pl.DataFrame({"key": ["x"], "score": [0.5]}).write_parquet(tmp_path / "b.parquet")
    scores = read_scores([str(tmp_path / "a.parquet"), str(tmp_path / "b.parquet")])
    joined = join_scores(pl.DataFrame({"key": ["x", "2", "none", "1"]}), scores)
    assert joined["key"].to_list() == ["x", "2", "none", "1"]
    assert joined["score_neural"][0] == 0.5 and joined["score_neural"][1] == 6.0
    assert np.isnan(joined["score_neural"][2]) and joined["score_neural"][3] == 5.0


def test_no_files():
    frame = pl.DataFrame({"key": ["a"]})
    assert read_scores(()) is None and join_scores(frame, None).equals(frame)


def test_what_cannot_be_used(tmp_path):
    file = tmp_path / "a.parquet"
    for frame in ({"key": ["a"]}, {"key": ["a", "a"], "score": [1.0, 1.0]}, {"key": ["a"], "score": ["b"]}):
        pl.DataFrame(frame).write_parquet(file)
        with pytest.raises(BadScoreFile):
            read_scores([str(file)])
    file.write_bytes(b"PAR1 and no more")
    with pytest.raises(BadScoreFile):
        read_scores([str(file)])


def test_digest_is_of_the_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"1")
    first = digest_of([str(tmp_path / "a")])
    (tmp_path / "a").write_bytes(b"2")
    assert digest_of([str(tmp_path / "a")]) != first
    with pytest.raises(BadScoreFile):
        digest_of([str(tmp_path / "b")])
