"""Header claims per second on mixed PNG, JPEG and WebP in memory, and against Pillow's getexif on the same PNGs.

Usage: python benchmarks/image_headers.py        (one process, one thread; run from the repository's root)
"""

from __future__ import annotations

import io
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.unit.modalities.image import conventions as write

from springhead.modalities.image.declared import read


def rate(call, files, seconds: float = 2.0) -> float:
    """Files per second."""
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        for data in files:
            call(data)
        done += len(files)
    return done / (time.perf_counter() - began)


def getexif(data: bytes) -> None:
    """What Pillow does for EXIF."""
    with Image.open(io.BytesIO(data)) as image:
        image.getexif()


def main() -> None:
    """Print rates and the ratio."""
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    photo = Image.fromarray(noise).resize((512, 512), Image.Resampling.BICUBIC)
    plain = [write.encoded(kind, photo) for kind in ("PNG", "JPEG", "WEBP")]
    pngs = [plain[0], write.png(write.text("parameters", write.A1111), base=plain[0])]
    camera = write.jpeg(write.segment(0xE1, b"Exif\0\0" + write.camera()), base=plain[1])
    mixed = [*pngs, plain[1], camera, plain[2], write.webp(write.camera())]
    named = [one for one, *_ in write.all_files().values()]
    ours, theirs = rate(read, pngs), rate(getexif, pngs)
    print(f"mixed PNG, JPEG, WebP: {rate(read, mixed):,.0f} files/s")
    print(f"every generator's convention: {rate(read, named):,.0f} files/s")
    print(
        f"PNG 512x512: {ours:,.0f} files/s, Pillow getexif {theirs:,.0f} files/s, ratio {ours / theirs:,.0f}"
    )


if __name__ == "__main__":
    main()
