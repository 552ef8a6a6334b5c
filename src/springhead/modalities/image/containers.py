"""Find what an image file carries besides pixels, by its container's structure alone; no pixel is decoded.

One walk per format: PNG chunks (also after the pixels), JPEG segments up to the scan, RIFF chunks of WebP, GIF
extensions, TIFF directories, ISO boxes of AVIF and HEIC. Damage ends a walk with a fault; nothing raises.
"""

from __future__ import annotations

from collections.abc import Callable

from springhead.modalities.image import gif, isobmff, jpeg, png, riff, tiff
from springhead.modalities.image.header import Header

Walker = Callable[[bytes, Header], None]


def read_header(data: bytes, /) -> Header:
    """Return the metadata blocks of one encoded image, capped; format "" and nothing where it is no image.

    Time is bounded by the number of blocks (capped) and the capped sizes, memory by the caps of `header`.
    """
    header = Header()
    walk = _walker(data)
    if walk is not None:
        header.format, walker = walk
        walker(data, header)
    return header


def _walker(data: bytes) -> tuple[str, Walker] | None:
    """The format that the first bytes show, whatever the file's name says."""
    first = data[:4]
    if first[:2] == b"\xff\xd8":
        return "jpeg", jpeg.walk
    if first == b"\x89PNG":
        return "png", png.walk
    if first == b"RIFF" and data[8:12] == b"WEBP":
        return "webp", riff.walk
    if first == b"GIF8":
        return "gif", gif.walk
    if first in tiff.MAGIC:
        return "tiff", tiff.walk
    return (isobmff.brand(data), isobmff.walk) if data[4:8] == b"ftyp" else None
