"""Symbols and emoticons drawn from the DejaVu Sans font that matplotlib carries, a little moved each time."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Final, NamedTuple

import msgspec
import numpy as np
from numba import njit
from numpy.random import Generator
from numpy.typing import NDArray

from springhead.core.nouns import Floats, Integers
from springhead.core.protocols import Drawn
from springhead.errors import BadConfiguration
from springhead.modalities.image.arrays import Images
from springhead.modalities.unbounded import asked_count


class Block(NamedTuple):
    """A class of symbols: its name, first and last code point, and its share of the images."""

    name: str
    first: int
    last: int
    share: float


BLOCKS: Final = (
    Block("mathematics", 0x2200, 0x22FF, 0.18),
    Block("arrows", 0x2190, 0x21FF, 0.14),
    Block("boxes", 0x2500, 0x257F, 0.13),
    Block("braille", 0x2801, 0x28FF, 0.12),
    Block("dingbats", 0x2701, 0x27BF, 0.12),
    Block("miscellaneous", 0x2600, 0x26FF, 0.10),
    Block("shapes", 0x25A0, 0x25FF, 0.08),
    Block("emoticons", 0x1F600, 0x1F64F, 0.05),
    Block("chess", 0x2654, 0x265F, 0.04),
    Block("zodiac", 0x2648, 0x2653, 0.025),
    Block("dice", 0x2680, 0x2685, 0.015),
)
"""Unicode blocks, and three parts of "miscellaneous" that stand apart as minorities."""

CANVAS, FONT_SIZE, SEEN = 64, 38, 48
"""Side of a drawn symbol, size of the font and side of the part that an unmoved image shows, in pixels."""


class SymbolsSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A law over 11 classes of symbols, the smallest three with 4, 2.5 and 1.5 % of the images.

    A symbol of the class is picked at random, turned by up to `rotation` degrees, scaled by up to `scaling`
    and moved by up to `shift` pixels; images are `side` pixels a side, ink is 1.
    """

    name: ClassVar[str] = "symbols"
    side: int = 16
    rotation: float = 12.0
    scaling: float = 0.15
    shift: float = 1.5

    def __post_init__(self) -> None:
        moves = (self.rotation, self.scaling, self.shift)
        if not 4 <= self.side <= 64 or not all(0 <= move < np.inf for move in moves) or self.scaling >= 1:
            raise BadConfiguration(
                "source 'image/symbols'",
                f"side = {self.side}, rotation, scaling and shift = {moves}",
                "Give a side of 4 to 64, no negative moves and scaling below 1.",
            )

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the classes, the largest first."""
        return tuple(block.name for block in BLOCKS)

    @property
    def size(self) -> int | None:
        """A law never runs out."""
        return None

    def draw(self, count: int | None, rng: Generator, /) -> Drawn[Images]:
        """Draw `count` independent images."""
        n = asked_count("image/symbols", count)
        drawings, starts = _drawings()
        bounds = np.cumsum([block.share for block in BLOCKS])
        labels = np.minimum(np.searchsorted(bounds, rng.random(n), side="right"), len(BLOCKS) - 1)
        labels = labels.astype(np.int64)
        chosen = starts[labels] + (rng.random(n) * np.diff(starts)[labels]).astype(np.int64)
        moves = rng.uniform(-1.0, 1.0, (n, 4))
        moves *= (np.deg2rad(self.rotation), self.scaling, self.shift, self.shift)
        return Drawn(Images(_render(drawings, chosen, moves, self.side), labels), labels)


@lru_cache(maxsize=1)
def _drawings() -> tuple[NDArray[np.uint8], Integers]:
    """All symbols as uint8 (g, CANVAS, CANVAS), class by class, and where each class starts, int64 (c + 1,)."""
    import matplotlib
    from matplotlib.ft2font import FT2Font
    from PIL import Image, ImageDraw, ImageFont

    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    font = ImageFont.truetype(str(path), FONT_SIZE)
    has = FT2Font(str(path)).get_charmap()
    taken: set[int] = set()
    by_class: list[list[int]] = []
    for block in reversed(BLOCKS):
        codes = [code for code in range(block.first, block.last + 1) if code in has and code not in taken]
        taken.update(codes)
        by_class.insert(0, codes)
    drawings = []
    for code in (code for codes in by_class for code in codes):
        canvas = Image.new("L", (CANVAS, CANVAS))
        left, top, right, bottom = font.getbbox(chr(code))
        corner = ((CANVAS - left - right) / 2, (CANVAS - top - bottom) / 2)
        ImageDraw.Draw(canvas).text(corner, chr(code), font=font, fill=255)
        drawings.append(np.asarray(canvas))
    starts = np.concatenate([[0], np.cumsum([len(codes) for codes in by_class])]).astype(np.int64)
    return np.stack(drawings), starts


@njit(cache=True)
def _render(drawings: NDArray[np.uint8], chosen: Integers, moves: Floats, side: int) -> NDArray[np.float32]:
    """Turn, scale and move drawings, each pixel the mean of nine points; float32 (n, side * side)."""
    unit = SEEN / side
    pixels = np.empty((len(chosen), side * side), np.float32)
    for image in range(len(chosen)):
        angle, grow, right, down = moves[image]
        cosine, sine = np.cos(angle) / (1.0 + grow) * unit, np.sin(angle) / (1.0 + grow) * unit
        for row in range(side):
            for column in range(side):
                total = 0
                for point in range(9):
                    x = column + (point % 3 + 0.5) / 3.0 - side / 2.0 - right
                    y = row + (point // 3 + 0.5) / 3.0 - side / 2.0 - down
                    at = int(np.floor(cosine * x - sine * y + CANVAS / 2))
                    line = int(np.floor(sine * x + cosine * y + CANVAS / 2))
                    if 0 <= at < CANVAS and 0 <= line < CANVAS:
                        total += drawings[chosen[image], line, at]
                pixels[image, row * side + column] = total / (9.0 * 255.0)
    return pixels
