"""What survives an everyday edit: marks in pixels, metadata, signatures, and the recall of a fitted detector.

    python benchmarks/image_edits.py [--data DIR] [--marked N] [--references N] [--tests N]

Marks and metadata: rendered scenes of 512 x 512, each carrying one of them, edited and saved by Pillow, as a program
that passes nothing on and as one that passes EXIF on. `mark` is whether the DWT-DCT mark still scores above its
threshold in the pixels; `detector` whether image/watermark says so of the file (it decodes lossless files alone).
Detector: the head of image/domain, fitted on unedited references; the cut is the 95 % quantile of human references'
cross-fitted scores, and then stays, so that recall and false alarms are both told for edited files. Pictures are of
32 x 32 pixels with --data or SPRINGHEAD_DATA (cifake), else rendered ones of 96 x 96.
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
from PIL import Image, ImageFilter

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.unit.modalities.image import conventions as write
from tests.unit.modalities.image.marking import PUBLISHED, marked
from tests.unit.modalities.image.pictures import camera, generated

from springhead.modalities.image import stealth, watermark
from springhead.modalities.image.batch import ImageBatch
from springhead.modalities.image.c2pa import Verifier
from springhead.modalities.image.declared import read
from springhead.modalities.image.decode import decoded
from springhead.modalities.image.detectors import WatermarkDetector
from springhead.modalities.image.features import features_of
from springhead.modalities.image.trainer import DomainTrainer, pack

Edit = Callable[[Image.Image], Image.Image]


def scaled(factor: float, there_and_back: bool = False) -> Edit:
    """Resize by a factor, or to it and back to the old size."""

    def edit(image: Image.Image) -> Image.Image:
        size = max(16, round(image.width * factor)), max(16, round(image.height * factor))
        small = image.resize(size, Image.Resampling.BICUBIC)
        return small.resize(image.size, Image.Resampling.BICUBIC) if there_and_back else small

    return edit


def cropped(image: Image.Image) -> Image.Image:
    """Cut about a tenth off each side, so that grids of 4 and 8 pixels no longer fit."""
    left, top = max(1, image.width // 10), max(1, image.height // 11)
    return image.crop((left, top, image.width - left, image.height - top))


def screenshot(image: Image.Image) -> Image.Image:
    """Show at 90 % of the size on a page with a margin: what a picture of a screen holds."""
    shown = scaled(0.9)(image)
    page = Image.new("RGB", (shown.width + 10, shown.height + 6), (255, 255, 255))
    page.paste(shown.convert("RGB"), (5, 3))
    return page


EDITS: dict[str, tuple[Edit, str, dict[str, object]]] = {
    "none (same file)": (lambda image: image, "", {}),
    "saved again, PNG": (lambda image: image, "PNG", {}),
    "JPEG 95": (lambda image: image, "JPEG", {"quality": 95}),
    "JPEG 85": (lambda image: image, "JPEG", {"quality": 85}),
    "JPEG 75": (lambda image: image, "JPEG", {"quality": 75}),
    "crop 10 %, PNG": (cropped, "PNG", {}),
    "resize 75 %, PNG": (scaled(0.75), "PNG", {}),
    "resize 50 %, JPEG 85": (scaled(0.5), "JPEG", {"quality": 85}),
    "screenshot, PNG": (screenshot, "PNG", {}),
    "blur of 1 pixel, PNG": (lambda image: image.filter(ImageFilter.GaussianBlur(1)), "PNG", {}),
}


def applied(name: str, data: bytes, *, keep: bool = False) -> bytes:
    """The edited file; with `keep` its EXIF is passed on."""
    edit, kind, options = EDITS[name]
    if not kind:
        return data
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        whole = image if image.mode in ("RGB", "RGBA") else image.convert("RGB")
        done = edit(whole)
        if kind == "JPEG":
            done = done.convert("RGB")
        if keep and "exif" in image.info:
            options = {**options, "exif": image.info["exif"]}
        out = io.BytesIO()
        done.info.clear()
        done.save(out, kind, **options)
    return out.getvalue()


def carriers(count: int, rng: np.random.Generator) -> dict[str, list[bytes]]:
    """Files that carry each mark or kind of metadata."""
    scenes = [camera(512, rng) for _ in range(count)]
    names = list(PUBLISHED)
    mark = [marked(scene, PUBLISHED[names[at % 4]]) for at, scene in enumerate(scenes)]
    plain = [write.encoded("PNG", Image.fromarray(scene)) for scene in scenes]
    found = {
        "mark": [write.encoded("PNG", Image.fromarray(one)) for one in mark],
        "alpha": [write.stealth(write.A1111, (512, 512)) for _ in range(max(1, count // 10))],
        "PNG text": [write.png(write.text("parameters", write.A1111), base=one) for one in plain],
        "EXIF": [with_exif(scene) for scene in scenes],
    }
    try:
        from tests.unit.modalities.image import signing
    except ImportError:
        return found
    signer = signing.Authority().signer()
    found["C2PA"] = [signing.signed(one, signer, signing.made()) for one in plain[: max(1, count // 10)]]
    return found


def with_exif(scene: np.ndarray) -> bytes:
    """A PNG whose EXIF holds a web UI's parameters."""
    exif = write.exif(inner=[(0x9286, write.comment(write.A1111))], big=True)
    return write.png(write.chunk(b"eXIf", exif), base=write.encoded("PNG", Image.fromarray(scene)))


