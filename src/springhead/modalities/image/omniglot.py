"""Handwritten characters of many alphabets (Omniglot, Lake et al. 2015) from a file that is named."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import ClassVar
from zipfile import BadZipFile

import msgspec
import numpy as np
from numpy.random import Generator

from springhead.core.protocols import Drawn
from springhead.errors import BadConfiguration, NotReadable
from springhead.modalities.image.arrays import Images, draw_images, reduced


class OmniglotSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Characters with ink 1, reduced to `side` pixels; the groups are the alphabets.

    `path` is an .npz file with x uint8 (n, s, s), ink up to 255, and alphabet (n,) as text.
    """

    path: str
    name: ClassVar[str] = "omniglot"
    side: int = 16

    def __post_init__(self) -> None:
        if not 4 <= self.side <= 64:
            raise BadConfiguration("source 'image/omniglot'", f"side = {self.side}", "Give 4 to 64.")

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the alphabets in the file, sorted."""
        return _characters(self.path, self.side)[1]

    @property
    def size(self) -> int:
        """Number of characters in the file."""
        return len(_characters(self.path, self.side)[0].labels)

    def draw(self, count: int | None, rng: Generator, /) -> Drawn[Images]:
        """Draw characters without replacement; raises NotReadable for another file."""
        return draw_images("image/omniglot", _characters(self.path, self.side)[0], count, rng)


@lru_cache(maxsize=2)
def _characters(path: str, side: int) -> tuple[Images, tuple[str, ...]]:
    try:
        with np.load(Path(path), allow_pickle=False) as arrays:
            ink, alphabets = arrays["x"], arrays["alphabet"]
    except (OSError, EOFError, KeyError, ValueError, AttributeError, BadZipFile) as error:
        raise NotReadable(path, f"no .npz file with x and alphabet ({error})") from error
    if ink.ndim != 3 or ink.shape[1] != ink.shape[2] or alphabets.shape != (len(ink),):
        raise NotReadable(path, f"x of shape {ink.shape}, alphabet of shape {alphabets.shape}")
    names, labels = np.unique(alphabets, return_inverse=True)
    pixels = reduced(ink.astype(np.float32) / np.float32(255.0), side)
    return Images(pixels, labels.astype(np.int64)), tuple(str(name) for name in names)
