"""Hashed character 1-4-grams for language identification: folding, hashing and scoring in compiled loops.

A text becomes lower-case letters with one space between words; digits, punctuation and symbols only separate.
Scripts that put no space between words (Han, kana) lose the separators and use 1-3-grams.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from springhead.modalities.text.script import HAN, INHERITED, KATAKANA, SCRIPTS, SIZE, script_table

CHARACTERS = 1_000
"""Characters of a text that are looked at."""
LETTERS = 500
"""Letters and separators of these that are hashed: more do not change the answer, and cost time."""
SEPARATOR = np.uint32(32)
_APOSTROPHES = "'\u2019\u02bc\u02bb\u2018\ua78c"
_SIGNS = "{}[]()<>=;_/\\|#$&*+^~@%`"


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded texts: `codes` of all in one array, text i at `starts[i]` : `starts[i] + lengths[i]`.

    `scripts` (n, number of scripts) counts letters; `plain` (n, 3) counts letters with marks, digits and signs
    of program code.
    """

    codes: NDArray[np.uint32]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    scripts: NDArray[np.int32]
    plain: NDArray[np.int32]


@cache
def fold_table() -> NDArray[np.uint32]:
    """Return the lower-case form of every code point below `SIZE`; apostrophes become one, shape (SIZE,)."""
    table = np.arange(SIZE, dtype=np.uint32)
    for code in range(SIZE):
        if not 0xD800 <= code <= 0xDFFF:
            lower = chr(code).lower()
            table[code] = ord(lower) if len(lower) == 1 else ord(lower[0])
    for character in _APOSTROPHES:
        table[ord(character)] = ord("'")
    return table


@cache
def kind_table() -> NDArray[np.uint8]:
    """Return per code point its script number, 254 for digits, 255 for signs of code, shape (SIZE,)."""
    table = script_table().copy()
    for character in _APOSTROPHES:
        table[ord(character)] = INHERITED
    for code in range(SIZE):
        if table[code] == 0 and chr(code).isdigit():
            table[code] = 254
    for character in _SIGNS:
        table[ord(character)] = 255
    return table


@njit(cache=True)
def _fold_rows(
    raw: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    lower: NDArray[np.uint32],
    kinds: NDArray[np.uint8],
    codes: NDArray[np.uint32],
    starts: NDArray[np.int64],
    lengths: NDArray[np.int64],
    scripts: NDArray[np.int32],
    plain: NDArray[np.int32],
    limit: int,
) -> None:
    for row in range(offsets.shape[0] - 1):
        start = offsets[row] + 2 * row
        starts[row] = start
        codes[start] = 32
        place = start + 1
        for index in range(offsets[row], offsets[row + 1]):
            code = raw[index]
            kind = kinds[code] if code < kinds.shape[0] else (2 if code < 0x40000 else 0)
            if kind >= 254:
                plain[row, 1 if kind == 254 else 2] += 1
                kind = 0
            if kind == 0:
                if codes[place - 1] != 32 and place - start <= limit:
                    codes[place] = 32
                    place += 1
                continue
            plain[row, 0] += 1
            scripts[row, kind] += 1
            if place - start <= limit and not (kind == 1 and codes[place - 1] == 32):
                codes[place] = lower[code] if code < lower.shape[0] else code
                place += 1
        if codes[place - 1] != 32:
            codes[place] = 32
            place += 1
        lengths[row] = place - start


_VOWEL_SIGN = re.compile("[\u064b-\u0652]")
VOCALISED = 0.05
"""Vowel signs per character from which Arabic counts as vocalised; ordinary texts sign a word here and there."""


def composed(text: str) -> str:
    """Return the NFC form of a text, vocalised Arabic without its vowel signs, as everybody else writes it."""
    if text.isascii():
        return text
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if _VOWEL_SIGN.search(text) and len(_VOWEL_SIGN.findall(text)) > VOCALISED * len(text):
        text = _VOWEL_SIGN.sub("", text)
    return text


