"""A vocabulary as arrays, to be saved without pickle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


def pack_words(vocabulary: tuple[str, ...]) -> dict[str, NDArray[Any]]:
    """Return the words as UTF-8 bytes, uint8, and the length of each in bytes, int32."""
    encoded = [word.encode("utf-8", "surrogatepass") for word in vocabulary]
    return {
        "words": np.frombuffer(b"".join(encoded), np.uint8).copy(),
        "word_lengths": np.array([len(word) for word in encoded], np.int32),
    }


def unpack_words(arrays: Mapping[str, NDArray[Any]]) -> tuple[str, ...]:
    """Return the vocabulary that `pack_words` packed."""
    data = arrays["words"].tobytes()
    stops = np.cumsum(arrays["word_lengths"]).tolist()
    starts = [0, *stops[:-1]]
    return tuple(
        data[start:stop].decode("utf-8", "surrogatepass") for start, stop in zip(starts, stops, strict=True)
    )
