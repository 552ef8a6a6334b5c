"""How much a record repeats itself: the procedural channel (templates, bot pages), never fused.

Shares of repeated lines and word n-grams follow the rules that corpus builders use (Gopher, Rae et al. 2021,
appendix A1.1); compressibility is what zlib leaves of the text.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import msgspec
import numpy as np
from numba import njit
from numpy.typing import NDArray

from springhead.modalities.text.scripts import UNSPACED

_WORD = re.compile(rf"[{UNSPACED}]|[^\W_]+")
_CAP = 200_000
_NGRAM_FROM, _LINE_FROM, _FLATE_BELOW = 0.2, 0.3, 0.25


class Repetition(msgspec.Struct, frozen=True):
    """Self-repetition of n records, float32 (n,) each; nan where the text is too short to say.

    `lines`: share of characters in lines that were there before; `ngrams`: share of words covered by a 5-gram
    that was there before; `flate`: compressed size by size (low = repetitive); `score` in [0, 1]: 0 for
    ordinary prose, 1 for a text that is nothing but repetition.
    """

    lines: NDArray[np.float32]
    ngrams: NDArray[np.float32]
    flate: NDArray[np.float32]
    score: NDArray[np.float32]


def measure(texts: Sequence[str], /, *, least_words: int = 20) -> Repetition:
    """Measure the self-repetition of texts as read (line ends matter); at most 200,000 characters of each."""
    table = np.full((len(texts), 4), np.nan, dtype=np.float32)
    for row, text in enumerate(texts):
        start = text[:_CAP]
        words = np.array([hash(word) for word in _WORD.findall(start.lower())], dtype=np.int64)
        if words.size < least_words:
            continue
        lines, ngrams, flate = _repeated_lines(start), _repeated_words(words, 5), _flate(start)
        table[row] = (lines, ngrams, flate, _score(lines, ngrams, flate))
    return Repetition(lines=table[:, 0], ngrams=table[:, 1], flate=table[:, 2], score=table[:, 3])


def _repeated_lines(text: str) -> float:
    lines = [line.strip() for line in text.splitlines()]
    total = sum(map(len, lines))
    seen: set[str] = set()
    repeated = 0
    for line in lines:
        if line in seen:
            repeated += len(line)
        seen.add(line)
    return repeated / total if total else 0.0


def _flate(text: str) -> float:
    raw = text.encode("utf-8", "replace")
    return len(zlib.compress(raw, 1)) / len(raw)


def _score(lines: float, ngrams: float, flate: float) -> float:
    """Return the largest of three ramps: from the prose limit of each measure (0) to pure repetition (1)."""
    ramps = (
        (lines - _LINE_FROM) / (1.0 - _LINE_FROM),
        (ngrams - _NGRAM_FROM) / (1.0 - _NGRAM_FROM),
        (_FLATE_BELOW - flate) / _FLATE_BELOW,
    )
    return min(1.0, max(0.0, *ramps))


def _repeated_words(words: NDArray[np.int64], width: int) -> float:
    count = words.size - width + 1
    if count < 2:
        return 0.0
    grams = _grams(words, width)
    order = np.argsort(grams, kind="stable")
    again = np.zeros(count, dtype=bool)
    ordered = grams[order]
    again[order[1:]] = ordered[1:] == ordered[:-1]
    return _covered(again, width) / float(words.size)


@njit(cache=True)
def _grams(words: NDArray[np.int64], width: int) -> NDArray[np.uint64]:
    """Return one hash for each run of `width` words."""
    result = np.empty(words.size - width + 1, dtype=np.uint64)
    for start in range(result.size):
        value = np.uint64(0x9E3779B97F4A7C15)
        for offset in range(width):
            value = (value ^ np.uint64(words[start + offset])) * np.uint64(0xD6E8FEB86659FD93)
            value ^= value >> np.uint64(32)
        result[start] = value
    return result


@njit(cache=True)
def _covered(again: NDArray[np.bool_], width: int) -> int:
    """Return how many words lie in at least one repeated run."""
    covered = 0
    reach = 0
    for start in range(again.size):
        if again[start]:
            covered += start + width - max(reach, start)
            reach = start + width
    return covered
