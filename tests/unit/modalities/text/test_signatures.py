"""MinHash signatures: the estimate of Jaccard similarity is unbiased with the binomial's spread."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.modalities.text.signatures import BANDS, SKETCH, sign


def pair(rng: np.random.Generator, shared: int, own: int) -> tuple[str, str]:
    """Return two texts with `shared` common 5-word shingles (less the seam) and `own` of their own each."""
    common = [f"c{rng.integers(1 << 40)}" for _ in range(shared)]
    return tuple(" ".join(common + [f"o{rng.integers(1 << 40)}" for _ in range(own)]) for _ in range(2))  # type: ignore[return-value]


def jaccard(one: str, other: str) -> float:
    sets = [
        {tuple(words[i : i + 5]) for i in range(len(words) - 4)} for words in (one.split(), other.split())
    ]
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


@pytest.mark.parametrize(("shared", "own"), [(300, 20), (200, 100), (100, 200), (60, 8)])
def test_the_estimate_is_unbiased(shared: int, own: int) -> None:
    rng = np.random.default_rng(5)
    errors = []
    for _ in range(200):
        one, other = pair(rng, shared, own)
        sketch = sign([one, other]).sketch
        errors.append(float(np.mean(sketch[0] == sketch[1])) - jaccard(one, other))
    deviation = np.std(errors) / np.sqrt(len(errors))
    assert (
        abs(np.mean(errors)) < 4 * deviation + 0.002
    )  # two-sided error rate below 1e-4, and 16-bit collisions
    assert np.std(errors) < 1.6 * np.sqrt(0.25 / SKETCH)


def test_equal_texts_share_all_bands_and_strangers_none() -> None:
    rng = np.random.default_rng(6)
    one, other = pair(rng, 0, 150)
    found = sign([one, one.upper() + "!", other])
    assert np.array_equal(found.bands[0], found.bands[1])
    assert not np.any(found.bands[0] == found.bands[2])
    assert found.bands.shape == (3, BANDS)
    assert found.shingles.tolist() == [146, 146, 146]


def test_chinese_is_shingled_by_letters() -> None:
    text = "".join(chr(0x4E00 + place * 7) for place in range(200))
    found = sign([text, text[:190] + "改动", "太短"])
    assert found.shingles.tolist() == [193, 185, 0]
    assert np.mean(found.sketch[0] == found.sketch[1]) > 0.75


@given(st.lists(st.text(st.characters(exclude_categories=()), max_size=120), max_size=4))
def test_any_text_is_signed_and_the_same_each_time(texts: list[str]) -> None:
    one, other = sign(texts), sign(texts)
    assert np.array_equal(one.bands, other.bands)
    assert np.array_equal(one.sketch, other.sketch)
