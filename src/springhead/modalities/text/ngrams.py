"""Hashed n-grams of canonical texts: characters 2-5 and words 1-3 in one table of 2^bits slots.

Ideographs count as words. A text is the vector of log(1 + count) times the slot's inverse document
frequency, of length 1, so that its score against linear weights does not grow with its length.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from springhead.modalities.text.codes import (
    LIMIT,
    classify,
    encode,
    lowered,
    mix,
    tables,
    tokenize,
)

SLOTS = 1 << 16
"""Largest number of distinct n-grams of one text; 7 n-grams per character of `LIMIT` at most, most repeat."""
_LOGS = np.log1p(np.arange(256)).astype(np.float32)


class Counts(NamedTuple):
    """Sparse rows: `indices[indptr[i]:indptr[i+1]]` are the slots of text i, `counts` how often each occurs."""

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    counts: NDArray[np.int32]


class Prepared(NamedTuple):
    """Lower-case code points, their classes and the offsets of the texts."""

    low: NDArray[np.uint32]
    kinds: NDArray[np.uint8]
    offsets: NDArray[np.int64]


def prepare(texts: Sequence[str]) -> Prepared:
    """Return the arrays that the kernels read."""
    encoded = encode(texts)
    table = tables()
    return Prepared(lowered(encoded.codes, table.lower), classify(encoded.codes, table.kind), encoded.offsets)


@njit(cache=True)
def _add(
    slot: np.int64,
    keys: NDArray[np.int32],
    tally: NDArray[np.int32],
    used: NDArray[np.int32],
    size: int,
    mask: np.int64,
) -> int:
    cell = (slot ^ (slot >> np.int64(13))) & mask
    while True:
        if keys[cell] == slot:
            tally[cell] += 1
            return size
        if keys[cell] < 0:
            if size * 4 >= (mask + 1) * 3:
                return size
            keys[cell] = slot
            tally[cell] = 1
            used[size] = cell
            return size + 1
        cell = (cell + np.int64(1)) & mask


@njit(cache=True)
def _collect(
    low: NDArray[np.uint32],
    kinds: NDArray[np.uint8],
    begin: int,
    end: int,
    shift: np.uint64,
    keys: NDArray[np.int32],
    tally: NDArray[np.int32],
    used: NDArray[np.int32],
    mask: np.int64,
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    words: NDArray[np.bool_],
) -> int:
    size = 0
    step = np.uint64(0x9E3779B97F4A7C15)
    for place in range(begin, end):
        value = np.uint64(low[place]) + np.uint64(7)
        for other in range(place + 1, min(place + 5, end)):
            value = (value ^ (value >> np.uint64(29))) * step + np.uint64(low[other])
            spread = (value ^ (value >> np.uint64(31))) * np.uint64(0xD6E8FEB86659FD93)
            size = _add(np.int64(spread >> shift), keys, tally, used, size, mask)
    count = tokenize(low, kinds, begin, end, starts, ends, hashes, words)
    for first in range(count):
        value = hashes[first]
        size = _add(np.int64(value >> shift), keys, tally, used, size, mask)
        for other in range(first + 1, min(first + 3, count)):
            value = mix(value * np.uint64(31) + hashes[other])
            size = _add(np.int64(value >> shift), keys, tally, used, size, mask)
    return size


@njit(cache=True)
def _mask_for(characters: int) -> np.int64:
    size = np.int64(4096)
    while size < 7 * characters and size < SLOTS:
        size *= 2
    return size - 1


@njit(cache=True)
def _count_rows(
    low: NDArray[np.uint32], kinds: NDArray[np.uint8], offsets: NDArray[np.int64], bits: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    keys = np.full(SLOTS, -1, np.int32)
    tally = np.zeros(SLOTS, np.int32)
    used = np.empty(SLOTS, np.int32)
    starts, ends = np.empty(LIMIT + 1, np.int64), np.empty(LIMIT + 1, np.int64)
    hashes, words = np.empty(LIMIT + 1, np.uint64), np.empty(LIMIT + 1, np.bool_)
    indptr = np.zeros(offsets.size, np.int64)
    indices = np.empty(7 * low.size + 1, np.int32)
    counts = np.empty(7 * low.size + 1, np.int32)
    write = 0
    for row in range(offsets.size - 1):
        begin, end = offsets[row], offsets[row + 1]
        size = _collect(
            low,
            kinds,
            begin,
            end,
            np.uint64(64 - bits),
            keys,
            tally,
            used,
            _mask_for(end - begin),
            starts,
            ends,
            hashes,
            words,
        )
        for item in range(size):
            indices[write] = keys[used[item]]
            counts[write] = tally[used[item]]
            keys[used[item]] = -1
            write += 1
        indptr[row + 1] = write
    return indptr, indices[:write].copy(), counts[:write].copy()


@njit(cache=True)
def _score_rows(
    low: NDArray[np.uint32],
    kinds: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    bits: int,
    weights: NDArray[np.int8],
    rarity: NDArray[np.uint8],
    logs: NDArray[np.float32],
) -> NDArray[np.float64]:
    keys = np.full(SLOTS, -1, np.int32)
    tally = np.zeros(SLOTS, np.int32)
    used = np.empty(SLOTS, np.int32)
    starts, ends = np.empty(LIMIT + 1, np.int64), np.empty(LIMIT + 1, np.int64)
    hashes, words = np.empty(LIMIT + 1, np.uint64), np.empty(LIMIT + 1, np.bool_)
    out = np.zeros(offsets.size - 1, np.float64)
    for row in range(offsets.size - 1):
        begin, end = offsets[row], offsets[row + 1]
        size = _collect(
            low,
            kinds,
            begin,
            end,
            np.uint64(64 - bits),
            keys,
            tally,
            used,
            _mask_for(end - begin),
            starts,
            ends,
            hashes,
            words,
        )
        total, square = 0.0, 1e-12
        for item in range(size):
            slot = keys[used[item]]
            value = np.float64(logs[min(tally[used[item]], 255)]) * np.float64(rarity[slot])
            total += value * weights[slot]
            square += value * value
            keys[used[item]] = -1
        out[row] = total / np.sqrt(square)
    return out


def count_ngrams(texts: Sequence[str], bits: int) -> Counts:
    """Return the hashed n-gram counts of each text as sparse rows over 2^bits slots."""
    return Counts(*_count_rows(*prepare(texts), bits))


def score_ngrams(
    prepared: Prepared, weights: NDArray[np.int8], rarity: NDArray[np.uint8]
) -> NDArray[np.float64]:
    """Return the dot product (n,) of each text's unit vector with quantised `weights` (2^bits,).

    `rarity` (2^bits,) is the inverse document frequency in any unit: the norm cancels it.
    """
    bits = int(weights.size).bit_length() - 1
    return _score_rows(*prepared, bits, weights, rarity, _LOGS)


def slot_values(counts: Counts, rarity: NDArray[Any]) -> NDArray[np.float32]:
    """Return the values of the unit vectors, in the order of `counts.indices`."""
    values = _LOGS[np.minimum(counts.counts, 255)] * rarity[counts.indices].astype(np.float32)
    rows = np.repeat(np.arange(counts.indptr.size - 1), np.diff(counts.indptr))
    squares = np.bincount(rows, weights=values.astype(np.float64) ** 2, minlength=counts.indptr.size - 1)
    return np.asarray(values / np.sqrt(squares + 1e-12)[rows], dtype=np.float32)


def vector_norm(counts: Counts, rarity: NDArray[np.uint8]) -> float:
    """Return the norm of the first text's vector before it is made a unit vector."""
    values = _LOGS[np.minimum(counts.counts, 255)] * rarity[counts.indices].astype(np.float64)
    return float(np.sqrt((values**2).sum()) + 1e-6)


