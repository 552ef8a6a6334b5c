"""Stylometric features of a text: how it is written, not what it is about.

The first `UNIVERSAL` columns need no language: punctuation, rhythm of sentences and clauses, lengths of
words, repetition and typing noise. The rest are rates of English words and endings. Nothing here sees line
breaks, layout or the text's length: diversity is measured in windows of fixed size.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from springhead.modalities.text.codes import (
    DIGIT,
    LIMIT,
    LOWER,
    UPPER,
    classify,
    encode,
    lowered,
    mix,
    tables,
    tokenize,
)
from springhead.modalities.text.lexicon import ENDINGS, FUNCTION_WORDS, GROUPS
from springhead.modalities.text.rhythm import (
    CHARACTER_FEATURES,
    REPETITION_FEATURES,
    SENTENCE_FEATURES,
    character_features,
    repetition_features,
    sentence_features,
)

_CELLS = 1 << 12
_PUNCTUATION = tuple(ord(char) for char in ",.;:?!-\"'()[]/\u2026*#%&$_=+<>|~@")
WORD_FEATURES = 30

UNIVERSAL = len(_PUNCTUATION) + WORD_FEATURES + SENTENCE_FEATURES + REPETITION_FEATURES + CHARACTER_FEATURES
"""Number of leading columns that need no language."""
FEATURES = UNIVERSAL + len(FUNCTION_WORDS) + len(GROUPS) + len(ENDINGS)
"""Number of columns."""


class Style(NamedTuple):
    """A linear view of the features: each minus `centre`, over `spread`, cut at 3, times `weights` (FEATURES,)."""

    centre: NDArray[np.float32]
    spread: NDArray[np.float32]
    weights: NDArray[np.float32]

    def apply(self, table: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the standardised columns (n, FEATURES), about unit length per row."""
        cut = np.clip((table - self.centre) / self.spread, -3.0, 3.0)
        return np.asarray(cut / np.float32(np.sqrt(table.shape[1])), dtype=np.float32)

    def score(self, table: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the weighted sum (n,), each row by itself so that it cannot depend on the batch."""
        return np.asarray((self.apply(table) * self.weights).sum(axis=1, dtype=np.float64))


def standardise(table: NDArray[np.float32]) -> Style:
    """Return the centre and spread of features (n, FEATURES), weights 0; columns that never vary count as 0."""
    spread = table.std(axis=0)
    return Style(
        table.mean(axis=0), np.where(spread < 1e-6, 1e6, spread).astype(np.float32), np.zeros_like(spread)
    )


@lru_cache(maxsize=1)
def _lexicon() -> tuple[NDArray[np.uint64], NDArray[np.int16], NDArray[np.int16]]:
    """Return a hash table of words: key, function word column or -1, group column or -1."""
    columns: dict[str, list[int]] = {word: [column, -1] for column, word in enumerate(FUNCTION_WORDS)}
    for column, group in enumerate(GROUPS):
        for word in group.split():
            columns.setdefault(word, [-1, -1])[1] = column
    keys = np.zeros(_CELLS, np.uint64)
    values = np.full((_CELLS, 2), -1, np.int16)
    for word, pair in columns.items():
        value = _word_hash(np.frombuffer(word.encode("utf-32-le"), np.uint32))
        cell = int(value) % _CELLS
        while keys[cell] != 0:
            cell = (cell + 1) % _CELLS
        keys[cell] = value
        values[cell] = pair
    return keys, values[:, 0].copy(), values[:, 1].copy()


@lru_cache(maxsize=1)
def _endings() -> NDArray[np.uint32]:
    """Return the endings reversed, padded with zeros, longest 4."""
    out = np.zeros((len(ENDINGS), 4), np.uint32)
    for row, ending in enumerate(ENDINGS):
        for column, char in enumerate(reversed(ending)):
            out[row, column] = ord(char)
    return out


@njit(cache=True)
def _word_hash(codes: NDArray[np.uint32]) -> np.uint64:
    value = np.uint64(1469598103934665603)
    for code in codes:
        value = (value ^ np.uint64(code)) * np.uint64(1099511628211)
    return mix(value)


@njit(cache=True)
def _punctuation_rates(
    codes: NDArray[np.uint32],
    begin: int,
    end: int,
    marks: NDArray[np.uint32],
    tokens: int,
    out: NDArray[np.float32],
) -> None:
    for place in range(begin, end):
        code = codes[place]
        if code < 128 or code == marks[14]:
            for column in range(marks.size):
                if marks[column] == code:
                    out[column] += np.float32(100.0 / tokens)
                    break


@njit(cache=True)
def _word_features(
    codes: NDArray[np.uint32],
    kinds: NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    words: NDArray[np.bool_],
    count: int,
    out: NDArray[np.float32],
) -> None:
    total, first, second, third, syllabic = 0, 0.0, 0.0, 0.0, 0.0
    halves = np.zeros((2, 2))
    for token in range(count):
        if not words[token]:
            continue
        begin, end = starts[token], ends[token]
        length = end - begin
        total += 1
        first += length
        second += length * length
        third += length * length * length
        half = 0 if token * 2 < count else 1
        halves[half, 0] += length
        halves[half, 1] += 1
        out[4 + min(length, 14)] += 1.0
        uppers, digits, lowers, inner = 0, 0, 0, 0
        for place in range(begin, end):
            kind = kinds[place]
            uppers += kind == UPPER
            lowers += kind == LOWER
            digits += kind == DIGIT
            inner += codes[place] == 39
        initial = kinds[begin] == UPPER
        out[19] += initial
        out[20] += uppers == length and length > 1
        out[21] += uppers > initial and lowers > 0
        out[22] += digits > 0
        out[23] += digits > 0 and digits < length
        out[24] += inner > 0
        out[25] += initial and token > 0 and words[token - 1]
        out[26] += length == 1 and lowers == 1
        if token > 0 and codes[begin - 1] == 45 and begin - 1 == starts[token - 1]:
            out[27] += 1.0
        syllabic += length > 6
    total = max(total, 1)
    for column in range(4, 28):
        out[column] /= total
    mean = first / total
    variance = max(second / total - mean * mean, 1e-6)
    out[0] = mean
    out[1] = np.sqrt(variance)
    out[2] = (third / total - 3 * mean * variance - mean**3) / variance**1.5
    out[3] = syllabic / total
    out[28] = count / total - 1
    out[29] = abs(halves[0, 0] / max(halves[0, 1], 1.0) - halves[1, 0] / max(halves[1, 1], 1.0))


@njit(cache=True)
def _ends_with(low: NDArray[np.uint32], start: int, end: int, ending: NDArray[np.uint32]) -> bool:
    """Return whether a word of at least 3 letters ends so, with a letter before an ending of letters."""
    if end - start < 3 or low[end - 1] != ending[0]:
        return False
    for column in range(1, 4):
        code, place = ending[column], end - 1 - column
        if code != 0 and (place <= start - (code == 39) or low[place] != code):
            return False
    return True


@njit(cache=True)
def _english_features(
    low: NDArray[np.uint32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    words: NDArray[np.bool_],
    count: int,
    keys: NDArray[np.uint64],
    single: NDArray[np.int16],
    group: NDArray[np.int16],
    endings: NDArray[np.uint32],
    singles: int,
    groups: int,
    out: NDArray[np.float32],
) -> None:
    total = 0
    for token in range(count):
        if not words[token]:
            continue
        total += 1
        cell = np.int64(hashes[token] % np.uint64(keys.size))
        while keys[cell] != 0:
            if keys[cell] == hashes[token]:
                if single[cell] >= 0:
                    out[single[cell]] += 1.0
                if group[cell] >= 0:
                    out[singles + group[cell]] += 1.0
                break
            cell = (cell + 1) % keys.size
        for row in range(endings.shape[0]):
            if _ends_with(low, starts[token], ends[token], endings[row]):
                out[singles + groups + row] += 1.0
    for column in range(out.size):
        out[column] *= np.float32(100.0 / max(total, 1))


@njit(cache=True)
def _feature_rows(
    codes: NDArray[np.uint32],
    low: NDArray[np.uint32],
    kinds: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    marks: NDArray[np.uint32],
    keys: NDArray[np.uint64],
    single: NDArray[np.int16],
    group: NDArray[np.int16],
    endings: NDArray[np.uint32],
    blocks: NDArray[np.int64],
    english: bool,
    out: NDArray[np.float32],
) -> None:
    starts, ends = np.empty(LIMIT + 1, np.int64), np.empty(LIMIT + 1, np.int64)
    hashes, words = np.empty(LIMIT + 1, np.uint64), np.empty(LIMIT + 1, np.bool_)
    for row in range(offsets.size - 1):
        begin, end = offsets[row], offsets[row + 1]
        count = tokenize(low, kinds, begin, end, starts, ends, hashes, words)
        if count == 0:
            continue
        line = out[row]
        _punctuation_rates(codes, begin, end, marks, count, line[: blocks[0]])
        _word_features(codes, kinds, starts, ends, words, count, line[blocks[0] : blocks[1]])
        sentence_features(codes, kinds, starts, ends, hashes, words, count, line[blocks[1] : blocks[2]])
        repetition_features(hashes, words, count, line[blocks[2] : blocks[3]])
        character_features(codes, low, kinds, begin, end, line[blocks[3] : blocks[4]])
        if english:
            _english_features(
                low,
                starts,
                ends,
                hashes,
                words,
                count,
                keys,
                single,
                group,
                endings,
                blocks[5] - blocks[4],
                blocks[6] - blocks[5],
                line[blocks[4] :],
            )


def stylometry(texts: Sequence[str], *, english: bool = True) -> NDArray[np.float32]:
    """Return the features (n, FEATURES) of each text; (n, UNIVERSAL) when `english` is False."""
    encoded = encode(texts)
    table = tables()
    sizes = (len(_PUNCTUATION), WORD_FEATURES, SENTENCE_FEATURES, REPETITION_FEATURES, CHARACTER_FEATURES)
    blocks = np.cumsum((*sizes, len(FUNCTION_WORDS), len(GROUPS))).astype(np.int64)
    out = np.zeros((len(texts), FEATURES if english else UNIVERSAL), np.float32)
    keys, single, group = _lexicon()
    _feature_rows(
        encoded.codes,
        lowered(encoded.codes, table.lower),
        classify(encoded.codes, table.kind),
        encoded.offsets,
        np.array(_PUNCTUATION, np.uint32),
        keys,
        single,
        group,
        _endings(),
        blocks,
        english,
        out,
    )
    return out
