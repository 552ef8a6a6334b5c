"""Calibrations: what is fitted, what is refused, and that a saved one is the same."""

import numpy as np
import pytest

from springhead.errors import BadReference
from springhead.scan.calibration import Reference, fit_calibration, load_calibration, save_calibration
from springhead.scan.references import without
from springhead.scan.settings import ReferenceSettings, ScanSettings

SETTINGS = ScanSettings(references=ReferenceSettings(least=50, head_least=10_000))


def reference(n, shift, name, languages=("en",), neural=False):
    rng = np.random.default_rng(len(name))
    score = rng.standard_normal(n) + shift
    return Reference(
        language=[languages[i % len(languages)] for i in range(n)],
        content=[f"{name}{i:030d}".encode()[:32].ljust(32, b".") for i in range(n)],
        cluster=np.arange(n), length=np.full(n, 200), score=score,
        sketch=rng.standard_normal((n, 3)).astype(np.float32), payload=[], newest="2020-01-01",
        neural=score * 2 + 1 if neural else np.full(n, np.nan),
    )  # fmt: skip


def fit(human, synthetic, settings=SETTINGS):
    return fit_calibration(human, synthetic, settings, human_name="h", synthetic_name="s")


def test_each_language_with_enough_texts_is_calibrated():
    human = reference(210, 0, "h", ("en", "de", "unknown"))
    found = fit(human, reference(150, 3, "m"))
    assert set(found.languages) == {"en", "de"}
    english, german = found.languages["en"], found.languages["de"]
    assert len(english.human) == 70 and len(english.synthetic) == 150 and english.ratio is not None
    assert len(german.synthetic) == 0 and german.ratio is None and np.isnan(german.nats(np.zeros(2))).all()
    low, high = english.nats(np.array([-1.0, 4.0]))
    assert low < -0.5 and high > 0.5


def test_few_texts_calibrate_nothing():
    assert fit(reference(19, 0, "h"), None).languages == {}
    assert fit(None, reference(150, 3, "m")).languages == {}


def test_a_text_counts_once_and_the_smallest_hashes_stay():
    human = reference(60, 0, "h")
    doubled = Reference(
        human.language * 2, human.content * 2, np.tile(human.cluster, 2), np.tile(human.length, 2),
        np.tile(human.score, 2), np.tile(human.sketch, (2, 1)), [], "", np.tile(human.neural, 2),
    )  # fmt: skip
    assert doubled.rows_of("en", 100).tolist() == list(range(60))
    assert doubled.rows_of("en", 10).tolist() == list(range(10))


def test_both_classes_sharing_texts_are_refused():
    with pytest.raises(BadReference, match="60 records stand in both"):
        fit(reference(60, 0, "h"), reference(60, 0, "h"))


def test_saved_and_loaded_is_the_same(tmp_path):
    found = fit(reference(120, 0, "h", neural=True), reference(120, 2, "m", neural=True))
    save_calibration(found, tmp_path / "a.npz")
    again = load_calibration(tmp_path / "a.npz", SETTINGS)
    scores, neural = np.linspace(-3, 5, 9), np.linspace(0, 1, 9)
    one, other = found.languages["en"], again.languages["en"]
    assert one.fusion is not None and (one.fuse(scores, neural) == other.fuse(scores, neural)).all()
    assert (one.nats(scores) == other.nats(scores)).all()
    assert (one.p_values(scores, np.full(9, 100)) == other.p_values(scores, np.full(9, 100))).all()
    assert (again.human_name, again.synthetic_name, again.contents) == ("h", "s", found.contents)
    save_calibration(again, tmp_path / "b.npz")
    assert load_calibration(tmp_path / "b.npz", SETTINGS).contents == found.contents


def test_neural_scores_alone_replace_where_nothing_weighs_them():
    one = fit(reference(120, 0, "h", neural=True), None).languages["en"]
    assert one.neural_only and one.fuse(np.zeros(2), np.array([3.0, 4.0])).tolist() == [3.0, 4.0]
    assert one.fuse(np.array([1.0]), None).tolist() == [1.0]


def test_without_takes_the_rows_out():
    human = reference(10, 0, "h")
    left = without(human, set(human.content[:3]))
    assert left is not None and left.content == human.content[3:] and (left.score == human.score[3:]).all()
    assert without(human, set()) is human and without(None, {b"x"}) is None
