"""Numbers that describe how an image was made rather than what it shows; no weights, any size of image.

Radial spectra of luma and of its residual, block DCT of luma and chroma, moments of residuals, co-occurrence
of residuals, colour. An image above 512 pixels is read reduced by a whole factor; at most four tiles of 256 x 256
pixels at fixed places, on the grid of 8 that JPEG uses, are cut into blocks of 32 x 32, and everything is a mean over
blocks. The families follow the forensic literature: Durall et al. 2020 (spectra), Frank et al. 2020 (DCT), Fridrich and
Kodovsky 2012 (co-occurrence of residuals), McCloskey and Albright 2018 (colour).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from springhead.modalities.image.decode import decoded
from springhead.modalities.image.kernels import (
    BLOCK,
    COLOUR_SUMS,
    PAIRS,
    block_cosines,
    colour_sums,
    cosine_basis,
    pairs,
    planes,
    residual,
)

VERSION = "1"
LEAST_SIDE = 16
"""Images with a shorter side are not judged."""
LARGE = 512
"""Side above which an image is read reduced."""
TILE = 256
BLOCKS_OF_TILE = 8
"""Most blocks of a tile that are looked at, spread evenly over it."""
RINGS = 16
_CHUNK = 256
_CHROMA = 15
_NOTHING = np.zeros((0, BLOCK, BLOCK, 3), np.uint8)

Floats32 = NDArray[np.float32]


class Family(NamedTuple):
    """Where the numbers of one family stand in the vector."""

    name: str
    start: int
    stop: int


def families() -> list[Family]:
    """Return the families of numbers in their order."""
    sizes = {
        "spectrum": RINGS,
        "dct": 64,
        "chroma dct": 2 * _CHROMA,
        "residual spectrum": RINGS,
        "residual moments": 12,
        "pairs": 3 * PAIRS,
        "colour": COLOUR_SUMS,
    }
    found, start = [], 0
    for name, size in sizes.items():
        found.append(Family(name, start, start + size))
        start += size
    return found


NUMBERS = families()[-1].stop
"""Length of the vector of an image."""


def features(images: Iterable[NDArray[np.uint8] | None]) -> Floats32:
    """Describe images, uint8 (h, w, 3) RGB each, as float32 (n, NUMBERS).

    Large images should come reduced already (`features_of`). A row is nan where there is no image or a side is
    shorter than 16 pixels. Images are taken one by one and only their blocks are held, at most some hundred.
    """
    parts: list[Floats32] = []
    held: list[NDArray[np.uint8]] = []
    size = 0
    for image in images:
        small = image is None or min(image.shape[:2]) < LEAST_SIDE
        held.append(_NOTHING if small or image is None else blocks_of(image))
        size += len(held[-1])
        if size >= _CHUNK or len(held) >= _CHUNK:
            parts.append(_rows(held))
            held, size = [], 0
    parts.append(_rows(held))
    return np.concatenate(parts)


def features_of(data: Sequence[bytes]) -> Floats32:
    """Decode encoded images, reduced where they are large, and describe them as float32 (n, NUMBERS)."""
    return features(decoded(one, side=LARGE).pixels for one in data)


def _rows(held: list[NDArray[np.uint8]]) -> Floats32:
    """Describe the images that have blocks; nan for the others."""
    out = np.full((len(held), NUMBERS), np.nan, np.float32)
    rows = [row for row, blocks in enumerate(held) if len(blocks)]
    if rows:
        out[rows] = _described([held[row] for row in rows])
    return out


def blocks_of(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Cut the blocks of an image that are looked at, uint8 (b, 32, 32, 3); short sides are mirrored to 32."""
    height, width = image.shape[:2]
    if min(height, width) < BLOCK:
        missing = ((0, max(0, BLOCK - height)), (0, max(0, BLOCK - width)), (0, 0))
        image = np.pad(image, missing, mode="symmetric")
        height, width = image.shape[:2]
    if height == width == BLOCK:
        return image[None]
    places = [place for top, left in _tiles(height, width) for place in _places(top, left, height, width)]
    out = np.empty((len(places), BLOCK, BLOCK, 3), np.uint8)
    for number, (top, left) in enumerate(places):
        out[number] = image[top : top + BLOCK, left : left + BLOCK]
    return out


