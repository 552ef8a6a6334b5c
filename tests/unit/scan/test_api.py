"""Scan as a library."""

import numpy as np
import pytest

from springhead.errors import BadConfiguration, NothingFound
from springhead.scan import scan, score
from springhead.testing import human_texts, polluted_corpus


def test_scan_returns_the_typed_result(tmp_path):
    truth = polluted_corpus(tmp_path / "a.jsonl", 12, 0.5, np.random.default_rng(1))
    folder = scan(truth.path, tmp_path / "out", engine="serial", id_column="id")
    assert folder.result.records.kept == 12 and folder.path == tmp_path / "out"
    frame = folder.to_polars()
    assert frame["key"].to_list() == list(truth.keys)
    pandas = pytest.importorskip("pandas")
    assert isinstance(folder.to_pandas(), pandas.DataFrame) and len(folder.to_pandas()) == 12


def test_wrong_settings_are_told(tmp_path):
    with pytest.raises(BadConfiguration, match="seed"):
        scan(tmp_path, tmp_path / "out", sed=3)
    with pytest.raises(NothingFound):
        scan(tmp_path / "nothing", tmp_path / "out")


def test_score_is_that_of_a_scan(tmp_path):
    truth = polluted_corpus(tmp_path / "a.jsonl", 6, 0.5, np.random.default_rng(2))
    frame = scan([truth.path], tmp_path / "out", engine="serial").to_polars()
    found = score(list(truth.texts))
    assert found.statistical == pytest.approx(frame["score_statistical"].to_numpy(), abs=1e-4)
    assert found.language == frame["language"].to_list()


def test_score_abstains_and_gives_reasons():
    text = human_texts(1, np.random.default_rng(3))[0]
    found = score(["Too short.", "As an AI language model, I cannot do that.\n\n" + text])
    assert np.isnan(found.statistical[0]) and found.abstained[0] and not found.abstained[1]
    assert found.reasons[0] == [] and found.reasons[1]
    assert score([]).language == []
