"""Hashed n-grams: against a plain count, and the properties that scoring leans on."""

from collections import Counter

import numpy as np
import pytest

from springhead.modalities.text.codes import LIMIT, encode
from springhead.modalities.text.ngrams import (
    count_ngrams,
    place_weights,
    prepare,
    score_ngrams,
    slot_values,
    vector_norm,
)

TEXTS = [
    "The cat sat on the mat, and the cat slept.",
    "中文没有空格,每个字都是一个词。",
    "",
    "a",
    "don't 12 stop",
]


def plain_count(low, words):
    grams = Counter(low[i : i + n] for n in range(2, 6) for i in range(len(low) - n + 1))
    grams.update(("w", *words[i : i + n]) for n in range(1, 4) for i in range(len(words) - n + 1))
    return grams


@pytest.mark.parametrize(
    ("text", "low", "words"),
    [
        (
            TEXTS[0],
            TEXTS[0].lower(),
            ["the", "cat", "sat", "on", "the", "mat", ",", "and", "the", "cat", "slept", "."],
        ),
        ("中文,好。", "中文,好.", ["中", "文", ",", "好", "."]),
        ("Don't 12 stop", "don't 00 stop", ["don't", "00", "stop"]),
    ],
)
def test_counts_are_those_of_a_plain_count(text, low, words):
    expected = plain_count(low, words)
    counts = count_ngrams([text], 30)  # 2^30 slots: no collision among so few
    assert counts.counts.sum() == sum(expected.values())
    assert sorted(counts.counts.tolist()) == sorted(expected.values())


def test_rows_do_not_depend_on_the_batch():
    whole = count_ngrams(TEXTS, 20)
    for row, text in enumerate(TEXTS):
        alone = count_ngrams([text], 20)
        part = slice(whole.indptr[row], whole.indptr[row + 1])
        assert np.array_equal(alone.indices, whole.indices[part])
        assert np.array_equal(alone.counts, whole.counts[part])


def test_white_space_case_quotes_and_zero_width_marks_change_nothing():
    plain = count_ngrams(['He said "no" - twice.'], 20)
    dressed = count_ngrams(["  HE\n\n said \u201cno\u201d \u2014\t twi\u200bce. "], 20)
    assert np.array_equal(plain.indices, dressed.indices)


def test_direct_scores_are_the_dot_product_of_unit_vectors():
    rng = np.random.default_rng(0)
    weights = rng.integers(-127, 128, 1 << 16).astype(np.int8)
    rarity = rng.integers(1, 200, 1 << 16).astype(np.uint8)
    counts = count_ngrams(TEXTS, 16)
    values = slot_values(counts, rarity)
    direct = score_ngrams(prepare(TEXTS), weights, rarity)
    for row in range(len(TEXTS)):
        part = slice(counts.indptr[row], counts.indptr[row + 1])
        assert direct[row] == pytest.approx(float(values[part] @ weights[counts.indices[part]]), abs=1e-3)
        if part.stop > part.start:
            assert np.linalg.norm(values[part]) == pytest.approx(1.0, abs=1e-5)


def test_weights_of_places_add_up_to_those_of_the_ngrams():
    weights = np.ones(1 << 16, np.int8)
    rarity = np.ones(1 << 16, np.uint8)
    text = TEXTS[0]
    places = place_weights(prepare([text]), weights, rarity)
    counts = count_ngrams([text], 16)
    assert places.size == len(text)
    assert places.sum() == pytest.approx(counts.counts.sum())
    assert vector_norm(counts, rarity) == pytest.approx(np.linalg.norm(np.log1p(counts.counts)), rel=1e-4)


def test_only_the_first_characters_are_read_and_surrogates_are_survived():
    long = "word and more " * 2_000
    assert encode([long]).codes.size <= LIMIT
    assert np.array_equal(count_ngrams([long], 18).indices, count_ngrams([long[:LIMIT]], 18).indices)
    assert count_ngrams(["\ud800 lone", "\U0001f600\U00020000" * 10], 18).indptr[-1] > 0
