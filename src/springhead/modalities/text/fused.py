"""Kernels of the bigram: counting sort of successors, and copying them."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.random import Generator
from numpy.typing import NDArray

from springhead.core.nouns import Integers


@njit(cache=True)
def successors(
    tokens: NDArray[np.int32], offsets: Integers, width: int
) -> tuple[NDArray[np.int32], Integers]:
    """Return what follows each occurrence of each token, sorted by token, and where each token's begin.

    The end of a document is -1. Shapes: int32 (T,), int64 (width + 1,).
    """
    first = np.zeros(width + 1, np.int64)
    for token in tokens:
        first[token + 1] += 1
    for token in range(width):
        first[token + 1] += first[token]
    place = first[:-1].copy()
    following = np.empty(len(tokens), np.int32)
    for row in range(len(offsets) - 1):
        stop = offsets[row + 1]
        for index in range(offsets[row], stop):
            token = tokens[index]
            following[place[token]] = tokens[index + 1] if index + 1 < stop else -1
            place[token] += 1
    return following, first


@njit(cache=True)
def copy_successors(
    following: NDArray[np.int32],
    first: Integers,
    tokens: NDArray[np.int32],
    offsets: Integers,
    chosen: Integers,
    longest: int,
    rng: Generator,
) -> tuple[NDArray[np.int32], Integers]:
    """Write a document from the first two tokens of each chosen one on; returns tokens and offsets."""
    written = np.empty(len(tokens) + 1024, np.int32)
    ends = np.zeros(len(chosen) + 1, np.int64)
    size = 0
    for number in range(len(chosen)):
        row = chosen[number]
        index = offsets[row]
        limit = size + longest
        token = tokens[index]
        upcoming = tokens[index + 1] if index + 1 < offsets[row + 1] else -1
        while True:
            if size == len(written):
                grown = np.empty(2 * size, np.int32)
                grown[:size] = written
                written = grown
            written[size] = token
            size += 1
            if upcoming < 0 or size == limit:
                break
            token = upcoming
            start = first[token]
            upcoming = following[start + int(rng.random() * (first[token + 1] - start))]
        ends[number + 1] = size
    return written[:size].copy(), ends