def survives(carrier: str, data: bytes, verifier: Verifier) -> bool:
    """Whether the file still says what it carried; a signature also when it is only named and no longer whole."""
    if carrier in ("mark", "alpha"):
        image = decoded(data)
        if carrier == "alpha":
            return image.rgba is not None and bool(stealth.read(image.rgba))
        return image.pixels is not None and bool(watermark.read(image.pixels))
    kind = "c2pa" if carrier == "C2PA" else "generator"
    return any(one.kind == kind for one in read(data, verifier).statements)


def survival(count: int) -> dict[str, dict[str, float]]:
    """Share of carriers that survive each edit."""
    files, verifier = carriers(count, np.random.default_rng(0)), Verifier()
    table: dict[str, dict[str, float]] = {}
    for name in EDITS:
        row = {}
        for carrier, held in files.items():
            edited = [applied(name, data) for data in held]
            row[carrier] = float(np.mean([survives(carrier, data, verifier) for data in edited]))
            if carrier == "mark":
                found = WatermarkDetector().examine(ImageBatch(tuple(edited), ("",) * len(edited), {})).score
                row["detector"] = float((found == 1).mean())
            if carrier == "EXIF":
                passed = [survives(carrier, applied(name, data, keep=True), verifier) for data in held]
                row["EXIF passed on"] = float(np.mean(passed))
        table[name] = row
    return table


def pictures(data: str | None, count: int) -> tuple[str, list[bytes], list[bytes]]:
    """What they are, and human and synthetic files, without duplicates of pixels, in random order."""
    file = Path(data) / "cifake_20k.parquet" if data else None
    rng = np.random.default_rng(1)
    if file is None or not file.exists():
        sides = [[write.encoded("JPEG", Image.fromarray(make(96, rng)), quality=92) for _ in range(count)]
                 for make in (camera, generated)]  # fmt: skip
        return "rendered pictures of 96 x 96", sides[0], sides[1]
    rows = pl.read_parquet(file)
    sides = []
    for side in (0, 1):
        files = rows.filter(pl.col("synthetic") == side)["jpeg"].to_list()
        once = list({decoded(one).pixels.tobytes(): one for one in files}.values())
        sides.append([once[at] for at in rng.permutation(len(once))[:count]])
    return "cifake, 32 x 32", sides[0], sides[1]


def recall(data: str | None, references: int, tests: int) -> tuple[str, dict[str, tuple[float, float]]]:
    """Share of synthetic and of human test pictures above the cut, by edit."""
    what, human, synthetic = pictures(data, references + tests)
    known = [pack(features_of(side[:references])) for side in (human, synthetic)]
    head = DomainTrainer().fit(
        {"payload": known[0]}, {"payload": known[1]}, clusters=None, rng=np.random.default_rng(2)
    )
    cut = float(np.nanquantile(head.cross_fitted_human, 0.95))
    rates = {}
    for name in EDITS:
        above = []
        for side in (synthetic, human):
            edited = [applied(name, one) for one in side[references:]]
            score = head.score({"payload": pack(features_of(edited))})
            above.append(float((np.nan_to_num(score, nan=-np.inf) > cut).mean()))
        rates[name] = (above[0], above[1])
    return f"{what}: {references} references and {len(human) - references} tests of each class", rates


def main() -> None:
    """Print the table in Markdown."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", default=os.environ.get("SPRINGHEAD_DATA"))
    parser.add_argument("--marked", type=int, default=40)
    parser.add_argument("--references", type=int, default=2000)
    parser.add_argument("--tests", type=int, default=1500)
    given = parser.parse_args()
    what, rates = recall(given.data, given.references, given.tests)
    table = survival(given.marked)
    columns = list(next(iter(table.values())))
    print(what)
    print("| edit | " + " | ".join([*columns, "recall", "false alarms"]) + " |")
    print("|" + "---|" * (len(columns) + 3))
    for name, row in table.items():
        shares = [f"{row[column]:.0%}" for column in columns] + [f"{one:.1%}" for one in rates[name]]
        print(f"| {name} | " + " | ".join(shares) + " |")


if __name__ == "__main__":
    main()
