"""What one look at an image keeps: facts, hashes and small summaries; its pixels are dropped at once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from springhead.modalities.image.batch import ImageBatch
from springhead.modalities.image.decode import Decoded, decoded
from springhead.modalities.image.hashes import BITS, FLAT, perceptual_bits

SIDE = 256
"""Images are looked at reduced, by a whole factor, to no less than this a side; below 512 at full size."""
SKETCH = 8
LEAST_SIDE = 16


@dataclass(frozen=True, slots=True)
class Look:
    """One image: `error` is "" or why it is none; `canonical` is the hash of size and pixels as looked at.

    `bits` bool (128,): perceptual hashes; `flat`: too even to be told from others; `sketch` float32 (192,).
    """

    error: str
    format: str
    mode: str
    width: int
    height: int
    animated: bool
    canonical: bytes
    bits: NDArray[np.bool_]
    flat: bool
    sketch: NDArray[np.float32]


def looks(batch: ImageBatch) -> list[Look]:
    """Look at every image of a batch, one decoded at a time; done once per batch."""
    return batch.once("looks", lambda: [look(data) for data in batch.data])


def look(data: bytes) -> Look:
    """Decode an image, reduced where that costs less, and keep what later steps need of it."""
    seen = decoded(data, side=SIDE)
    if seen.pixels is None:
        nothing = hashlib.sha256(data).digest()
        return Look(
            seen.error, seen.format, seen.mode, seen.width, seen.height, seen.animated, nothing,
            np.zeros(BITS, np.bool_), True, np.zeros(SKETCH * SKETCH * 3, np.float32),
        )  # fmt: skip
    bits, deviation = perceptual_bits(seen.pixels)
    return Look(
        "", seen.format, seen.mode, seen.width, seen.height, seen.animated, _canonical(seen), bits,
        deviation < FLAT, sketch(seen.pixels),
    )  # fmt: skip


def _canonical(seen: Decoded) -> bytes:
    assert seen.pixels is not None
    digest = hashlib.sha256(f"{seen.width}x{seen.height}x{seen.pixels.shape}".encode())
    digest.update(np.ascontiguousarray(seen.pixels).data)
    return digest.digest()


def sketch(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Unit-length summary of an image: its colours on an 8 x 8 grid around mid-grey, float32 (192,)."""
    small = Image.fromarray(pixels).resize((SKETCH, SKETCH), Image.Resampling.BOX)
    values = (np.asarray(small, np.float32).ravel() - 127.5) / 127.5
    length = float(np.linalg.norm(values))
    return values / np.float32(length) if length > 0 else values
