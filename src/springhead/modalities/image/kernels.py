"""Compiled loops over 32 x 32 blocks of pixels: colour, residuals, co-occurrence, block DCT."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

BLOCK = 32
"""Side of a block in pixels; every statistic is taken within blocks, so that any size of image gives the same ones."""
REACH = 3
"""Residuals are cut to [-REACH, REACH] before pairs of them are counted."""
LEVELS = 2 * REACH + 1
PAIRS = LEVELS * LEVELS


def cosine_basis() -> NDArray[np.float32]:
    """Return the orthonormal DCT-II matrix, float32 (8, 8)."""
    frequency, place = np.arange(8)[:, None], np.arange(8)[None, :]
    basis = np.cos(np.pi * (2 * place + 1) * frequency / 16.0) * 0.5
    basis[0] /= np.sqrt(2.0)
    return np.asarray(basis, np.float32)


_YCC = np.array([[0.299, -0.169, 0.499], [0.587, -0.331, -0.418], [0.114, 0.5, -0.081]], np.float32)
"""RGB to luma and both chroma channels (ITU-R BT.601, as JPEG has them)."""


def planes(blocks: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return luma and both chroma planes, float32 (n, 32, 32) each, in grey values."""
    mixed = np.ascontiguousarray((blocks.reshape(-1, 3).astype(np.float32) @ _YCC).T)
    luma, blue, red = mixed.reshape(3, -1, BLOCK, BLOCK)
    return luma, blue, red


@njit(cache=True)
def residual(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what a 3 x 3 predictor leaves (Ker and Boehme 2008), a quarter of it, float32 (n, 32, 32), edges 0."""
    out = np.zeros_like(plane)
    for item in range(plane.shape[0]):
        for row in range(1, BLOCK - 1):
            for column in range(1, BLOCK - 1):
                sides = (
                    plane[item, row - 1, column]
                    + plane[item, row + 1, column]
                    + plane[item, row, column - 1]
                    + plane[item, row, column + 1]
                )
                corners = (
                    plane[item, row - 1, column - 1]
                    + plane[item, row - 1, column + 1]
                    + plane[item, row + 1, column - 1]
                    + plane[item, row + 1, column + 1]
                )
                value = np.float32(2.0) * sides - corners - np.float32(4.0) * plane[item, row, column]
                out[item, row, column] = np.float32(0.25) * value
    return out


@njit(cache=True)
def _level(value: np.float32, step: np.float32) -> int:
    rounded = int(np.floor(value / step + np.float32(0.5)))
    return min(max(rounded, -REACH), REACH) + REACH


@njit(cache=True)
def pairs(plane: NDArray[np.float32], left: NDArray[np.float32], step: float) -> NDArray[np.float32]:
    """Count neighbouring pairs of cut residuals and of second differences, float32 (n, 3, 49).

    The rows are pairs of `left` (the 3 x 3 residual) side by side and one below the other, of second
    differences along their own direction, and of them across it (after Fridrich and Kodovsky 2012). `step`
    is the width of a level in grey values.
    """
    out = np.zeros((plane.shape[0], 3, PAIRS), np.float32)
    width = np.float32(step)
    across = np.empty((BLOCK, BLOCK), np.int64)
    down = np.empty((BLOCK, BLOCK), np.int64)
    around = np.empty((BLOCK, BLOCK), np.int64)
    for item in range(plane.shape[0]):
        for row in range(1, BLOCK - 1):
            for column in range(1, BLOCK - 1):
                middle = np.float32(2.0) * plane[item, row, column]
                here = plane[item, row, column - 1] + plane[item, row, column + 1] - middle
                across[row, column] = _level(np.float32(0.5) * here, width)
                here = plane[item, row - 1, column] + plane[item, row + 1, column] - middle
                down[row, column] = _level(np.float32(0.5) * here, width)
                around[row, column] = _level(left[item, row, column], width)
        for row in range(1, BLOCK - 2):
            for column in range(1, BLOCK - 2):
                out[item, 0, around[row, column] * LEVELS + around[row, column + 1]] += 1
                out[item, 0, around[row, column] * LEVELS + around[row + 1, column]] += 1
                out[item, 1, across[row, column] * LEVELS + across[row, column + 1]] += 1
                out[item, 1, down[row, column] * LEVELS + down[row + 1, column]] += 1
                out[item, 2, across[row, column] * LEVELS + across[row + 1, column]] += 1
                out[item, 2, down[row, column] * LEVELS + down[row, column + 1]] += 1
    return out


@njit(cache=True)
def block_cosines(plane: NDArray[np.float32], basis: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean absolute 8 x 8 DCT coefficients of the blocks, float32 (n, 64), rows = vertical frequency."""
    count = plane.shape[0]
    out = np.zeros((count, 64), np.float32)
    half = np.empty((8, 8), np.float32)
    for item in range(count):
        for top in range(0, BLOCK, 8):
            for start in range(0, BLOCK, 8):
                for row in range(8):
                    for frequency in range(8):
                        total = np.float32(0.0)
                        for place in range(8):
                            total += plane[item, top + row, start + place] * basis[frequency, place]
                        half[row, frequency] = total
                for vertical in range(8):
                    for frequency in range(8):
                        total = np.float32(0.0)
                        for row in range(8):
                            total += half[row, frequency] * basis[vertical, row]
                        out[item, vertical * 8 + frequency] += abs(total)
    return out / np.float32(16.0)


COLOUR_SUMS = 32
"""Numbers that `colour_sums` gives for a block: 3 + 6 + 3 + 2 + 2 and 16 counts of luma."""


@njit(cache=True)
def colour_sums(blocks: NDArray[np.uint8], luma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return means per block over pixels in [0, 1], float32 (n, 32).

    Channels, their six products, their cubes, largest minus smallest channel and its square, the share of
    values at 0 and at 255, and a histogram of luma in 16 bins.
    """
    out = np.zeros((blocks.shape[0], COLOUR_SUMS), np.float32)
    for item in range(blocks.shape[0]):
        for row in range(BLOCK):
            for column in range(BLOCK):
                a, b, c = (
                    blocks[item, row, column, 0],
                    blocks[item, row, column, 1],
                    blocks[item, row, column, 2],
                )
                r, g, h = np.float32(a) / 255, np.float32(b) / 255, np.float32(c) / 255
                span = max(r, g, h) - min(r, g, h)
                out[item, 0] += r
                out[item, 1] += g
                out[item, 2] += h
                out[item, 3] += r * r
                out[item, 4] += g * g
                out[item, 5] += h * h
                out[item, 6] += r * g
                out[item, 7] += r * h
                out[item, 8] += g * h
                out[item, 9] += r * r * r
                out[item, 10] += g * g * g
                out[item, 11] += h * h * h
                out[item, 12] += span
                out[item, 13] += span * span
                out[item, 14] += (int(a == 0) + int(b == 0) + int(c == 0)) / np.float32(3.0)
                out[item, 15] += (int(a == 255) + int(b == 255) + int(c == 255)) / np.float32(3.0)
                out[item, 16 + min(15, int(luma[item, row, column] / np.float32(16.0)))] += 1
    return out / np.float32(BLOCK * BLOCK)
