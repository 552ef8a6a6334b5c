"""Stylometry: no layout, no length, the right columns, finite for anything."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from springhead.modalities.text.lexicon import ENDINGS, FUNCTION_WORDS, GROUPS
from springhead.modalities.text.stylometry import FEATURES, UNIVERSAL, stylometry

PARAGRAPH = (
    "The old harbour was quiet, and nobody spoke. We waited for the boat; it came late. Was it worth it? "
    "I don't think so, but the captain laughed and said that the sea decides. Nobody argued with him. "
)


def words(seed, count):
    rng = np.random.default_rng(seed)
    stock = [
        "stone",
        "river",
        "lamp",
        "grey",
        "walks",
        "under",
        "old",
        "moving",
        "never",
        "field",
        "a",
        "the",
    ]
    return " ".join(stock[i] + ("." if rng.random() < 0.1 else "") for i in rng.integers(0, 12, count))


@given(st.lists(st.text(max_size=300), max_size=6))
@settings(max_examples=60, deadline=None)
def test_features_are_finite_for_any_text(texts):
    table = stylometry(texts)
    assert table.shape == (len(texts), FEATURES)
    assert np.isfinite(table).all()


def test_line_breaks_and_layout_are_not_seen():
    spread = PARAGRAPH.replace(". ", ".\n\n").replace(" and ", "\t and\u00a0\n")
    assert np.array_equal(stylometry([PARAGRAPH]), stylometry([spread]))


def test_a_row_does_not_depend_on_the_batch():
    texts = [PARAGRAPH, words(1, 200), "一句话。两句话!", ""]
    whole = stylometry(texts)
    for row, text in enumerate(texts):
        assert np.array_equal(stylometry([text])[0], whole[row])
    assert np.array_equal(stylometry(texts, english=False), whole[:, :UNIVERSAL])


def test_rates_hardly_move_when_the_text_grows():
    """Twice as much of the same random prose must not shift the means of 40 texts by half a deviation."""
    short = stylometry([words(seed, 200) for seed in range(40)])
    long = stylometry([words(seed, 800) for seed in range(40)])
    deviation = short.std(axis=0)
    shift = np.abs(short.mean(axis=0) - long.mean(axis=0)) / np.where(deviation > 1e-6, deviation, 1.0)
    assert np.median(shift) < 0.15
    assert np.mean(shift > 1.0) < 0.1  # least and greatest of a sample must depend on its size


def test_words_groups_and_endings_are_counted():
    table = stylometry(["Moreover the walking of the dog isn't nearly finished"])[0]
    share = 100.0 / 9
    first = UNIVERSAL
    assert table[first + FUNCTION_WORDS.index("the")] == pytest.approx(2 * share, rel=1e-5)
    assert table[first + FUNCTION_WORDS.index("of")] == pytest.approx(share, rel=1e-5)
    group = first + len(FUNCTION_WORDS)
    assert table[group] == pytest.approx(share, rel=1e-5)  # moreover
    ending = group + len(GROUPS)
    assert table[ending + ENDINGS.index("ing")] == pytest.approx(share, rel=1e-5)
    assert table[ending + ENDINGS.index("ly")] == pytest.approx(share, rel=1e-5)
    assert table[ending + ENDINGS.index("'t")] == pytest.approx(share, rel=1e-5)
    assert table[ending + ENDINGS.index("ness")] == 0
    assert len(set(FUNCTION_WORDS)) == len(FUNCTION_WORDS)


def test_punctuation_is_per_hundred_tokens():
    table = stylometry(["one, two, three."])[0]
    assert table[0] == pytest.approx(100 * 2 / 6)
    assert table[1] == pytest.approx(100 * 1 / 6)


def test_sentences_are_split_at_stops_but_not_inside_numbers():
    one = stylometry(["It costs 3.14 in all and that is that."], english=False)
    two = stylometry(["It costs three. In all, that is that."], english=False)
    sentence_mean = 28 + 30
    assert one[0, sentence_mean] > two[0, sentence_mean]
