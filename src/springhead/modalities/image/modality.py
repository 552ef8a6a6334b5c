"""Images as a modality: what scan may ask of a batch of images, and nothing about judging them."""

from __future__ import annotations

import hashlib
import io
from pathlib import PurePosixPath

import numpy as np
from PIL import Image

from springhead.core.nouns import Columns, Excerpt, Forms, Integers, Reason, Signatures
from springhead.core.traits import Traits
from springhead.modalities.image.batch import ImageBatch
from springhead.modalities.image.decode import decoded
from springhead.modalities.image.features import features_of
from springhead.modalities.image.hashes import BITS, signatures
from springhead.modalities.image.leak import pack_traits
from springhead.modalities.image.look import LEAST_SIDE, SKETCH, Look, looks
from springhead.modalities.image.trainer import pack

ENDINGS = {
    ".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".jpe": "jpeg", ".jfif": "jpeg", ".webp": "webp",
    ".avif": "avif", ".gif": "gif", ".tif": "tiff", ".tiff": "tiff",
}  # fmt: skip
"""Ending of a file -> the format it promises."""
COLUMNS = (
    "image",
    "img",
    "picture",
    "photo",
    "jpg",
    "png",
    "image_bytes",
    "image_path",
    "file_name",
    "filename",
)
THUMBNAIL = 144
STEPS = (64, 128, 256, 512, 1024, 2048, 4096)
DEFINITION = "images that are machine-made, among those that can be judged"


class ImageModality:
    """The image modality."""

    name = "image"
    traits = Traits(
        payload="bytes",
        suffixes=tuple(ENDINGS),
        columns=COLUMNS,
        facts=("format", "width", "height", "resolution", "mode", "animated"),
        groups=("resolution",),
        similarity=0.9,
        language="format",
        length="pixels",
        record="image",
        definition=DEFINITION,
    )

    def read(self, raw: Columns, /) -> ImageBatch:
        """Make a batch of the columns "payload" (bytes) and, where there is one, "payload_name"."""
        data = tuple(bytes(value) if isinstance(value, bytes) else b"" for value in raw["payload"])
        names = raw.get("payload_name")
        return ImageBatch(data, tuple(map(str, names)) if names else ("",) * len(data), raw)

    def contents(self, batch: ImageBatch, /) -> list[bytes]:
        """sha256 of each file as read."""
        return batch.once("contents", lambda: [hashlib.sha256(data).digest() for data in batch.data])

    def faults(self, batch: ImageBatch, /) -> list[str]:
        """Why each payload is no usable image, "" where it is one."""
        return [one.error for one in looks(batch)]

    def facts(self, batch: ImageBatch, /) -> dict[str, list[str]]:
        """Format, size, size class, colour mode and animation of each image, as text."""
        seen = looks(batch)
        return {
            "format": [one.format for one in seen],
            "width": [str(one.width) for one in seen],
            "height": [str(one.height) for one in seen],
            "resolution": [resolution(one.width, one.height) for one in seen],
            "mode": [one.mode for one in seen],
            "animated": ["yes" if one.animated else "no" for one in seen],
        }

    def forms(self, batch: ImageBatch, /) -> Forms:
        """Format (as language), hash of the pixels (as canonical form) and number of pixels (as length)."""
        seen = looks(batch)
        pixels = np.array([one.width * one.height for one in seen], np.int64)
        return Forms(
            content=self.contents(batch),
            canonical=[one.canonical for one in seen],
            language=[one.format or "unknown" for one in seen],
            script=[""] * len(seen),
            words=pixels,
            chars=pixels,
            abstain=[_abstain(one) for one in seen],
            sketch=np.stack([one.sketch for one in seen])
            if seen
            else np.zeros((0, SKETCH**2 * 3), np.float32),
            reasons=tuple(
                Reason(row, text) for row, one in enumerate(seen) for text in _remarks(one, batch.names[row])
            ),
        )

    def payloads(self, batch: ImageBatch, /) -> list[bytes]:
        """What a trainer is given of each image, no pixels: packed features and format; empty where it is none."""
        return batch.once("payloads", lambda: _payloads(batch))

    def signatures(self, batch: ImageBatch, /) -> Signatures:
        """Perceptual hashes as near-duplicate signatures; flat images have none."""
        seen = looks(batch)
        bits = np.stack([one.bits for one in seen]) if seen else np.zeros((0, BITS), np.bool_)
        bands, places = signatures(bits, np.array([not one.flat for one in seen], np.bool_))
        return Signatures(bands, places)

    def excerpt(self, batch: ImageBatch, rows: Integers, /) -> list[Excerpt]:
        """Small thumbnails, made anew from the pixels: nothing of the file itself is shown."""
        return [thumbnail(batch.data[int(row)]) for row in rows]


def _payloads(batch: ImageBatch) -> list[bytes]:
    described = pack(features_of(batch.data))
    return [one and one + kind for one, kind in zip(described, pack_traits(batch.data), strict=True)]


def resolution(width: int, height: int) -> str:
    """Class of an image's size by its longer side in pixels, "257-512" for example; "" for none."""
    longer, low = max(width, height), 1
    if longer < 1:
        return ""
    for step in STEPS:
        if longer <= step:
            return f"{low}-{step}"
        low = step + 1
    return f"{low} and more"


def thumbnail(data: bytes, caption: str = "") -> Excerpt:
    """A picture of at most 144 pixels a side as PNG or JPEG, whichever is smaller, with a caption."""
    seen = decoded(data, side=THUMBNAIL)
    if seen.pixels is None:
        return Excerpt(text=caption[:1200])
    image = Image.fromarray(seen.pixels)
    image.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)
    best = Excerpt(text=caption[:1200])
    for kind, options in (("png", {"optimize": True}), ("jpeg", {"quality": 80})):
        file = io.BytesIO()
        image.save(file, kind, **options)
        if not best.data or len(file.getvalue()) < len(best.data):
            best = Excerpt(text=caption[:1200], media_type=f"image/{kind}", data=file.getvalue())
    return best


def _abstain(one: Look) -> str:
    """The reason not to judge an image, "" for none."""
    if one.error:
        return "damaged"
    if min(one.width, one.height) < LEAST_SIDE:
        return "small"
    return "flat" if one.flat else ""


def _remarks(one: Look, name: str) -> list[str]:
    """What is unusual about a file, in words."""
    if one.error:
        return []
    found = []
    ending = PurePosixPath(name).suffix.lower()
    promised = ENDINGS.get(ending)
    if promised is not None and promised != one.format:
        found.append(f"its name ends in {ending}, but it is {one.format}")
    if one.animated:
        found.append("has several frames or pages; the first was looked at")
    if one.mode == "CMYK":
        found.append("in CMYK, converted to RGB")
    elif one.mode.startswith(("I", "F")):
        found.append(f"in mode {one.mode}, more than 8 bits a channel, reduced to 8")
    return found
