"""What samples look like: capped texts, small PNG images, or numbers in words."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from springhead.core import batch as rows_of
from springhead.core.nouns import Excerpt, Integers

TEXT_CAP = 400
ENLARGED = 48
"""Least side of an image shown, in pixels; smaller ones are enlarged by whole factors."""


def excerpts(batch: Any, rows: Integers) -> list[Excerpt]:
    """Return the given rows of a batch for people to look at.

    A batch may have `excerpts(rows)` of its own, or `texts()`; a named tuple with float `pixels` (n, side
    squared) in [0, 1] is drawn as grey images, arrays are written as numbers.
    """
    chosen = rows_of.take(batch, rows)
    own = getattr(batch, "excerpts", None)
    if own is not None:
        return list(own(rows))
    if hasattr(chosen, "texts"):
        return [Excerpt(text[:TEXT_CAP]) for text in chosen.texts()]
    if hasattr(chosen, "pixels"):
        return [Excerpt(media_type="image/png", data=_png(row)) for row in np.asarray(chosen.pixels)]
    return [Excerpt(text) for text in _numbers(chosen, len(rows))]


def _numbers(batch: Any, count: int) -> list[str]:
    values = batch[0] if isinstance(batch, tuple) else batch
    if not isinstance(values, np.ndarray):
        return [str(values[index])[:TEXT_CAP] for index in range(count)]
    flat = values.reshape(count, -1)[:, :8] if count else values
    return [" ".join(f"{number:.4g}" for number in row) for row in flat]


def _png(pixels: Any) -> bytes:
    from PIL import Image

    values = np.asarray(pixels, np.float64).reshape(-1)
    side = round(len(values) ** 0.5)
    grey = np.clip(np.rint(values.reshape(side, side) * 255.0), 0, 255).astype(np.uint8)
    factor = max(1, -(-ENLARGED // side))
    file = io.BytesIO()
    Image.fromarray(np.kron(grey, np.ones((factor, factor), np.uint8))).save(file, "PNG", optimize=False)
    return file.getvalue()
