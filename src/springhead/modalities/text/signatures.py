"""MinHash signatures of texts for near duplicates: 128 values, folded into band hashes and a short sketch.

Shingles are five consecutive words, lower-cased and stripped of punctuation, or eight consecutive characters
where the script does not separate words. One hash per shingle fills 128 bins (one-permutation hashing, Li et
al. 2012); empty bins borrow from a bin chosen by a hash of (bin, attempt), which keeps the estimate of the
Jaccard similarity unbiased (optimal densification, Shrivastava 2017).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
import numpy as np
from numba import njit
from numpy.typing import NDArray

from springhead.modalities.text.scripts import UNSPACED

PERMUTATIONS = 128
BANDS = 16
SKETCH = 64
WORDS = 5
CHARACTERS = 8
LONGEST = 1_000_000
_UNSPACED = re.compile(f"[{UNSPACED}]")
_EMPTY = np.uint64(0xFFFFFFFFFFFFFFFF)


class Signatures(msgspec.Struct, frozen=True):
    """Signatures of a batch of n texts.

    `bands` uint64 (n, 16): equal values in one column make two records candidates; `sketch` uint16 (n, 64):
    the share of equal places estimates their Jaccard similarity; `shingles` int32 (n,): how many shingles the
    text has, 0 meaning that it has no signature and must not be compared.
    """

    bands: NDArray[np.uint64]
    sketch: NDArray[np.uint16]
    shingles: NDArray[np.int32]


def sign(texts: Sequence[str], /) -> Signatures:
    """Return the signatures of canonical texts; those shorter than one shingle have none.

    Of a text longer than a million characters only the first million is signed, which bounds the memory.
    """
    size = len(texts)
    bands = np.zeros((size, BANDS), dtype=np.uint64)
    sketch = np.zeros((size, SKETCH), dtype=np.uint16)
    shingles = np.zeros(size, dtype=np.int32)
    for row, text in enumerate(texts):
        codes, unspaced = _codes(text)
        if codes.size:
            shingles[row] = _sign_one(codes, unspaced, bands[row], sketch[row])
    return Signatures(bands=bands, sketch=sketch, shingles=shingles)


def _codes(text: str) -> tuple[NDArray[np.uint32], bool]:
    """Return the lower-cased code points and whether most letters are of a script without word spaces."""
    lowered = text[:LONGEST].lower()
    codes = np.frombuffer(lowered.encode("utf-32-le", "replace"), dtype=np.uint32)
    if text.isascii():
        return codes, False
    found = len(_UNSPACED.findall(lowered, 0, 2000))
    return codes, found * 3 > min(len(lowered), 2000)


@njit(cache=True)
def _mix(value: np.uint64) -> np.uint64:
    """Scramble 64 bits (the finaliser of splitmix64)."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@njit(cache=True)
def _part(code: np.uint32) -> bool:
    """Say whether a code point belongs to a word: not white space, ASCII or general punctuation."""
    if code < 128:
        return bool((48 <= code <= 57) or (97 <= code <= 122))
    if code < 0xC0:
        return code in (0xAA, 0xB5, 0xBA)
    general = (0x2000 <= code <= 0x206F) or (0x3000 <= code <= 0x3004) or (0x3008 <= code <= 0x3020)
    wide = code in (0xFF0C, 0xFF01, 0xFF1F, 0xFF1A, 0xFF1B, 0xFF08, 0xFF09, 0x060C, 0x061F, 0x0964)
    return not (general or wide)


@njit(cache=True)
def _units(codes: NDArray[np.uint32], unspaced: bool, units: NDArray[np.uint64]) -> int:
    """Fill `units` with one hash per word (or per letter where words are not separated); return how many."""
    count = 0
    value = np.uint64(0)
    inside = False
    for code in codes:
        if _part(code):
            if unspaced:
                units[count] = np.uint64(code) + np.uint64(1)
                count += 1
            else:
                value = (value ^ np.uint64(code)) * np.uint64(0x9E3779B97F4A7C15)
                value ^= value >> np.uint64(29)
                inside = True
        elif inside:
            units[count] = value
            count += 1
            value = np.uint64(0)
            inside = False
    if inside:
        units[count] = value
        count += 1
    return count


@njit(cache=True)
def _densify(bins: NDArray[np.uint64]) -> None:
    """Fill each empty bin from a filled one, found by hashing (bin, attempt)."""
    filled = bins != np.uint64(0xFFFFFFFFFFFFFFFF)
    for index in range(bins.size):
        if filled[index]:
            continue
        attempt = 1
        while True:
            place = _mix(np.uint64(index) * np.uint64(0x100000001B3) + np.uint64(attempt)) % np.uint64(
                bins.size
            )
            if filled[place]:
                bins[index] = bins[place]
                break
            attempt += 1


@njit(cache=True)
def _sign_one(
    codes: NDArray[np.uint32], unspaced: bool, bands: NDArray[np.uint64], sketch: NDArray[np.uint16]
) -> int:
    """Write the band hashes and the sketch of one text; return its number of shingles (repeats counted)."""
    units = np.empty(codes.size, dtype=np.uint64)
    count = _units(codes, unspaced, units)
    width = 8 if unspaced else 5
    if count < width:
        return 0
    bins = np.full(PERMUTATIONS, np.uint64(0xFFFFFFFFFFFFFFFF), dtype=np.uint64)
    for start in range(count - width + 1):
        value = np.uint64(0x243F6A8885A308D3)
        for offset in range(width):
            value = (value ^ units[start + offset]) * np.uint64(0xD6E8FEB86659FD93)
            value ^= value >> np.uint64(32)
        value = _mix(value)
        place = value >> np.uint64(57)
        value &= np.uint64(0x01FFFFFFFFFFFFFF)
        bins[place] = min(bins[place], value)
    _densify(bins)
    rows = bins.size // bands.size
    for band in range(bands.size):
        value = np.uint64(band + 1)
        for row in range(rows):
            value = _mix(value ^ bins[band * rows + row]) + np.uint64(0x9E3779B97F4A7C15)
        bands[band] = value
    for index in range(sketch.size):
        value = _mix(bins[2 * index]) ^ (_mix(bins[2 * index + 1]) * np.uint64(0x2545F4914F6CDD1D))
        sketch[index] = np.uint16(_mix(bins[2 * index]) & np.uint64(0xFFFF))
    return count - width + 1
