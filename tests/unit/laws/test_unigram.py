"""The unigram loop beside the survival law, on made and on real counts."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from scipy import stats

from springhead.errors import BeyondMemory, MissingExtra, OutOfRange, UnknownName
from springhead.laws.unigram import languages_loop, unigram_loop, word_counts, word_languages


def test_types_are_kept_as_the_law_says_by_band():
    counts = np.repeat([1, 2, 4, 9, 40], [4000, 3000, 2000, 1000, 200])
    found = unigram_loop(counts, generations=10, edges=(1, 2, 5), seed=2)
    assert found.types.tolist() == [4000, 5000, 1200]
    # Types are negatively correlated, so the binomial error bounds theirs; one in n is the law's own error.
    quantile = stats.norm.isf(0.01 / 2 / 30)
    allowed = quantile * np.sqrt(found.expected * (1 - found.expected) / found.types) + 2e-4
    assert (abs(found.observed - found.expected) <= allowed).all()
    later = unigram_loop(counts, generations=11, edges=(1, 2, 5), seed=2)
    shifted = abs(found.observed[1:] - later.expected[2:])
    assert (shifted > allowed[1:]).mean() > 0.5  # a law that is one generation off does not fit


def test_real_words_thin_out_as_the_law_says():
    assert len(word_languages()) >= 40
    found = languages_loop(languages=("en", "is"), tokens=200_000, generations=10)
    for kept in found.values():
        assert abs(kept.observed - kept.expected).max() < 0.01
        assert kept.observed[10, 0] < 0.7


def test_bad_input_is_named(monkeypatch):
    with pytest.raises(UnknownName, match="language"):
        word_counts(language="klingon")
    with pytest.raises(OutOfRange):
        unigram_loop([1.0, float("nan")])
    with pytest.raises(BeyondMemory):
        unigram_loop([1e12])
    monkeypatch.setitem(sys.modules, "wordfreq", None)
    with pytest.raises(MissingExtra, match="words"):
        word_languages()
