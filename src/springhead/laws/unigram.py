"""Unigram loop on counts of words: types kept, by frequency band, beside the survival law.

Real counts of 42 languages come with the `wordfreq` package (extra "words"), taken before 2022.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from springhead.core.nouns import Floats, Integers
from springhead.core.seeds import stream
from springhead.errors import BeyondMemory, MissingExtra, UnknownName
from springhead.laws.checks import weights, whole
from springhead.laws.survival import types_kept

MEMORY = 8e9


@dataclass(frozen=True, slots=True)
class TypesKept:
    """Share of types left after 0..k generations: observed (generations + 1, bands) and the law's.

    `types` int64 (bands,) counts the types at the start; bands are [low, high) in occurrences.
    """

    bands: tuple[tuple[float, float], ...]
    types: Integers
    observed: Floats
    expected: Floats


def unigram_loop(
    counts: ArrayLike, *, generations: int = 10, edges: Sequence[float] = (1.0,), seed: int = 0
) -> TypesKept:
    """Run replace on a corpus with these counts and count the types left, by band of starting count.

    `edges` are the lower ends of the bands, increasing; the last band is open. Counts are whole numbers.
    """
    occurrences = np.asarray(np.rint(weights("counts", counts)), np.int64)
    occurrences = occurrences[occurrences > 0]
    tokens = int(occurrences.sum())
    if 9.0 * tokens > MEMORY:
        raise BeyondMemory(int(9.0 * tokens), int(MEMORY))
    whole("generations", generations, least=1)
    ends = np.asarray(edges, np.float64)
    band = np.searchsorted(ends, occurrences, side="right") - 1
    band = np.maximum(band, 0)
    records = np.repeat(np.arange(len(occurrences), dtype=np.int32), occurrences)
    left = np.zeros((generations + 1, len(ends)))
    types = np.bincount(band, minlength=len(ends))
    left[0] = types
    resample_types(stream(seed, "laws/unigram"), records, band, left, len(occurrences))
    expected = np.full_like(left, np.nan)
    for index in range(len(ends)):
        if types[index]:
            expected[:, index] = types_kept(occurrences[band == index], generations=generations)
    bands = tuple(zip(ends.tolist(), [*ends[1:].tolist(), float("inf")], strict=True))
    return TypesKept(bands, types, left / np.where(types > 0, types, np.nan), expected)


@njit(cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def resample_types(
    rng: Generator, records: NDArray[np.int32], band: Integers, left: Floats, types: int
) -> None:
    """Resample records generation by generation and count the types left by band, in place."""
    n = len(records)
    model, drawn = records.copy(), np.empty_like(records)
    seen = np.zeros(types, np.int32)
    for generation in range(1, left.shape[0]):
        for index in range(n):
            record = model[int(rng.random() * n)]
            drawn[index] = record
            if seen[record] != generation:
                seen[record] = generation
                left[generation, band[record]] += 1
        model, drawn = drawn, model


def word_languages() -> tuple[str, ...]:
    """Return the languages whose word counts are at hand; MissingExtra without `wordfreq`."""
    return tuple(sorted(_wordfreq().available_languages("small")))


def word_counts(*, language: str, tokens: int = 1_000_000) -> Integers:
    """Return counts of words in a corpus of about `tokens` tokens, int64 (types,), most frequent first.

    Frequencies times tokens, rounded; words that round to zero are left out, so counts near 1 are coarse.
    Raises UnknownName for a language that is not there.
    """
    library = _wordfreq()
    known = library.available_languages("small")
    if language not in known:
        raise UnknownName("language", language, known)
    frequencies = library.get_frequency_dict(language, wordlist="best")
    scaled = np.rint(np.fromiter(frequencies.values(), np.float64) * whole("tokens", tokens, least=1))
    counts = np.sort(scaled[scaled > 0].astype(np.int64))[::-1]
    return np.ascontiguousarray(counts)


def languages_loop(
    *,
    languages: Sequence[str] | None = None,
    tokens: int = 1_000_000,
    generations: int = 10,
    edges: Sequence[float] = (1.0,),
    seed: int = 0,
) -> dict[str, TypesKept]:
    """Run the unigram loop on every language's real word counts; `tokens` a generation, each."""
    chosen = word_languages() if languages is None else tuple(languages)
    return {
        language: unigram_loop(
            word_counts(language=language, tokens=tokens), generations=generations, edges=edges, seed=seed
        )
        for language in chosen
    }


def _wordfreq() -> Any:
    try:
        import wordfreq
    except ModuleNotFoundError as error:
        raise MissingExtra("the unigram recipe", "wordfreq", "words") from error
    return wordfreq
