"""Texts as arrays of code points: folding, character classes and tokens, shared by every text feature.

White space of any kind is one space, curly quotes are straight, dashes are hyphens and zero-width marks are
dropped, so that layout and typography carry no weight whatever the caller did before. Only the first
`LIMIT` characters of a text are read: a score must not depend on how much more of the same follows.
"""

# ruff: noqa: PLR1714 - chains of comparisons compile to faster kernels than membership in a tuple

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

LIMIT = 8_000
"""Characters of a text that are read."""

SYMBOL, LOWER, UPPER, LETTER, MARK, DIGIT, SPACE, PUNCTUATION, IDEOGRAPH = range(9)
_TABLE = 0x20000
_DROPPED = 0
_FOLDED = {"\u2018": "'", "\u2019": "'", "\u201b": "'", "\u02bc": "'", "\u0060": "'", "\u00b4": "'"}
_FOLDED |= {"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"', "\u2033": '"'}
_FOLDED |= {"\u300c": '"', "\u300d": '"', "\uff0c": ",", "\u3001": ",", "\u060c": ",", "\u3002": "."}
_FOLDED |= {"\uff01": "!", "\uff1f": "?", "\u061f": "?", "\uff1b": ";", "\u061b": ";", "\uff1a": ":"}
_FOLDED |= {"\uff08": "(", "\uff09": ")", "\u06d4": ".", "\u0964": ".", "\u2026": "\u2026"}
_IDEOGRAPHS = ((0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF))


class Tables(NamedTuple):
    """Look-up tables by code point: folded code (0 = dropped), lower case of it, and its class."""

    fold: NDArray[np.uint32]
    lower: NDArray[np.uint32]
    kind: NDArray[np.uint8]


class Encoded(NamedTuple):
    """A batch of folded texts: code points one after another, and the n + 1 offsets where texts begin."""

    codes: NDArray[np.uint32]
    offsets: NDArray[np.int64]


def _class_of(code: int, category: str) -> int:
    if any(low <= code <= high for low, high in _IDEOGRAPHS):
        return IDEOGRAPH
    if category in ("Ll", "Lu", "Lt"):
        return LOWER if category == "Ll" else UPPER
    by_first = {"L": LETTER, "M": MARK, "N": DIGIT, "Z": SPACE, "P": PUNCTUATION}
    return by_first.get(category[0], SYMBOL)


@lru_cache(maxsize=1)
def tables() -> Tables:
    """Return the tables for code points below 0x20000; the last entry stands for all above (ideographs)."""
    fold = np.arange(_TABLE, dtype=np.uint32)
    lower = np.arange(_TABLE, dtype=np.uint32)
    kind = np.zeros(_TABLE, dtype=np.uint8)
    for code in range(_TABLE):
        char = chr(code)
        category = unicodedata.category(char)
        if char.isspace() or category[0] == "Z":
            fold[code] = 32
        elif category in ("Cf", "Cc", "Cs", "Co", "Cn"):
            fold[code] = _DROPPED
        elif category == "Pd":
            fold[code] = ord("-")
        elif char in _FOLDED:
            fold[code] = ord(_FOLDED[char])
        kind[code] = _class_of(code, category)
        lowered = char.lower()
        lower[code] = ord(lowered) if len(lowered) == 1 else code
        if category == "Nd":
            lower[code] = ord("0")
    kind[_TABLE - 1] = IDEOGRAPH
    return Tables(fold, lower, kind)


@njit(cache=True)
def _compact(
    raw: NDArray[np.uint32], lengths: NDArray[np.int64], fold: NDArray[np.uint32]
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    codes = np.empty(raw.size, np.uint32)
    offsets = np.zeros(lengths.size + 1, np.int64)
    read = 0
    write = 0
    for row in range(lengths.size):
        begin = write
        for _ in range(lengths[row]):
            code = raw[read]
            read += 1
            if code < fold.size:
                code = fold[code]
            if code == 0 or (code == 32 and (write == begin or codes[write - 1] == 32)):
                continue
            codes[write] = code
            write += 1
        if write > begin and codes[write - 1] == 32:
            write -= 1
        offsets[row + 1] = write
    return codes[:write].copy(), offsets


def encode(texts: Sequence[str]) -> Encoded:
    """Return the first `LIMIT` characters of each text as folded code points."""
    cut = [text[:LIMIT] for text in texts]
    raw = np.frombuffer("".join(cut).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lengths = np.fromiter((len(text) for text in cut), dtype=np.int64, count=len(cut))
    return Encoded(*_compact(raw, lengths, tables().fold))


@njit(cache=True)
def classify(codes: NDArray[np.uint32], kind: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the class of each code point."""
    out = np.empty(codes.size, np.uint8)
    for place in range(codes.size):
        out[place] = kind[min(codes[place], np.uint32(kind.size - 1))]
    return out


@njit(cache=True)
def lowered(codes: NDArray[np.uint32], lower: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the code points in lower case, decimal digits as 0."""
    out = codes.copy()
    for place in range(codes.size):
        if codes[place] < lower.size:
            out[place] = lower[codes[place]]
    return out


@njit(cache=True)
def mix(value: np.uint64) -> np.uint64:
    """Return the value with its bits spread (the finaliser of MurmurHash3)."""
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xFF51AFD7ED558CCD)
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xC4CEB9FE1A85EC53)
    return value ^ (value >> np.uint64(33))


@njit(cache=True)
def tokenize(
    low: NDArray[np.uint32],
    kinds: NDArray[np.uint8],
    begin: int,
    end: int,
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    words: NDArray[np.bool_],
) -> int:
    """Fill the token arrays of one text and return their number.

    A word is a run of letters, marks and digits with inner apostrophes, or one ideograph; any other visible
    character is a token of its own. `hashes` are over the lower-case code points.
    """
    count = 0
    place = begin
    while place < end:
        kind = kinds[place]
        if kind == SPACE:
            place += 1
            continue
        first = place
        value = np.uint64(1469598103934665603)
        is_word = kind != PUNCTUATION and kind != SYMBOL
        while place < end:
            value = (value ^ np.uint64(low[place])) * np.uint64(1099511628211)
            place += 1
            if kind == IDEOGRAPH or not is_word or place >= end:
                break
            following = kinds[place]
            apostrophe = low[place] == 39 and place + 1 < end and LOWER <= kinds[place + 1] <= LETTER
            if not (LOWER <= following <= DIGIT or apostrophe):
                break
        starts[count] = first
        ends[count] = place
        hashes[count] = mix(value)
        words[count] = is_word
        count += 1
    return count
