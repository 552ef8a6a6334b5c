"""Pictures for tests: smooth random colours drawn at run time, in every format, and files that are none."""

from __future__ import annotations

import io

import numpy as np
from numpy.random import Generator
from PIL import Image

FORMATS = ("png", "jpeg", "webp", "avif", "gif", "tiff")


def picture(rng: Generator, side: int = 64) -> Image.Image:
    """A smooth picture of random colours, `side` pixels a side."""
    cells = rng.integers(0, 256, (6, 6, 3)).astype(np.uint8)
    return Image.fromarray(cells).resize((side, side), Image.Resampling.BICUBIC)


def encoded(image: Image.Image, kind: str = "png", **options: object) -> bytes:
    """The bytes of an image file of that format."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def pictures(n: int, rng: Generator, side: int = 64) -> list[bytes]:
    """Encode n pictures, the formats in turn."""
    return [encoded(picture(rng, side), FORMATS[row % len(FORMATS)]) for row in range(n)]


def hostile_files(rng: Generator) -> list[bytes]:
    """Files that are no usable image or an unusual one: empty, truncated, a bomb, animated, CMYK, 16 bits."""
    png, jpeg = encoded(picture(rng)), encoded(picture(rng), "jpeg")
    frames = [picture(rng, 32) for _ in range(3)]
    return [
        b"",
        b"hello, this is text",
        png[: len(png) // 2],
        png[:20],
        jpeg[: len(jpeg) // 2],
        encoded(Image.new("1", (100_000, 3))),
        encoded(Image.new("1", (20_000, 20_000))),
        encoded(frames[0], "gif", save_all=True, append_images=frames[1:]),
        encoded(picture(rng).convert("CMYK"), "jpeg"),
        encoded(Image.fromarray(rng.integers(0, 1 << 16, (20, 20)).astype(np.uint16))),
        encoded(Image.new("RGB", (1, 1))),
        encoded(Image.new("RGBA", (30, 30), (255, 0, 0, 0))),
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 200,
        b"\xff\xd8\xff\xe1\xff\xff" + b"Exif\0\0" + b"\xff" * 300,
        b"GIF89a" + b"\xff" * 50,
        b"RIFF\xff\xff\xff\xffWEBPVP8X" + b"\xff" * 40,
        b"II*\x00\x08\x00\x00\x00\xff\xff" + b"\x08\x00" * 60,
    ]