def fold(texts: Sequence[str], limit: int = LETTERS, characters: int = CHARACTERS) -> Folded:
    """Fold the first `characters` of every text, keeping at most `limit` letters and separators of each."""
    heads = [composed(text[:characters]) for text in texts]
    offsets = np.zeros(len(heads) + 1, dtype=np.int64)
    np.cumsum([len(head) for head in heads], out=offsets[1:])
    raw = np.frombuffer("".join(heads).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    count = len(heads)
    folded = Folded(
        codes=np.empty(len(raw) + 2 * count + 2, dtype=np.uint32),
        starts=np.zeros(count, dtype=np.int64),
        lengths=np.zeros(count, dtype=np.int64),
        scripts=np.zeros((count, len(SCRIPTS)), dtype=np.int32),
        plain=np.zeros((count, 3), dtype=np.int32),
    )
    _fold_rows(
        raw,
        offsets,
        fold_table(),
        kind_table(),
        folded.codes,
        folded.starts,
        folded.lengths,
        folded.scripts,
        folded.plain,
        limit,
    )
    return folded


@njit(cache=True)
def hash_grams(codes: NDArray[np.uint32], spaced: bool, mask: np.uint64, out: NDArray[np.int32]) -> int:
    """Write the bucket of every n-gram of one folded text to `out` (room for four per code); return how many."""
    prime = np.uint64(0x9E3779B97F4A7C15)
    shift = np.uint64(29)
    longest = 4 if spaced else 3
    count = 0
    for index in range(codes.shape[0]):
        if codes[index] == 32 and (not spaced or index + 1 == codes.shape[0]):
            continue
        value = np.uint64(0)
        taken = 0
        for other in range(index, codes.shape[0]):
            if codes[other] == 32 and not spaced:
                continue
            value = (value ^ np.uint64(codes[other] + 1)) * prime
            value ^= value >> shift
            taken += 1
            if taken > 1 or codes[other] != 32:
                out[count] = np.int32((value >> np.uint64(7)) & mask)
                count += 1
            if taken == longest or (other > index and codes[other] == 32):
                break
    return count


@njit(cache=True)
def add_counts(
    codes: NDArray[np.uint32], spaced: bool, counts: NDArray[np.float32], buffer: NDArray[np.int32]
) -> None:
    """Add the n-grams of one folded text to `counts` (buckets,)."""
    number = hash_grams(codes, spaced, np.uint64(counts.shape[0] - 1), buffer)
    for index in range(number):
        counts[buffer[index]] += 1.0


@njit(cache=True)
def score_rows(
    codes: NDArray[np.uint32],
    starts: NDArray[np.int64],
    lengths: NDArray[np.int64],
    rows: NDArray[np.int64],
    spaced: bool,
    table: NDArray[np.int8],
    totals: NDArray[np.int32],
    grams: NDArray[np.int32],
    buffer: NDArray[np.int32],
) -> None:
    """Sum the rows of `table` (buckets, columns) over the n-grams of every text in `rows`.

    Writes `totals` (len(rows), columns) and the number of n-grams, `grams` (len(rows),).
    """
    mask = np.uint64(table.shape[0] - 1)
    columns = table.shape[1]
    for place in range(rows.shape[0]):
        row = rows[place]
        number = hash_grams(codes[starts[row] : starts[row] + lengths[row]], spaced, mask, buffer)
        grams[place] = number
        total = totals[place]
        for index in range(number):
            line = table[buffer[index]]
            for column in range(columns):
                total[column] += line[column]


@njit(cache=True)
def sum_trees(
    features: NDArray[np.float32],
    roots: NDArray[np.int32],
    feature: NDArray[np.int32],
    threshold: NDArray[np.float32],
    children: NDArray[np.int32],
    value: NDArray[np.float32],
    out: NDArray[np.float32],
) -> None:
    """Add the leaf of every tree to `out` (n,) for `features` (n, features); the trees as `Belief` has them."""
    for row in range(features.shape[0]):
        for root in roots:
            node = root
            while node >= 0:
                side = 0 if features[row, feature[node]] <= threshold[node] else 1
                node = children[node, side]
            out[row] += value[-node - 1]


def is_spaced(script: int) -> bool:
    """Say whether a script (by number) puts spaces between words, as far as the n-grams care."""
    return not HAN <= script <= KATAKANA
