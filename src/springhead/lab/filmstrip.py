"""The filmstrip: the same latents, generation by generation, one strip an arm: a photo of a photo of a photo."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl

from springhead.io.files import replacing

COLUMNS = 12
GAP = 4


def draw_filmstrips(examples: pl.DataFrame, folder: Path) -> list[Path]:
    """Draw one PNG an arm of image examples: a row per latent, a column per generation; none for other media."""
    from PIL import Image

    images = examples.filter(pl.col("media_type") == "image/png")
    written: list[Path] = []
    for arm in images["arm"].unique(maintain_order=True):
        own = images.filter(pl.col("arm") == arm)
        columns = _chosen(sorted(own["generation"].unique().to_list()))
        rows = sorted(own["index"].unique().to_list())
        first = Image.open(io.BytesIO(own["data"][0]))
        width, height = first.width + GAP, first.height + GAP
        strip = Image.new("L", (width * len(columns) + GAP, height * len(rows) + GAP), 255)
        for row in own.iter_rows(named=True):
            if row["generation"] in columns:
                place = (
                    columns.index(row["generation"]) * width + GAP,
                    rows.index(row["index"]) * height + GAP,
                )
                strip.paste(Image.open(io.BytesIO(row["data"])), place)
        stem = "".join(letter if letter.isalnum() else "-" for letter in arm)
        path = folder / f"filmstrip-{stem}.png"
        with replacing(path) as file:
            strip.save(file, "PNG")
        written.append(path)
    return written


def _chosen(generations: list[int]) -> list[int]:
    """Return at most 12 generations, first and last among them, evenly spread."""
    if len(generations) <= COLUMNS:
        return generations
    step = (len(generations) - 1) / (COLUMNS - 1)
    return [generations[round(step * number)] for number in range(COLUMNS)]
