"""Handwritten digits, 1,797 of 8 x 8 pixels, from the file that scikit-learn carries (UCI, test part of NIST)."""

from __future__ import annotations

import gzip
import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

import msgspec
import numpy as np
from numpy.random import Generator

from springhead.core.protocols import Drawn
from springhead.errors import MissingExtra
from springhead.modalities.image.arrays import Images, draw_images


class DigitsSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The digits 0 to 9 as ten nearly equal classes; scikit-learn is found but never imported."""

    name: ClassVar[str] = "digits"

    @property
    def groups(self) -> tuple[str, ...]:
        """The ten digits."""
        return tuple("0123456789")

    @property
    def size(self) -> int:
        """Number of images."""
        return len(_digits().labels)

    def draw(self, count: int | None, rng: Generator, /) -> Drawn[Images]:
        """Draw images without replacement; raises MissingExtra where the file is not installed."""
        return draw_images("image/digits", _digits(), count, rng)


def _file() -> Path:
    found = importlib.util.find_spec("sklearn")
    for folder in (found.submodule_search_locations or ()) if found else ():
        path = Path(folder) / "datasets" / "data" / "digits.csv.gz"
        if path.is_file():
            return path
    raise MissingExtra("source 'image/digits'", "scikit-learn", "digits")


@lru_cache(maxsize=1)
def _digits() -> Images:
    with gzip.open(_file(), "rt", encoding="ascii") as lines:
        table = np.loadtxt(lines, delimiter=",")
    return Images((table[:, :-1] / 16.0).astype(np.float32), table[:, -1].astype(np.int64))