def _tiles(height: int, width: int) -> Iterator[tuple[int, int]]:
    """Corners of at most four tiles, as far apart as the image allows, on the grid of 8."""
    for top in dict.fromkeys((0, max(0, height - TILE) // 8 * 8)):
        for left in dict.fromkeys((0, max(0, width - TILE) // 8 * 8)):
            yield top, left


def _places(top: int, left: int, height: int, width: int) -> list[tuple[int, int]]:
    """Corners of the blocks of a tile, evenly thinned where it holds more than `BLOCKS_OF_TILE`."""
    down = range(top, min(top + TILE, height) - BLOCK + 1, BLOCK)
    along = range(left, min(left + TILE, width) - BLOCK + 1, BLOCK)
    found = [(row, column) for row in down for column in along]
    if len(found) <= BLOCKS_OF_TILE:
        return found
    # Odd steps against the row length spread the chosen blocks over rows and columns alike.
    chosen = (np.arange(BLOCKS_OF_TILE) * len(found)) // BLOCKS_OF_TILE
    shift = (np.arange(BLOCKS_OF_TILE) * 3) % max(1, len(found) // BLOCKS_OF_TILE)
    return [found[place] for place in np.minimum(chosen + shift, len(found) - 1)]


@lru_cache(maxsize=1)
def _rings() -> tuple[NDArray[np.int64], Floats32]:
    """Ring of every place of a half spectrum (32, 17), and the weight that makes a mean over each ring of it."""
    down = np.fft.fftfreq(BLOCK)[:, None] * BLOCK
    along = np.fft.rfftfreq(BLOCK)[None, :] * BLOCK
    radius = np.sqrt(down**2 + along**2)
    ring = np.minimum(np.round(radius).astype(np.int64) - 1, RINGS - 1)
    twice = np.where((along == 0) | (along == BLOCK // 2), 1.0, 2.0) * (radius > 0)
    ring = np.maximum(ring, 0)
    mass = np.bincount(ring.ravel(), (twice * np.ones_like(radius)).ravel(), minlength=RINGS)
    mixing = np.zeros((ring.size, RINGS), np.float32)
    mixing[np.arange(ring.size), ring.ravel()] = (twice / mass[ring]).ravel()
    return ring, mixing


def _spectrum(blocks: Floats32) -> Floats32:
    """Mean power of every ring of the spectrum, float32 (n, 16)."""
    centred = blocks - blocks.mean(axis=(1, 2), keepdims=True)
    waves = np.fft.rfft2(centred)
    power = (waves.real**2 + waves.imag**2).astype(np.float32).reshape(len(blocks), -1)
    return np.asarray(power @ _rings()[1], np.float32)


def _moments(plane: Floats32) -> Floats32:
    """Variance, third and fourth central moment and mean absolute value, float32 (n, 4), means over blocks."""
    flat = plane[:, 1:-1, 1:-1].reshape(len(plane), -1)
    squared = flat * flat
    return np.column_stack(
        [
            squared.mean(axis=1),
            (squared * flat).mean(axis=1),
            (squared * squared).mean(axis=1),
            np.abs(flat).mean(axis=1),
        ]
    )


def _described(held: list[NDArray[np.uint8]]) -> Floats32:
    """Describe images given as their blocks, float32 (n, NUMBERS)."""
    sizes = np.array([len(one) for one in held])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    blocks = np.concatenate(held)

    def mean(values: Floats32) -> Floats32:
        total = np.add.reduceat(values.reshape(len(values), -1), starts, axis=0)
        return np.asarray(total / sizes[:, None], np.float32)

    luma, blue, red = planes(blocks)
    left = residual(luma)
    basis = cosine_basis()
    low = np.array([v * 8 + h for v in range(5) for h in range(5) if v + h <= 4])
    counted = mean(pairs(luma, left, 1.0)) / (2.0 * (BLOCK - 3) ** 2)
    rests = (left, residual(blue), residual(red))
    residual_moments = [_shape(mean(_moments(plane))) for plane in rests]
    agreements = [_correlation(mean(_agreement(rests[i], rests[j]))) for i, j in ((0, 1), (0, 2), (1, 2))]
    return np.concatenate(
        [
            np.log1p(mean(_spectrum(luma))),
            np.log(mean(block_cosines(luma, basis)) + 0.05),
            np.log(mean(block_cosines(blue, basis))[:, low] + 0.05),
            np.log(mean(block_cosines(red, basis))[:, low] + 0.05),
            np.log1p(mean(_spectrum(left))),
            *residual_moments,
            *agreements,
            np.sqrt(counted),
            _colour(mean(colour_sums(blocks, luma))),
        ],
        axis=1,
    ).astype(np.float32)


def _shape(moments: Floats32) -> Floats32:
    """Log spread, skewness and log tail weight of a residual from its moments, float32 (n, 3)."""
    variance = moments[:, 0] + 1e-2
    skewness = moments[:, 1] / variance**1.5
    tails = np.log((moments[:, 2] + 1e-3) / variance**2)
    return np.column_stack([0.5 * np.log(variance), np.clip(skewness, -5, 5), tails])


def _colour(sums: Floats32) -> Floats32:
    """Means, spreads, skewness and correlations of the channels, saturation, clipping, luma histogram: (n, 32)."""
    means, squares, products, cubes = sums[:, :3], sums[:, 3:6], sums[:, 6:9], sums[:, 9:12]
    variance = np.maximum(squares - means**2, 0.0) + 1e-4
    third = cubes - 3.0 * means * squares + 2.0 * means**3
    one, other = (0, 0, 1), (1, 2, 2)
    together = products - means[:, one] * means[:, other]
    found = np.concatenate(
        [
            means,
            np.sqrt(variance),
            np.clip(third / variance**1.5, -5.0, 5.0),
            together / np.sqrt(variance[:, one] * variance[:, other]),
            sums[:, 12:13],
            np.sqrt(np.maximum(sums[:, 13:14] - sums[:, 12:13] ** 2, 0.0)),
            np.sqrt(sums[:, 14:]),
        ],
        axis=1,
    )
    return np.asarray(found, np.float32)


def _agreement(one: Floats32, other: Floats32) -> Floats32:
    """Mean squares of two residuals and their mean product, float32 (n, 3)."""
    return np.stack(
        [(one * one).mean(axis=(1, 2)), (other * other).mean(axis=(1, 2)), (one * other).mean(axis=(1, 2))],
        axis=1,
    )


def _correlation(products: Floats32) -> Floats32:
    """Correlation of two residuals from their mean products, float32 (n, 1)."""
    found = products[:, 2] / np.sqrt((products[:, 0] + 1e-3) * (products[:, 1] + 1e-3))
    return np.asarray(found[:, None], np.float32)
