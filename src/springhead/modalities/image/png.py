"""Walk the chunks of a PNG, those after the pixels included (PNG third edition; C2PA stores itself in caBX)."""

from __future__ import annotations

from struct import Struct

from springhead.modalities.image import pngtext
from springhead.modalities.image.header import BLOCKS, Header

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHUNK = Struct(">I4s").unpack_from
_SKIP = frozenset({b"IDAT", b"fdAT", b"PLTE", b"tRNS", b"pHYs", b"sRGB", b"gAMA", b"cHRM", b"iCCP"})


def walk(data: bytes, header: Header, /) -> None:
    """Collect text chunks, eXIf and the presence of a manifest; checksums are not compared."""
    at, size, blocks = 8, len(data), 0
    header.lossless = True
    while at + 8 <= size:
        length, kind = _CHUNK(data, at)
        start = at + 8
        end = start + length
        at = end + 4
        if kind in _SKIP:
            blocks += 1
            if blocks > BLOCKS:
                header.fault("more chunks than are read")
                return
            continue
        if kind == b"IHDR":
            header.rgba = data[start + 8 : start + 10] == b"\x08\x06"
        elif kind == b"IEND":
            return
        else:
            blocks += 1
            if blocks > BLOCKS:
                header.fault("more chunks than are read")
                return
            _keep(kind, data, start, end, header)
    header.fault("the file ends before its last chunk")


def _keep(kind: bytes, data: bytes, start: int, end: int, header: Header) -> None:
    if kind in (b"tEXt", b"zTXt", b"iTXt"):
        if header.room():
            pngtext.keep(kind, header.take(data, start, end), header)
    elif kind == b"eXIf" and header.room():
        header.exif.append(header.take(data, start, end))
    elif kind == b"caBX":
        header.found_manifest(data, start, end)
