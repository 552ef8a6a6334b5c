"""A search for many literals at once: one pass with a table of hashed letter groups, then an exact look.

Each literal is represented by its rarest group of three characters; the pass costs one multiplication and one
table look-up per character however many literals there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numba import njit
from numpy.typing import NDArray

GRAM = 3
_BITS = 16
_COMMON = " etaoinshrdlcumwfgypbvkjxqz"
_RANK = {letter: rank for rank, letter in enumerate(_COMMON)}


def _rarity(gram: str) -> int:
    """Return how rare a group of characters is likely to be; letters beyond Latin count as middling."""
    return sum(_RANK.get(letter, 14 if letter.isalpha() else 24) for letter in gram)


def index_of(literals: Iterable[tuple[str, str]], /) -> dict[str, list[tuple[int, str, str]]]:
    """Return for each chosen group the (offset of the group, literal, name) that it stands for.

    `literals` are pairs of literal (at least three characters) and name.
    """
    index: dict[str, list[tuple[int, str, str]]] = {}
    for literal, name in literals:
        offsets = range(len(literal) - GRAM + 1)
        best = max(offsets, key=lambda offset: (_rarity(literal[offset : offset + GRAM]), -offset))
        index.setdefault(literal[best : best + GRAM], []).append((best, literal, name))
    return index


def table_of(index: Mapping[str, object], /) -> NDArray[np.bool_]:
    """Return the table of the hashes of all groups, bool (65536,)."""
    table = np.zeros(1 << _BITS, dtype=np.bool_)
    for gram in index:
        codes = [ord(letter) for letter in gram]
        table[_slot(codes[0], codes[1], codes[2])] = True
    return table


def _slot(one: int, two: int, three: int) -> int:
    value = (one * 0x9E3779B1 + two * 0x85EBCA77 + three * 0xC2B2AE3D) & 0xFFFFFFFF
    return value >> (32 - _BITS)


@njit(cache=True)
def grams_in(codes: NDArray[np.uint32], table: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return where groups stand whose hash is in the table; a few of them by coincidence."""
    found = np.empty(max(codes.size, 1), dtype=np.int64)
    count = 0
    for place in range(codes.size - 2):
        value = (
            codes[place] * np.uint32(0x9E3779B1)
            + codes[place + 1] * np.uint32(0x85EBCA77)
            + codes[place + 2] * np.uint32(0xC2B2AE3D)
        )
        if table[np.uint32(value) >> np.uint32(16)]:
            found[count] = place
            count += 1
    return found[:count].copy()
