"""Speed of scanning images: a folder of 1-megapixel JPEGs against the full decoder's own rate, and each part's share.

`python benchmarks/scan_images.py [--files 400] [--workers 2] [--out FILE.json]` draws its pictures at run time.
"""

from __future__ import annotations

import argparse
import io
import json
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from PIL import Image

from springhead.core import registry
from springhead.core.traits import traits_of
from springhead.modalities.image.decode import decoded
from springhead.modalities.image.hashes import perceptual_bits
from springhead.modalities.image.modality import ImageModality
from springhead.scan.run import run_scan
from springhead.scan.settings import ScanSettings


def photograph(seed: int, side: int = 1024) -> Image.Image:
    """A picture with detail at all scales (power falls as 1/f), as photographs have, and sensor noise."""
    rng = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None, :])
    frequency[0, 0] = 1.0
    channels = []
    shared = rng.standard_normal((side, side // 2 + 1)) + 1j * rng.standard_normal((side, side // 2 + 1))
    for _ in range(3):
        own = rng.standard_normal(shared.shape) + 1j * rng.standard_normal(shared.shape)
        field = np.fft.irfft2((0.9 * shared + 0.4 * own) / frequency**1.3, (side, side))
        channels.append(128 + 45 * field / field.std() + rng.normal(0, 1, (side, side)))
    return Image.fromarray(np.stack(channels, axis=2).clip(0, 255).astype(np.uint8))


def encode(seed: int) -> bytes:
    file = io.BytesIO()
    photograph(seed).save(file, "jpeg", quality=88)
    return file.getvalue()


def decode_all(paths: list[str]) -> float:
    start = time.perf_counter()
    for path in paths:
        np.asarray(Image.open(io.BytesIO(Path(path).read_bytes())).convert("RGB"))
    return time.perf_counter() - start


def rate(work, data, repeats: int = 3) -> float:
    """Best rate of several passes, in images per second of this process's own CPU time."""
    best = 0.0
    for _ in range(repeats):
        start = time.process_time()
        for one in data:
            work(one)
        best = max(best, len(data) / (time.process_time() - start))
    return best


def parts(data: list[bytes]) -> dict[str, float]:
    """Milliseconds an image of each part of a scan, on one core."""
    modality = ImageModality()
    found = {"full decode": 1e3 / rate(decoded, data)}
    found["reduced decode (256)"] = 1e3 / rate(lambda one: decoded(one, side=256), data)
    small = [decoded(one, side=256).pixels for one in data]
    found["pHash and dHash"] = 1e3 / rate(perceptual_bits, small)
    found["contents (sha256)"] = 1e3 / rate(
        lambda one: modality.contents(modality.read({"payload": [one]})), data
    )
    found["facts, forms, signatures (all of a look)"] = 1e3 / rate(
        lambda one: modality.forms(modality.read({"payload": [one]})), data
    )
    for name in registry.names("detector"):
        if name.startswith("image/"):
            detector = registry.load("detector", name)()
            found[name] = 1e3 / rate(
                lambda one, it=detector: it.examine(
                    modality.read({"payload": [one], "payload_name": ["a.jpg"]})
                ),
                data,
            )
    return found


def hashes(data: list[bytes]) -> dict[str, float]:
    """Milliseconds a perceptual hash, from the file: ours (both hashes) and imagehash's pHash."""
    ours = 1e3 / rate(lambda one: perceptual_bits(decoded(one, side=64).pixels), data)
    both = {"ours, pHash and dHash, reduced decode": ours}
    try:
        import imagehash
    except ImportError:
        return both
    both["imagehash pHash, full decode"] = 1e3 / rate(
        lambda one: imagehash.phash(Image.open(io.BytesIO(one))), data, 2
    )
    both["imagehash pHash, draft decode"] = 1e3 / rate(lambda one: imagehash.phash(_drafted(one)), data, 2)
    whole = [Image.open(io.BytesIO(one)).convert("RGB") for one in data]
    arrays = [np.asarray(one) for one in whole]
    both["ours, decoded already"] = 1e3 / rate(perceptual_bits, arrays)
    both["imagehash pHash, decoded already"] = 1e3 / rate(imagehash.phash, whole, 2)
    return both


def _drafted(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.draft("RGB", (64, 64))
    return image


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=400)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "images"
        folder.mkdir()
        drawn = [encode(seed) for seed in range(24)]
        for row in range(given.files):
            # The comment makes contents differ; what is decoded is of 24 pictures.
            data = drawn[row % 24]
            (folder / f"{row:05d}.jpg").write_bytes(data[:2] + b"\xff\xfe\x00\x0a%08d" % row + data[2:])
        paths = sorted(map(str, folder.iterdir()))
        halves = [paths[part :: given.workers] for part in range(given.workers)]
        with ProcessPoolExecutor(given.workers, mp_context=get_context("spawn")) as pool:
            list(pool.map(decode_all, [paths[:4]] * given.workers))
            start = time.perf_counter()
            list(pool.map(decode_all, halves))
            decoder = given.files / (time.perf_counter() - start)
        settings = ScanSettings(modality="image")
        start = time.perf_counter()
        run_scan([str(folder)], Path(scratch) / "out", settings, workers=given.workers)
        whole = given.files / (time.perf_counter() - start)
        report = {
            "files": given.files, "workers": given.workers, "bytes a file": int(np.mean([len(one) for one in drawn])),
            "full decoder, images/s": decoder, "whole scan, images/s": whole, "scan / decoder": whole / decoder,
            "parts, ms": parts(drawn), "hashes, ms": hashes(drawn), "similarity": traits_of("image").similarity,
        }  # fmt: skip
    print(json.dumps(report, indent=2))
    total = sum(v for k, v in report["parts, ms"].items() if k.startswith(("facts", "contents", "image/")))
    for name, value in report["parts, ms"].items():
        if name.startswith(("facts", "contents", "image/")):
            print(f"{name:45} {value:7.3f} ms  {value / total:6.1%}")
    if given.out:
        given.out.write_text(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
