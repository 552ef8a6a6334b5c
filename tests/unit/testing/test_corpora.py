"""Made-up corpora: the truth is exact, the seed decides, the styles differ, every format holds all."""

import json

import numpy as np
import pyarrow.parquet as pq
import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from springhead.errors import UnknownName
from springhead.testing import (
    FakeDetector,
    FakeModality,
    gaussian_scores,
    human_texts,
    machine_texts,
    polluted_corpus,
    vectors,
)


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("share", [0.0, 0.13, 0.5, 1.0])
def test_the_share_is_exact(tmp_path, share):
    truth = polluted_corpus(tmp_path / "c.jsonl", 100, share, rng())
    assert truth.share == pytest.approx(share)
    rows = [json.loads(line) for line in truth.path.read_text("utf-8").splitlines()]
    assert tuple(row["id"] for row in rows) == truth.keys
    assert tuple(row["text"] for row in rows) == truth.texts


def test_an_empty_corpus(tmp_path):
    assert polluted_corpus(tmp_path / "c.jsonl", 0, 0.5, rng()).share == 0.0


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        polluted_corpus(tmp_path / name, 20, 0.3, rng(5))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    polluted_corpus(tmp_path / "c", 20, 0.3, rng(6))
    assert (tmp_path / "a").read_bytes() != (tmp_path / "c").read_bytes()


def test_parquet_holds_all(tmp_path):
    truth = polluted_corpus(tmp_path / "c.parquet", 70, 0.2, rng(), format="parquet")
    assert tuple(pq.read_table(truth.path)["text"].to_pylist()) == truth.texts


def test_folder_holds_all(tmp_path):
    truth = polluted_corpus(tmp_path / "c", 12, 0.5, rng(), format="folder")
    assert tuple(file.read_text("utf-8") for file in sorted(truth.path.iterdir())) == truth.texts


def test_warc_holds_all(tmp_path):
    truth = polluted_corpus(tmp_path / "c.warc", 12, 0.5, rng(), format="warc", language="de")
    with truth.path.open("rb") as stream:
        pages = [
            record.reader.read().decode()
            for record in ArchiveIterator(stream, record_types=WarcRecordType.response, parse_http=True)
        ]
    assert len(pages) == 12
    first = truth.texts[0].split("\n\n")[0].replace("'", "&#x27;")
    assert first in pages[0]


@pytest.mark.parametrize("language", ["en", "de"])
def test_texts_are_long_enough_and_of_many_words(language):
    texts = human_texts(50, rng(), language) + machine_texts(50, rng(), language)
    assert min(len(text.split()) for text in texts) >= 160
    assert len(set(texts)) == 100
    assert len({word for text in texts for word in text.split()}) > 500


def test_an_unknown_language_is_a_clear_error():
    with pytest.raises(UnknownName, match="Known: de, en"):
        human_texts(1, rng(), "xx-unknown")


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_bag_of_words_can_learn_the_styles(language):
    def counts(texts, words):
        return np.array([[text.split().count(word) for word in words] for text in texts], float)

    human, machine = human_texts(40, rng(1), language), machine_texts(40, rng(2), language)
    words = sorted({word for text in human + machine for word in text.split()})
    direction = counts(machine, words).mean(axis=0) - counts(human, words).mean(axis=0)
    fresh_human = counts(human_texts(40, rng(3), language), words) @ direction
    fresh_machine = counts(machine_texts(40, rng(4), language), words) @ direction
    assert (fresh_human[:, None] < fresh_machine[None, :]).mean() > 0.95


def test_gaussian_scores_are_separated_as_asked():
    human, synthetic = gaussian_scores(20_000, 20_000, 1.5, rng())
    # Five standard errors of a difference of means.
    assert synthetic.values.mean() - human.values.mean() == pytest.approx(1.5, abs=5 * (2 / 20_000) ** 0.5)


def test_fakes_work_together():
    batch, synthetic = vectors(400, 0.25, rng())
    modality, detector = FakeModality(), FakeDetector()
    read = modality.read({"payload": list(batch)})
    assert np.array_equal(read, batch)
    forms = modality.forms(read)
    assert len(set(forms.content)) == 400
    assert modality.signatures(read).bands.shape[0] == 400
    assert len(modality.excerpt(read, np.array([0, 3]))) == 2
    score = detector.examine(read).score
    assert score[synthetic].mean() - score[~synthetic].mean() > 2.0
    assert synthetic.sum() == 100
