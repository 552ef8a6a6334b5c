"""A short summary of what a text is about, used only to ask whether two sets of texts are of one domain.

Words (ideographs where words are not separated) are counted into 64 signed buckets by hash (count sketch,
Charikar, Chen and Farach-Colton 2002) as the square root of their counts, and the vector is scaled to unit length.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

from springhead.modalities.text.codes import LIMIT, classify, encode, lowered, mix, tables, tokenize

DIMENSIONS = 64
_SLOTS = 4096


@njit(cache=True)
def _sketch_rows(
    low: NDArray[np.uint32], kinds: NDArray[np.uint8], offsets: NDArray[np.int64], out: NDArray[np.float32]
) -> None:
    starts, ends = np.empty(LIMIT + 1, np.int64), np.empty(LIMIT + 1, np.int64)
    hashes, words = np.empty(LIMIT + 1, np.uint64), np.empty(LIMIT + 1, np.bool_)
    tally = np.zeros(_SLOTS, np.int32)
    for row in range(offsets.size - 1):
        count = tokenize(low, kinds, offsets[row], offsets[row + 1], starts, ends, hashes, words)
        for place in range(count):
            if words[place]:
                tally[np.int64(mix(hashes[place]) & np.uint64(_SLOTS - 1))] += 1
        total = 0.0
        for place in range(count):
            slot = np.int64(mix(hashes[place]) & np.uint64(_SLOTS - 1))
            if words[place] and tally[slot] > 0:
                spread = mix(np.uint64(slot) + np.uint64(0x9E3779B97F4A7C15))
                sign = np.float32(1.0) if spread & np.uint64(1) else np.float32(-1.0)
                out[row, np.int64((spread >> np.uint64(1)) % np.uint64(DIMENSIONS))] += sign * np.sqrt(
                    np.float32(tally[slot])
                )
                tally[slot] = 0
        for column in range(DIMENSIONS):
            total += out[row, column] ** 2
        if total > 0.0:
            for column in range(DIMENSIONS):
                out[row, column] /= np.float32(np.sqrt(total))


def sketch(texts: Sequence[str], /) -> NDArray[np.float32]:
    """Return the sketches of canonical texts, float32 (n, 64), each of unit length or zero."""
    encoded = encode(texts)
    table = tables()
    out = np.zeros((len(texts), DIMENSIONS), np.float32)
    _sketch_rows(
        lowered(encoded.codes, table.lower), classify(encoded.codes, table.kind), encoded.offsets, out
    )
    return out
