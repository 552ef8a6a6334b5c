"""Self-repetition: 0 for prose, near 1 for pure repetition, bounded, and nan for the very short."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from springhead.modalities.text.repetition import measure


def prose(words: int) -> str:
    rng = np.random.default_rng(7)
    return " ".join(
        "".join(rng.choice(list("abcdefghijklmnoprstuvw"), size=rng.integers(2, 9))) for _ in range(words)
    )


def test_prose_scores_zero_and_repetition_one() -> None:
    line = "Buy cheap shoes online today with free shipping"
    found = measure([prose(200), "\n".join([line] * 60), " ".join([line] * 60), "too short to say"])
    assert found.score[0] == 0.0
    assert found.score[1] > 0.9
    assert found.score[2] > 0.9
    assert found.lines[1] > 0.9
    assert found.lines[2] == 0.0
    assert np.isnan(found.score[3])


def test_the_share_of_repeated_words_is_exact() -> None:
    words = prose(100).split()
    found = measure([" ".join(words + words[:20])])
    assert found.ngrams[0] == np.float32(20 / 120)


def test_scripts_without_spaces_are_measured_by_letters() -> None:
    found = measure(["本店出售各种便宜鞋子欢迎选购" * 30])
    assert found.score[0] > 0.9


@given(st.lists(st.text(st.characters(exclude_categories=()), max_size=200), max_size=4))
def test_scores_are_bounded_or_nan(texts: list[str]) -> None:
    found = measure(texts)
    for column in (found.lines, found.ngrams, found.score):
        values = column[~np.isnan(column)]
        assert np.all((values >= 0.0) & (values <= 1.0))
