"""Captioned images as a modality: each part is read, hashed and judged by its own; a record is both together."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from springhead.core.nouns import Columns, Excerpt, Forms, Integers, Signatures
from springhead.core.traits import Traits
from springhead.modalities.image.batch import ImageBatch
from springhead.modalities.image.modality import COLUMNS, ENDINGS, ImageModality, thumbnail
from springhead.modalities.text.modality import TextBatch, TextModality

DEFINITION = (
    "pairs whose image or caption is machine-made: images by what they declare or carry, captions also by how "
    "they are written"
)
OPENING = 4
_NUMBER = re.compile(r"\d+")
_IMAGE, _TEXT = ImageModality(), TextModality()


@dataclass(frozen=True, slots=True)
class PairBatch:
    """n captioned images: the images and the captions ("" where there is none) as batches of their own."""

    image: ImageBatch
    caption: TextBatch
    columns: Columns

    def __len__(self) -> int:
        """Number of records."""
        return len(self.image)

    def part(self, name: str) -> ImageBatch | TextBatch:
        """The batch of a part, "image" or "caption"."""
        return self.image if name == "image" else self.caption

    @property
    def canonical(self) -> list[str]:
        """Canonical captions, what a reference keeps of a record."""
        return self.caption.canonical


class PairModality:
    """The modality of captioned images."""

    name = "pair"
    traits = Traits(
        payload="bytes",
        suffixes=tuple(ENDINGS),
        columns=COLUMNS,
        captioned=True,
        facts=(
            *ImageModality.traits.facts,
            "image_origin", "caption_origin", "image_digest", "caption_digest", "caption_opening",
        ),
        groups=("format", "resolution"),
        similarity=0.9,
        language="caption language",
        length="words of captions",
        record="pair",
        definition=DEFINITION,
        parts=(("image", "image"), ("caption", "text")),
    )  # fmt: skip

    def read(self, raw: Columns, /) -> PairBatch:
        """Make a batch of the columns "payload" (bytes), "payload_name" and "text" (the caption)."""
        return PairBatch(_IMAGE.read(raw), _TEXT.read(raw), raw)

    def contents(self, batch: PairBatch, /) -> list[bytes]:
        """sha256 of the sha256 of image and caption as read."""
        both = zip(_IMAGE.contents(batch.image), _TEXT.contents(batch.caption), strict=True)
        return [hashlib.sha256(image + caption).digest() for image, caption in both]

    def faults(self, batch: PairBatch, /) -> list[str]:
        """Why each image is not usable; a pair without a caption is set aside as well."""
        faults = _IMAGE.faults(batch.image)
        texts = batch.caption.texts
        return [
            fault or ("" if text.strip() else "no caption") for fault, text in zip(faults, texts, strict=True)
        ]

    def facts(self, batch: PairBatch, /) -> dict[str, list[str]]:
        """Facts of the image, digests of both parts, and how the caption opens (numbers as 0)."""
        images = _IMAGE.forms(batch.image).canonical
        return _IMAGE.facts(batch.image) | {
            "image_digest": [digest.hex()[:16] for digest in images],
            "caption_digest": [hashlib.sha256(_plain(text)).hexdigest()[:16] for text in batch.caption.texts],
            "caption_opening": [opening(text) for text in batch.caption.texts],
        }

    def forms(self, batch: PairBatch, /) -> Forms:
        """Language and length of the caption; canonical form of both; judged where either part can be."""
        image, text = _IMAGE.forms(batch.image), _TEXT.forms(batch.caption)
        both = zip(image.canonical, text.canonical, strict=True)
        return Forms(
            content=self.contents(batch),
            canonical=[hashlib.sha256(one + other).digest() for one, other in both],
            language=text.language,
            script=text.script,
            words=text.words,
            chars=text.chars,
            abstain=[
                "" if not image.abstain[row] or not text.abstain[row] else text.abstain[row]
                for row in range(len(batch))
            ],
            sketch=image.sketch,
            reasons=(*image.reasons, *text.reasons),
        )

    def signatures(self, batch: PairBatch, /) -> Signatures:
        """Signatures of the images: pairs with near-duplicate images are near duplicates."""
        return _IMAGE.signatures(batch.image)

    def excerpt(self, batch: PairBatch, rows: Integers, /) -> list[Excerpt]:
        """Thumbnails made anew, with the beginning of the captions."""
        return [thumbnail(batch.image.data[int(row)], batch.caption.texts[int(row)]) for row in rows]


def _plain(text: str) -> bytes:
    return " ".join(text.lower().split()).encode("utf-8", "surrogatepass")


def opening(text: str) -> str:
    """The first four words in lower case with numbers as 0, "" of a shorter text: what templates share."""
    found = _NUMBER.sub("0", text[:400].lower()).split()
    return " ".join(found[:OPENING])[:80] if len(found) > OPENING else ""