@njit(cache=True)
def _weigh_places(
    low: NDArray[np.uint32],
    kinds: NDArray[np.uint8],
    bits: int,
    weights: NDArray[np.int8],
    rarity: NDArray[np.uint8],
) -> NDArray[np.float64]:
    end = low.size
    shift = np.uint64(64 - bits)
    out = np.zeros(end, np.float64)
    step = np.uint64(0x9E3779B97F4A7C15)
    for place in range(end):
        value = np.uint64(low[place]) + np.uint64(7)
        for other in range(place + 1, min(place + 5, end)):
            value = (value ^ (value >> np.uint64(29))) * step + np.uint64(low[other])
            spread = (value ^ (value >> np.uint64(31))) * np.uint64(0xD6E8FEB86659FD93)
            slot = np.int64(spread >> shift)
            share = np.float64(weights[slot]) * rarity[slot] / (other - place + 1)
            for target in range(place, other + 1):
                out[target] += share
    starts, ends = np.empty(end + 1, np.int64), np.empty(end + 1, np.int64)
    hashes, words = np.empty(end + 1, np.uint64), np.empty(end + 1, np.bool_)
    count = tokenize(low, kinds, 0, end, starts, ends, hashes, words)
    for first in range(count):
        value = hashes[first]
        for other in range(first, min(first + 3, count)):
            if other > first:
                value = mix(value * np.uint64(31) + hashes[other])
            slot = np.int64(value >> shift)
            share = np.float64(weights[slot]) * rarity[slot] / (ends[other] - starts[first])
            for target in range(starts[first], ends[other]):
                out[target] += share
    return out


def place_weights(
    prepared: Prepared, weights: NDArray[np.int8], rarity: NDArray[np.uint8]
) -> NDArray[np.float64]:
    """Return the weight that n-grams put on each character of one prepared text (a batch of one)."""
    bits = int(weights.size).bit_length() - 1
    return _weigh_places(prepared.low, prepared.kinds, bits, weights, rarity)
