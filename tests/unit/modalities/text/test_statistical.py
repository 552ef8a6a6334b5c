"""The shipped detector: its contract, its weights file and what it must not react to."""

import pydoc_data.topics
import re
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest

from springhead.errors import BrokenWeights
from springhead.modalities.text.statistical import StatisticalDetector, abstained, base_language, read_weights


@pytest.fixture(scope="module")
def detector():
    return StatisticalDetector.load(None)


@pytest.fixture(scope="module")
def prose():
    texts = [" ".join(text.split())[:2_000] for text in pydoc_data.topics.topics.values()]
    return [text for text in texts if len(text) > 1_500][:24]


def test_scores_are_one_per_text_finite_and_independent_of_the_batch(detector, prose):
    languages = ["en", "unknown", "es", "zh-Hans"] * 6
    scores = detector.raw_score(prose, languages[: len(prose)])
    assert scores.shape == (len(prose),)
    assert np.isfinite(scores).all()
    for row in (0, 1, 2, 3):
        assert detector.raw_score([prose[row]], [languages[row]])[0] == scores[row]


def test_scores_do_not_saturate_for_languages_without_a_head(detector, prose):
    scores = detector.raw_score(prose, ["xx"] * len(prose))
    assert np.abs(scores).max() < 12
    assert np.unique(np.round(scores, 3)).size > len(prose) // 2
    assert np.array_equal(scores, detector.raw_score(prose, ["unknown"] * len(prose)))


def test_layout_case_of_tags_and_zero_width_marks_change_no_score(detector, prose):
    plain = detector.raw_score(prose, ["en"] * len(prose))
    dressed = [text.replace(" ", "\n\n", 9).replace("e", "e\u200b", 5) for text in prose]
    np.testing.assert_allclose(detector.raw_score(dressed, ["EN-gb"] * len(prose)), plain, atol=1e-9)
    assert base_language("zh_Hant_TW") == "zh"


def test_short_text_code_and_tables_are_abstained_on(detector):
    sentence = "The harbour was quiet that morning and nobody spoke of the storm. "
    texts = [
        sentence * 6,
        sentence * 8,
        "字" * 149 + "。",
        "字" * 150,
        "x = {1: [2, 3]}; " * 60,
        "1 | 2 | 3\n" * 90,
        "",
    ]
    assert abstained(texts).tolist() == [True, False, False, False, True, True, True]
    assert np.isnan(detector.score(texts, ["en"] * 7)).tolist() == abstained(texts).tolist()
    assert detector.score([], []).shape == (0,)


def test_spans_lie_in_the_text_do_not_overlap_and_are_heaviest_first(detector, prose):
    for text in prose[:6]:
        spans = detector.spans(text, 4)
        assert 0 < len(spans) <= 4
        weights = [abs(weight) for _, _, weight in spans]
        assert weights == sorted(weights, reverse=True)
        taken = sorted(spans)
        assert all(0 <= begin < end <= len(text) for begin, end, _ in taken)
        assert all(one[1] <= two[0] for one, two in pairwise(taken))
    assert detector.spans("", 3) == []
    assert detector.spans(prose[0], 3, language="xx") == []


def test_human_prose_older_than_the_generators_scores_below_chat_prose(detector):
    """Two texts of the repository: the language reference, and how a chat model would write."""
    human = (
        " ".join(pydoc_data.topics.topics["integers"].split())
        + " "
        + " ".join(pydoc_data.topics.topics["exceptions"].split())
    )
    machine = (
        "In today's rapidly evolving digital landscape, it is important to recognise the crucial role that "
        "community plays in our lives. Furthermore, fostering meaningful connections can significantly enhance "
        "both personal and professional growth. By embracing diverse perspectives, individuals are able to gain "
        "valuable insights that ultimately contribute to a more inclusive society. Additionally, technology "
        "serves as a powerful tool, enabling seamless collaboration across the globe. However, it is essential to "
        "strike a balance between innovation and well-being. In conclusion, by working together and remaining "
        "committed to shared values, we can create a brighter and more sustainable future for everyone."
    )
    scores = detector.score([re.sub(r"[*`]", "", human), machine], ["en", "en"])
    assert scores[1] > scores[0]
    assert scores[1] > 0


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"no archive"])
def test_a_broken_weights_file_is_named(tmp_path, content):
    path = tmp_path / "weights.npz"
    path.write_bytes(content)
    with pytest.raises(BrokenWeights, match=r"weights\.npz"):
        read_weights(path)
    with pytest.raises(BrokenWeights):
        StatisticalDetector.load(tmp_path / "none.npz")


def test_the_weights_say_what_they_were_trained_on_and_are_small(detector):
    facts = detector.weights.facts
    assert detector.version == facts["version"]
    assert set(facts["sources"]).isdisjoint({"DetectRL", "hatc", "c-red", "m4-glimpse"})
    assert {"en", "zh", "es", "ar"} <= set(detector.languages)
    bytes_held = sum(head.weights.nbytes + head.rarity.nbytes for head in detector.weights.heads.values())
    assert bytes_held < 40e6


def test_scoring_needs_no_training_library():
    code = (
        "import sys; from springhead.modalities.text.statistical import StatisticalDetector as D;"
        "D.load(None).score(['word ' * 100], ['en']);"
        "assert not {'sklearn', 'lightgbm', 'pandas'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
