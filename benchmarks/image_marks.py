"""How often is the DWT-DCT mark found where there is none? Scores of unmarked pictures, by kind and size.

    python benchmarks/image_marks.py [--data DIR] [--each N] [--seed S]

Kinds: photographs of 32 x 32 and emoji of 72 x 72 pixels enlarged (with --data or SPRINGHEAD_DATA), rendered scenes
with noise, soft gradients, bars of colour that stand on the grid of the blocks. At 256 and 384 pixels of width a
message of 32 or 48 bits stands in columns, so that what a picture repeats from row to row looks most like one: the
worst case. The upper limit is exact (Clopper and Pearson, 95 %, one-sided).
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.unit.modalities.image.pictures import camera

from springhead.modalities.image.watermark import MESSAGES, THRESHOLD, scores

SIZES = ((256, 256), (384, 256), (512, 256))
Pixels = NDArray[np.uint8]
Maker = Callable[[int, tuple[int, int], np.random.Generator], Pixels]


def enlarged(files: list[bytes]) -> Maker:
    """Pictures from files, a random part of each enlarged to the size, mirrored or not."""

    def make(number: int, size: tuple[int, int], rng: np.random.Generator) -> Pixels:
        image = Image.open(io.BytesIO(files[number % len(files)])).convert("RGB")
        side = image.width
        left, top = rng.uniform(0, side / 4, 2)
        box = (left, top, left + side * 0.75, top + side * 0.75)
        method = (Image.Resampling.BICUBIC, Image.Resampling.BILINEAR)[int(rng.integers(2))]
        pixels = np.asarray(image.resize(size, method, box=box))
        return pixels[:, ::-1] if rng.integers(2) else pixels

    return make


def rendered(_number: int, size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    """A soft scene with noise in every pixel."""
    return camera(max(size), rng)[: size[1], : size[0]]


def soft(_number: int, size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    """Random colours at a few points, interpolated."""
    cells = int(rng.integers(2, 33))
    coarse = rng.integers(0, 256, (cells, cells, 3), np.uint8)
    return np.asarray(Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC))


def bars(_number: int, size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    """Bars of random colours, as wide as a block: every row of blocks reads the same bits."""
    line = rng.integers(0, 256, (1, size[0] // 8, 3), np.uint8)
    return np.repeat(np.repeat(line, 8, axis=1), size[1], axis=0)


def measure(name: str, make: Maker, size: tuple[int, int], count: int, seed: int) -> tuple[int, float]:
    """Print one line; return how many were found and the highest score."""
    rng = np.random.default_rng([seed, *size])
    found = np.zeros((count, len(MESSAGES)))
    for number in range(count):
        found[number] = list(scores(np.ascontiguousarray(make(number, size, rng))).values())
    above, highest = int((found.max(axis=1) >= THRESHOLD).sum()), float(found.max())
    over = " ".join(f"{(found >= level).mean():.1e}" for level in (3.0, 4.0, 5.0))
    spread = " ".join(f"{value:.2f}" for value in found.std(axis=0))
    print(f"{name:22s} {size[0]}x{size[1]} n={count:6d} found={above} limit={limit(above, count):.1e} "
          f"highest={highest:.2f} deviations={spread} share over 3, 4, 5: {over}", flush=True)  # fmt: skip
    return above, highest


def limit(found: int, count: int) -> float:
    """Upper 95 % limit of a rate."""
    from scipy.stats import beta

    return float(beta.ppf(0.95, found + 1, count - found)) if found < count else 1.0


def main() -> None:
    """Measure every kind at every size."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", default=os.environ.get("SPRINGHEAD_DATA"))
    parser.add_argument("--each", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    makers: dict[str, Maker] = {}
    folder = Path(given.data) if given.data else None
    if folder and (folder / "cifake_20k.parquet").exists():
        rows = pl.read_parquet(folder / "cifake_20k.parquet")
        real = rows.filter(pl.col("synthetic") == 0)["jpeg"].to_list()
        makers["photographs, enlarged"] = enlarged(real)
        makers["emoji, enlarged"] = enlarged(
            pl.read_parquet(folder / "emoji_images.parquet")["png72"].to_list()
        )
    else:
        print("no --data: photographs and emoji are not measured")
    makers |= {"rendered": rendered, "soft": soft, "bars of colour": bars}
    total = hits = 0
    for size in SIZES:
        for name, make in makers.items():
            few = given.each // 5 if make is rendered else given.each
            total += few
            hits += measure(name, make, size, few, given.seed)[0]
    print(f"all: {hits} of {total}, upper limit {limit(hits, total):.1e}")


if __name__ == "__main__":
    main()
