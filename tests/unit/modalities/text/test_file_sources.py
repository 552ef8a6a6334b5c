"""Text sources that read a file which is named: columns, groups, sizes by language, and what is refused."""

import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from springhead.errors import BadConfiguration, NotReadable, UnknownFormat, UnknownName
from springhead.modalities.text.corpus_source import CorpusSource
from springhead.modalities.text.ntrex_source import NtrexSource, page_shares

ROWS = pl.DataFrame(
    {
        "body": ["One two three", "four  five", "six", None, "seven eight", "Nine ten"],
        "who": ["a", "b", "b", "b", None, "b"],
    }
)


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.fixture(params=["rows.jsonl", "rows.parquet"])
def path(request, tmp_path):
    target = tmp_path / request.param
    (ROWS.write_ndjson if target.suffix == ".jsonl" else ROWS.write_parquet)(target)
    return str(target)


def test_texts_and_groups_are_read_from_their_columns(path):
    source = CorpusSource(path, text="body", group="who")
    drawn = source.draw(None, rng())
    assert source.groups == ("b", "a")
    assert sorted(zip(drawn.groups, drawn.batch.texts(), strict=True)) == [
        (0, "four five"), (0, "nine ten"), (0, "six"), (1, "one two three"),
    ]  # fmt: skip


def test_words_are_counted_between_spaces_and_case_may_stay(path):
    source = CorpusSource(path, text="body", words=2, lower=False)
    assert source.groups == ("all",)
    assert sorted(source.draw(None, rng()).batch.texts()) == [
        "Nine ten", "One two three", "four five", "seven eight",
    ]  # fmt: skip


def test_what_cannot_be_read_is_said(path, tmp_path):
    with pytest.raises(UnknownName, match="body"):
        CorpusSource(path, text="bodi").draw(1, rng())
    with pytest.raises(BadConfiguration, match="9 words"):
        CorpusSource(path, text="body", words=9).draw(1, rng())
    with pytest.raises(UnknownFormat):
        CorpusSource(str(tmp_path / "rows.txt")).draw(1, rng())
    with pytest.raises(NotReadable):
        CorpusSource(str(tmp_path / "none.parquet")).draw(1, rng())
    (tmp_path / "bad.jsonl").write_text('{"text": "a"\n{{{')
    with pytest.raises(NotReadable):
        CorpusSource(str(tmp_path / "bad.jsonl")).draw(1, rng())


def test_shares_go_by_code_are_split_between_variants_and_fall_back():
    table = {"eng": 0.6, "fas": 0.2, "ara": 0.1, "isl": 0.05}
    shares, unlisted = page_shares(["eng-GB", "eng", "prs", "fas", "arb", "tah", "isl"], table, None)
    assert shares == pytest.approx(
        {"eng": 0.3, "eng-GB": 0.3, "arb": 0.1, "fas": 0.1, "prs": 0.1, "isl": 0.05, "tah": 0.05}
    )
    assert list(shares)[:2] == ["eng", "eng-GB"]
    assert unlisted == ("tah",)
    assert page_shares(["tah"], table, 0.01)[0] == {"tah": 0.01}


@pytest.fixture
def news(tmp_path):
    rows = [
        (language, doc, f"{language}{doc} word") for language in ("eng", "isl", "tah") for doc in range(50)
    ]
    pl.DataFrame(rows, ["language", "doc", "text"], orient="row").write_parquet(tmp_path / "news.parquet")
    (tmp_path / "shares.csv").write_text("iso639_3,pages,share\neng,1,0.5\nisl,1,0.005\n")
    return str(tmp_path / "news.parquet"), str(tmp_path / "shares.csv")


def test_sizes_follow_the_power_of_the_share(news):
    for tau, wanted in ((0.0, [50, 50, 50]), (0.5, [50, 5, 5]), (10.0, [50, 1, 1])):
        source = NtrexSource(*news, tau=tau)
        assert np.bincount(source.draw(None, rng()).groups).tolist() == wanted
        assert source.groups == ("eng", "isl", "tah")
        assert source.unlisted == ("tah",)
    # Without tau, the largest that leaves every language a document: 50 * 0.01^tau = 1.
    counts = np.bincount(NtrexSource(*news).draw(None, rng()).groups)
    assert counts.tolist() == [50, 1, 1]


def test_the_seed_decides_which_documents_are_held_the_same_in_every_language(news):
    def held(seed):
        batch = NtrexSource(*news, tau=0.5, seed=seed).draw(None, rng()).batch
        return {name: {text for text in batch.texts() if name in text} for name in ("eng", "isl", "tah")}

    first, other = held(0), held(1)
    assert {text.replace("isl", "tah") for text in first["isl"]} == first["tah"]
    assert first == held(0)
    assert first["isl"] != other["isl"]


def test_tables_that_lack_what_is_needed_are_refused(news, tmp_path):
    with pytest.raises(NotReadable):
        NtrexSource(news[0], str(tmp_path / "no.csv")).draw(1, rng())
    (tmp_path / "zero.csv").write_text("iso639_3,share\neng,0\n")
    (tmp_path / "other.csv").write_text("language,part\neng,1\n")
    for name in ("zero.csv", "other.csv"):
        with pytest.raises(NotReadable):
            NtrexSource(news[0], str(tmp_path / name)).draw(1, rng())
    with pytest.raises(BadConfiguration):
        NtrexSource(*news, tau=-1.0)


def test_ntrex_as_given():
    folder = Path(os.environ.get("SPRINGHEAD_DATA", ""))
    if "SPRINGHEAD_DATA" not in os.environ or not (folder / "ntrex_96.parquet").is_file():
        pytest.skip("SPRINGHEAD_DATA is not set, or lacks the file")
    source = NtrexSource(str(folder / "ntrex_96.parquet"), str(folder / "web_languages.csv"))
    counts = np.bincount(source.draw(None, rng()).groups)
    assert len(source.groups) == len(counts) == 96
    assert source.unlisted == ("fuc", "nde", "shi", "tah")
    assert counts[0] == 123
    assert counts.min() == 1
    assert (np.diff(counts) <= 0).all()
