"""Read the DWT-DCT mark that Stable Diffusion's and FLUX's reference code put into their images, in NumPy.

The scheme (invisible-watermark, "dwtDct"): one Haar step of the U channel; of each 4x4 block of the
approximation the coefficient farthest from zero, the first one excepted, is moved to the middle of the lower
(bit 0) or upper (bit 1) half of a step of 36; the bits of the message repeat over the blocks, row by row.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from springhead.core.nouns import Floats, Origin, Trust
from springhead.modalities.image.statements import Statement

STEP = 36.0
SMALLEST = 256 * 256
"""Least number of pixels that the encoder marks."""
SIDE = 2048
"""Blocks are read from the rows that this many pixels hold; the message repeats hundreds of times there."""
THRESHOLD = 5.5
"""Least score: a normal deviate under independent bits, one-sided p = 2e-8 for each message."""


def _bits(number: int) -> NDArray[np.uint8]:
    return np.array([int(bit) for bit in bin(number)[2:]], np.uint8)


def _text(message: bytes) -> NDArray[np.uint8]:
    return np.unpackbits(np.frombuffer(message, np.uint8))


MESSAGES: dict[str, NDArray[np.uint8]] = {
    "Stable Diffusion": _text(b"StableDiffusionV1"),
    "Stable Diffusion 2": _text(b"SDV2"),
    "Stable Diffusion XL": _bits(0b101100111110110010010000011110111011000110011110),
    "FLUX": _bits(0b001010101111111010000111100111001111010100101110),
}
"""Public messages by the model whose reference code writes them; FLUX's loses its two leading zeros there."""


def read(pixels: NDArray[np.uint8], /) -> list[Statement]:
    """Return the mark of an image (h, w, 3) RGB as statements, nothing where no known message is in it."""
    found = scores(pixels)
    name = max(found, key=lambda one: found[one], default="")
    if not name or found[name] < THRESHOLD:
        return []
    return [Statement("watermark", f"DWT-DCT mark of {name}", Origin.SYNTHETIC, Trust.WATERMARK)]


def scores(pixels: NDArray[np.uint8], /) -> dict[str, float]:
    """Score of every known message in an image (h, w, 3) RGB, higher = more surely present; {} if too small.

    Fisher's transform of the correlation between the message's bits and how often each was read as one, in
    standard deviations: it does not depend on how many ones a picture gives by itself, nor on its rows.
    """
    height, width = pixels.shape[:2]
    if height * width < SMALLEST or min(height, width) < 8:
        return {}
    bits = block_bits(pixels)
    grid = bits.reshape(-1, width // 8).astype(np.float64)
    rows = grid - grid.mean(axis=1, keepdims=True)
    both = rows - rows.mean(axis=0)
    return {name: _score(rows, both, message) for name, message in MESSAGES.items()}


def _score(rows: Floats, both: Floats, message: NDArray[np.uint8]) -> float:
    """Score of a message in the bits of the blocks (r, c), centred by rows, and by rows and columns."""
    columns, length = rows.shape[1], len(message)
    if rows.size < length:
        return 0.0
    place = np.arange(rows.size) % length
    expected = message[place].reshape(rows.shape).astype(np.float64)
    expected -= expected.mean(axis=1, keepdims=True)
    # Where the message does not stand in columns, what a picture repeats from row to row is taken out of both:
    # else it would look like a message of `repeat` bits, and long messages would be found in bars and fences.
    repeat = math.gcd(columns, length)
    freedom = length
    if repeat < length:
        expected -= expected.mean(axis=0)
        freedom = length - repeat
    number = np.bincount(place, minlength=length)
    bits = (both if repeat < length else rows).ravel()
    share: Floats = np.bincount(place, bits, length) / number
    told: Floats = np.bincount(place, expected.ravel(), length) / number
    spread = float(share.std() * told.std())
    if spread < 1e-9 or freedom < 8:
        return 0.0
    agreement = float((share - share.mean()) @ (told - told.mean())) / (length * spread)
    return float(np.arctanh(min(agreement, 0.999999)) * np.sqrt(freedom - 3))


def block_bits(pixels: NDArray[np.uint8], /) -> NDArray[np.bool_]:
    """The bit that each 4x4 block of the Haar approximation of U carries, row by row, bool (blocks,)."""
    height, width = pixels.shape[0] // 4 * 4, pixels.shape[1] // 4 * 4
    height = min(height, max(8, SIDE * SIDE // max(width, 1) // 8 * 8))
    blue = pixels[:height, :width, 2].astype(np.int32)
    # OpenCV's integer conversion to YUV, which the encoder uses: 14 bits, rounded.
    luma = (1868 * blue + 9617 * pixels[:height, :width, 1].astype(np.int32)
            + 4899 * pixels[:height, :width, 0].astype(np.int32) + 8192) >> 14  # fmt: skip
    chroma = np.clip((8061 * (blue - luma) + (128 << 14) + 8192) >> 14, 0, 255)
    pairs = chroma[0::2] + chroma[1::2]
    haar = (pairs[:, 0::2] + pairs[:, 1::2]) * 0.5
    rows, columns = haar.shape[0] // 4, haar.shape[1] // 4
    blocks = (
        haar[: rows * 4, : columns * 4].reshape(rows, 4, columns, 4).transpose(0, 2, 1, 3).reshape(-1, 16)
    )
    # All coefficients are sums of unsigned numbers, so the farthest from zero is the largest.
    largest = blocks[:, 1:].max(axis=1)
    read_bits: NDArray[np.bool_] = largest % STEP > STEP / 2
    return read_bits
