"""Walk the chunks of a WebP file (RIFF): EXIF, XMP and C2PA, wherever they stand."""

from __future__ import annotations

from struct import Struct

from springhead.modalities.image.header import BLOCKS, Header

_CHUNK = Struct("<4sI").unpack_from


def walk(data: bytes, header: Header, /) -> None:
    """Collect metadata chunks; a size that runs past the end of the file ends the walk."""
    at, size = 12, len(data)
    for _ in range(BLOCKS):
        if at + 8 > size:
            return
        kind, length = _CHUNK(data, at)
        start = at + 8
        end = start + length
        if kind == b"EXIF":
            if header.room():
                header.exif.append(header.take(data, start, end).removeprefix(b"Exif\0\0"))
        elif kind == b"XMP ":
            if header.room():
                header.xmp.append(header.take(data, start, end))
        elif kind == b"C2PA":
            header.found_manifest(data, start, end)
        elif kind == b"VP8L":
            header.lossless = True
        if end > size:
            header.fault("the file ends within a chunk")
            return
        at = end + (length & 1)
    header.fault("more chunks than are read")
