"""Pictures of two makes for tests: camera-like ones with sensor noise, and smooth ones with a grid of upsampling."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


def scene(side: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """A scene of soft shapes at several scales, float64 (side, side, 3)."""
    out = np.zeros((side, side, 3))
    for cells in (2, 4, 8, 16):
        coarse = Image.fromarray(rng.integers(0, 256, (cells, cells, 3), dtype=np.uint8))
        out += np.asarray(coarse.resize((side, side), Image.Resampling.BICUBIC), float) / cells
    out -= out.min()
    return 30.0 + 190.0 * out / max(out.max(), 1e-9)


def camera(side: int, rng: np.random.Generator) -> Pixels:
    """A scene with noise in every pixel."""
    return np.clip(scene(side, rng) + rng.normal(0, 4.0, (side, side, 3)), 0, 255).astype(np.uint8)


def generated(side: int, rng: np.random.Generator) -> Pixels:
    """A scene whose noise was made at half the size and enlarged."""
    noise = np.repeat(np.repeat(rng.normal(0, 4.0, ((side + 1) // 2,) * 2 + (3,)), 2, 0), 2, 1)
    return np.clip(scene(side, rng) + noise[:side, :side], 0, 255).astype(np.uint8)


def encoded(pixels: Pixels, kind: str = "PNG", **options: object) -> bytes:
    """The file of a picture."""
    target = io.BytesIO()
    Image.fromarray(pixels).save(target, kind, **options)
    return target.getvalue()
