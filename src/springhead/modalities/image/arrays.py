"""Grey images of one size as a batch of the laboratory: pixels, and the class of each image."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from springhead.core.nouns import Integers
from springhead.core.protocols import Drawn
from springhead.errors import BadBatch, BadConfiguration


class Images(NamedTuple):
    """n square images: pixels float32 (n, side * side) in [0, 1], row by row; labels int64 (n,)."""

    pixels: NDArray[np.float32]
    labels: Integers


def checked_images(model: str, batch: Images) -> Images:
    """Return the batch where pixels are finite rows with a label each; raises BadBatch otherwise."""
    pixels, labels = np.asarray(batch.pixels), np.asarray(batch.labels)
    problem = ""
    if pixels.ndim != 2 or pixels.shape[1] == 0:
        problem = f"pixels of shape {pixels.shape}"
    elif labels.shape != (len(pixels),):
        problem = f"labels of shape {labels.shape} for {len(pixels)} images"
    elif not np.isfinite(pixels).all():
        problem = "pixels that are not finite"
    if problem:
        raise BadBatch(f"model {model!r}", problem, "finite pixels (n, side * side), labels (n,)", "Mend it.")
    return batch


def draw_images(source: str, images: Images, count: int | None, rng: Generator) -> Drawn[Images]:
    """Draw images without replacement, all in random order for None; raises BadConfiguration beyond."""
    held = len(images.labels)
    if count is not None and not 0 <= count <= held:
        raise BadConfiguration(
            f"source {source!r}", f"{count} images asked, it holds {held}", "Ask for fewer."
        )
    rows = rng.permutation(held)[:count]
    labels = images.labels[rows]
    return Drawn(Images(images.pixels[rows], labels), labels)


def reduced(images: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """Return images (n, s, s) as (n, side * side), each pixel the mean of the area that it covers.

    Where `side` does not divide s, pixels on a border count by the part of them that lies inside.
    """
    size = images.shape[1]
    edges = np.arange(side + 1) * (size / side)
    cells = np.arange(size)
    overlap = np.minimum(edges[1:, None], cells + 1.0) - np.maximum(edges[:-1, None], cells)
    weights = (np.maximum(overlap, 0.0) * (side / size)).astype(np.float32)
    small = np.matmul(np.matmul(weights, images), weights.T)
    flat: NDArray[np.float32] = np.clip(small, 0.0, 1.0).reshape(len(images), side * side)
    return flat.astype(np.float32)
