"""The tour's captioned images: drawn and sampled at run time, with a known truth.

Human-made ones are symbols of the DejaVu Sans font that matplotlib carries, captioned by the names of the `emoji`
package. Machine-made ones are samples of the laboratory's own image model, fitted on such symbols at run time; most
get the metadata that real generators write, copied in form only: no such generator made them. Some captions of either
kind carry what a chat leaves behind.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator

from springhead.core import registry
from springhead.core.nouns import Request
from springhead.core.protocols import Compute
from springhead.core.seeds import stream
from springhead.errors import NotWritable
from springhead.io.running import Progress
from springhead.results.folder import ResultFolder
from springhead.scan.run import run_scan
from springhead.scan.settings import ScanSettings

HUMAN, SYNTHETIC, SIDE, MODEL_SIDE, TRAINING = 150, 100, 64, 16, 800
CHAT = "As an AI language model, I cannot see the picture, but it may show {}."
SOURCE_TYPE = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
    'Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"/>'
    "</rdf:RDF></x:xmpmeta>"
)


@dataclass
class Pictured:
    """The folder of images, the true share of each cell (image origin, caption origin), and what was written."""

    folder: Path
    cells: dict[tuple[str, str], float] = field(default_factory=dict)
    truth: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


def build_images(folder: Path) -> Pictured:
    """Write the images with their captions and the truth; the same on every run."""
    rng = stream(0, "tour/images")
    built = Pictured(folder)
    found: list[tuple[str, str, str]] = []
    marked = 0
    try:
        for place, (data, caption) in enumerate(_drawn(rng)):
            chat = place % 6 == 0
            _save(folder / "symbols" / f"{place:03d}.png", data, CHAT.format(caption) if chat else caption)
            found.append(("symbols", "human", "synthetic" if chat else "human"))
        for place, (pixels, caption) in enumerate(_sampled(rng)):
            chat, tagged = place % 3 == 0, place % 4 != 3
            marked += tagged
            data = _png(pixels, _metadata(place) if tagged else {})
            _save(folder / "samples" / f"{place:03d}.png", data, CHAT.format(caption) if chat else caption)
            found.append(("samples", "synthetic", "synthetic" if chat else "human"))
    except OSError as error:
        raise NotWritable(str(folder), error.strerror or str(error)) from error
    n = len(found)
    for image in ("human", "synthetic"):
        for caption in ("human", "synthetic"):
            built.cells[image, caption] = sum(one[1:] == (image, caption) for one in found) / n
    for name in ("symbols", "samples"):
        held = [one for one in found if one[0] == name]
        built.truth[f"class={name}"] = sum("synthetic" in one[1:] for one in held) / len(held)
    built.truth[""] = sum("synthetic" in one[1:] for one in found) / n
    built.counts = {"images": n, "symbols": HUMAN, "samples": SYNTHETIC, "with metadata": marked}
    return built


def scan_images(built: Pictured, out: Path, progress: Progress) -> ResultFolder:
    """Scan the folder as captioned images; in this process, as it is small."""
    return run_scan(
        [str(built.folder)],
        out,
        ScanSettings(modality="pair", group=(("class",),)),
        engine="serial",
        progress=progress,
    )


def told(folder: ResultFolder, built: Pictured) -> list[str]:
    """The finding beside the truth, one sentence a cell."""
    lines = [
        f"captioned images: {built.counts['symbols']} symbols drawn from a font with captions of the emoji package, "
        f"{built.counts['samples']} samples of an image model fitted here ({built.counts['with metadata']} of them with "
        "generators' metadata written as the real tools write it); some captions carry a chat's leftovers"
    ]
    for cell in folder.result.cells:
        true = built.cells[cell.parts["image"], cell.parts["caption"]]
        shown = f"{100 * cell.low:.0f} to {100 * cell.high:.0f} %"
        inside = "holds" if cell.low - 1e-9 <= true <= cell.high + 1e-9 else "DOES NOT HOLD"
        lines.append(
            f"  image {cell.parts['image']:<9} caption {cell.parts['caption']:<9} found {shown:>13}   "
            f"true {100 * true:.0f} %   {inside}"
        )
    return lines


def _drawn(rng: Generator) -> Iterator[tuple[bytes, str]]:
    """Symbols that the font has and the emoji package names, in colours and sizes drawn at random."""
    import emoji
    import matplotlib
    from matplotlib.ft2font import FT2Font
    from PIL import Image, ImageDraw, ImageFont

    path = str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf")
    has = FT2Font(path).get_charmap()
    names = {sign: str(data.get("en", "")) for sign, data in emoji.EMOJI_DATA.items() if len(sign) == 1}
    signs = sorted(sign for sign in names if ord(sign) in has)
    for place in range(HUMAN):
        sign = signs[int(place * 7919 % len(signs))]
        ink, paper = rng.integers(0, 120, 3), rng.integers(170, 256, 3)
        image = Image.new("RGB", (SIDE, SIDE), tuple(map(int, paper)))
        font = ImageFont.truetype(path, int(rng.integers(34, 50)))
        corner = (float(rng.integers(2, 12)), float(rng.integers(-2, 8)))
        ImageDraw.Draw(image).text(corner, sign, font=font, fill=tuple(map(int, ink)))
        caption = names[sign].strip(":").replace("_", " ").replace("-", " ")
        yield _png(np.asarray(image), {}), f"a drawing of the sign {caption}"


def _sampled(rng: Generator) -> Iterator[tuple[Any, str]]:
    """Samples of the laboratory's image model, fitted on symbols, enlarged and coloured."""
    source: Any = registry.load("source", "image/symbols")(side=MODEL_SIDE)
    drawn = source.draw(TRAINING, rng)
    model: Any = registry.load("model", "image/ppca")()
    fitted = model.fit(drawn.batch, np.ones(TRAINING, np.int64), start=None, compute=Compute(), rng=rng)
    batch = fitted.sample(Request(SYNTHETIC), rng).batch
    for pixels, label in zip(batch.pixels, batch.labels, strict=True):
        ink = np.clip(pixels.reshape(MODEL_SIDE, MODEL_SIDE, 1), 0.0, 1.0)
        low, high = rng.integers(170, 256, 3), rng.integers(0, 120, 3)
        small = np.rint(low + ink * (high - low)).astype(np.uint8)
        yield (
            np.kron(small, np.ones((SIDE // MODEL_SIDE, SIDE // MODEL_SIDE, 1), np.uint8)),
            (f"a drawing of a sign of the class {source.groups[int(label)]}"),
        )


def _metadata(place: int) -> dict[str, str]:
    """Text chunks as three real conventions write them."""
    if place % 3 == 0:
        return {
            "parameters": f"a symbol, simple drawing\nNegative prompt: photo\nSteps: 20, Sampler: Euler a, CFG scale: 7, "
            f"Seed: {1000 + place}, Size: {SIDE}x{SIDE}, Model hash: 6ce0161689, Model: v1-5-pruned-emaonly"
        }
    if place % 3 == 1:
        inputs = f'{{"seed": {place}, "steps": 20, "cfg": 8.0}}'
        sampler = f'{{"3": {{"class_type": "KSampler", "inputs": {inputs}}}}}'
        return {
            "prompt": sampler,
            "workflow": '{"last_node_id": 9, "nodes": [], "links": [], "version": 0.4}',
        }
    return {"XML:com.adobe.xmp": SOURCE_TYPE}


def _png(pixels: Any, chunks: dict[str, str]) -> bytes:
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    for name, value in chunks.items():
        if name.startswith("XML:"):
            info.add_itxt(name, value)
        else:
            info.add_text(name, value)
    file = io.BytesIO()
    Image.fromarray(np.asarray(pixels, np.uint8)).save(file, "png", pnginfo=info)
    return file.getvalue()


def _save(path: Path, data: bytes, caption: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.with_suffix(".txt").write_text(caption + "\n", encoding="utf-8")
