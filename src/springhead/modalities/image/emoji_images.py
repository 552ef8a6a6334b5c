"""Pictures of emoji as grey images from a file that is named; their groups are the skin tones."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Final

import msgspec
import numpy as np
import polars as pl
from numpy.random import Generator
from numpy.typing import NDArray

from springhead.core.protocols import Drawn
from springhead.errors import BadConfiguration, NotReadable
from springhead.modalities.image.arrays import Images, draw_images, reduced

PLAIN: Final = "none"
"""Group of pictures that have no skin tone."""


class EmojiImagesSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Emoji on a dark ground, brightness 0 to 1, reduced to `side` pixels.

    `path` is a Parquet file with `png72`, a PNG with transparency, and `skin_tone`, the name
    of the group; an empty one is the group "none".
    """

    path: str
    name: ClassVar[str] = "emoji"
    side: int = 16

    def __post_init__(self) -> None:
        if not 4 <= self.side <= 64:
            raise BadConfiguration("source 'image/emoji'", f"side = {self.side}", "Give 4 to 64.")

    @property
    def groups(self) -> tuple[str, ...]:
        """Skin tones in the file, sorted."""
        return _pictures(self.path, self.side)[1]

    @property
    def size(self) -> int:
        """Number of pictures in the file."""
        return len(_pictures(self.path, self.side)[0].labels)

    def draw(self, count: int | None, rng: Generator, /) -> Drawn[Images]:
        """Draw pictures without replacement; raises NotReadable for another file."""
        return draw_images("image/emoji", _pictures(self.path, self.side)[0], count, rng)


@lru_cache(maxsize=2)
def _pictures(path: str, side: int) -> tuple[Images, tuple[str, ...]]:
    try:
        table = pl.read_parquet(Path(path), columns=["png72", "skin_tone"])
        pixels = [_grey(data, side) for data in table["png72"]]
    except (OSError, ValueError, TypeError, pl.exceptions.PolarsError) as error:
        raise NotReadable(path, f"no Parquet file with png72 and skin_tone ({error})") from error
    tones = [tone or PLAIN for tone in table["skin_tone"]]
    names, labels = np.unique(tones, return_inverse=True)
    return Images(np.concatenate(pixels), labels.astype(np.int64)), tuple(str(name) for name in names)


def _grey(data: bytes, side: int) -> NDArray[np.float32]:
    """Brightness times opacity of one PNG, float32 (1, side * side)."""
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
        if picture.size[0] != picture.size[1] or picture.size[0] > 512:
            raise ValueError(f"a picture of {picture.size} pixels, not a square of up to 512")
        planes = np.asarray(picture.convert("LA"), np.float32) / np.float32(255.0)
    return reduced((planes[..., 0] * planes[..., 1])[None], side)
