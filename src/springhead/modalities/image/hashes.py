"""Perceptual hashes of images and the signatures made of them, in NumPy alone.

pHash: the sign of the 8 x 8 lowest DCT coefficients of a 32 x 32 grey image against their median (Zauner 2010);
dHash: the sign of the differences of neighbours in a 9 x 8 grey image (Krawetz 2013). Copies that were halved
and saved again as JPEG differ in at most 5 of 64 bits, different photos in at least 13.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIZE = 32
LOW = 8
BITS = 128
BANDS = 16
BAND_BITS = 24
FLAT = 2.0
"""Least standard deviation of grey values (of 255) for a signature: a flat image resembles every other."""

_K, _N = np.arange(LOW)[:, None], np.arange(SIZE)[None, :]
_COSINES = np.cos(np.pi * (2 * _N + 1) * _K / (2 * SIZE)).astype(np.float32)
"""Rows 0 to 7 of the DCT-II matrix of size 32 (unscaled: only signs against the median count)."""
_PLACES = np.stack([np.random.default_rng(band).permutation(BITS)[:BAND_BITS] for band in range(BANDS)])
_POWERS = np.uint64(1) << np.arange(BAND_BITS, dtype=np.uint64)
_ODD = np.uint64(0x9E3779B97F4A7C15)


def grey(pixels: NDArray[np.uint8]) -> Image.Image:
    """The luma of RGB pixels, uint8 (h, w, 3), as a Pillow image."""
    return Image.fromarray(pixels).convert("L")


def perceptual_bits(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.bool_], float]:
    """Return the 64 bits of pHash and the 64 of dHash, bool (128,), and the deviation of the grey values.

    `pixels` uint8 (h, w, 3) may come from a reduced decode: from 64 pixels a side the bits hardly change.
    """
    luma = grey(pixels)
    small = luma.resize(
        (SIZE, SIZE), Image.Resampling.BOX if min(luma.size) >= SIZE else Image.Resampling.BILINEAR
    )
    values = np.asarray(small, np.float32)
    low = (_COSINES @ values @ _COSINES.T).ravel()
    wide = np.asarray(small.resize((LOW + 1, LOW), Image.Resampling.BOX), np.int16)
    bits = np.empty(BITS, np.bool_)
    bits[: LOW * LOW] = low > np.median(low[1:])
    bits[LOW * LOW :] = (wide[:, 1:] > wide[:, :-1]).ravel()
    return bits, float(values.std())


def hash_of(bits: NDArray[np.bool_]) -> tuple[int, int]:
    """The pHash and dHash as 64-bit integers of bits as `perceptual_bits` returns them."""
    packed = np.packbits(bits).tobytes()
    return int.from_bytes(packed[:8], "big"), int.from_bytes(packed[8:], "big")


def signatures(
    bits: NDArray[np.bool_], signed: NDArray[np.bool_]
) -> tuple[NDArray[np.uint64], NDArray[np.uint16]]:
    """Bands uint64 (n, 16) to search by and places uint16 (n, 128) to compare, of bits (n, 128).

    Each band hashes 24 of the 128 bits: two images that differ in 4 bits share a band with probability
    0.99996, in 9 bits with 0.95, and a bucket of random images stays below one record up to 16 million. Rows
    that are not `signed` get zeros, which means no signature.
    """
    bands = np.zeros((len(bits), BANDS), np.uint64)
    if len(bits):
        chosen = bits[:, _PLACES].astype(np.uint64)
        values = (chosen * _POWERS).sum(axis=2, dtype=np.uint64)
        numbered = values | (np.arange(1, BANDS + 1, dtype=np.uint64) << np.uint64(32))
        bands = numbered * _ODD
    bands[~signed] = 0
    return bands, bits.astype(np.uint16)
