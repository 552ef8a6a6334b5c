"""Header claims per second on mixed PNG, JPEG and WebP in memory, against Pillow's getexif, and with C2PA verified.

Usage: python benchmarks/image_headers.py [--data DIR]       (one process, one thread; run from the repository's root)
"""

from __future__ import annotations

import io
import os
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.unit.modalities.image import conventions as write

from springhead.modalities.image.c2pa import Verifier
from springhead.modalities.image.declared import read


def rate(call, files, seconds: float = 2.0) -> float:
    """Files per second of processor time: what a core of its own does, on a busy machine too."""
    done, began = 0, time.process_time()
    while time.process_time() - began < seconds:
        for data in files:
            call(data)
        done += len(files)
    return done / (time.process_time() - began)


def getexif(data: bytes) -> None:
    """What Pillow does for EXIF."""
    with Image.open(io.BytesIO(data)) as image:
        image.getexif()


def manifests(png: bytes, jpeg: bytes) -> None:
    """Rates with manifests verified under a trust anchor: one signature, and chains of three."""
    try:
        from tests.unit.modalities.image import signing
    except ImportError:
        print("C2PA: c2pa-python or cryptography is not installed, not measured")
        return
    root = signing.Authority()
    signer, verifier = root.signer(), Verifier(root.pem)
    folder = Path(
        sys.argv[2] if sys.argv[1:2] == ["--data"] else os.environ.get("SPRINGHEAD_DATA", ""), "c2pa"
    )
    for name in ("C.jpg", "CACAE-uri-CA.jpg"):
        if (folder / name).is_file():
            data = (folder / name).read_bytes()
            print(
                f"C2PA {name} ({len(data) // 1000} kB): {rate(lambda one: read(one, verifier), [data]):,.0f} files/s"
            )
    for name, base, kind in (("PNG", png, "image/png"), ("JPEG", jpeg, "image/jpeg")):
        chain = [signing.signed(base, signer, signing.made(), kind=kind)]
        for _ in range(2):
            chain.append(signing.signed(chain[-1], signer, signing.opened(), kind=kind, parent=chain[-1]))
        one, three = (rate(lambda data: read(data, verifier), [chain[at]]) for at in (0, 2))
        sizes = f"{len(chain[0]) // 1000} and {len(chain[2]) // 1000} kB"
        print(f"C2PA {name}: {one:,.0f} files/s with one manifest, {three:,.0f} with two parents ({sizes})")
        print(f"C2PA {name}, found but not verified: {rate(read, [chain[0]]):,.0f} files/s")


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
    manifests(plain[0], plain[1])


if __name__ == "__main__":
    main()
