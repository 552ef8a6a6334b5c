"""Walk the segments of a JPEG up to its first scan: EXIF, XMP with its extensions, IPTC, comments, C2PA."""

from __future__ import annotations

from springhead.modalities.image.header import Header
from springhead.modalities.image.pngtext import decode

_EXIF = b"Exif\0"
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
_PHOTOSHOP = b"Photoshop 3.0\0"
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
SEGMENTS = 4096
"""Most segments walked: a real file has a few dozen, one with a large colour profile a few hundred."""


def walk(data: bytes, header: Header, /) -> None:
    """Collect the metadata segments before the first scan; fill bytes and lone markers are stepped over."""
    at, size, parts = 2, len(data), list[tuple[int, bytes]]()
    for _ in range(SEGMENTS):
        if at + 4 > size:
            header.fault("the file ends before its pixels")
            break
        if data[at] != 0xFF:
            header.fault("the file is damaged between two segments")
            break
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in (0xDA, 0xD9):
            break
        if marker in _ALONE:
            at += 2
            continue
        end = at + 2 + (data[at + 2] << 8 | data[at + 3])
        if end < at + 4:
            header.fault("a segment is shorter than its own length")
            break
        if 0xE1 <= marker <= 0xED or marker == 0xFE:
            _keep(marker, data, at + 4, end, header, parts)
        at = end
    else:
        header.fault("more segments than are read")
    if parts:
        parts.sort(key=lambda part: part[0])
        header.xmp.append(b"".join(part for _, part in parts))


def _keep(
    marker: int, data: bytes, start: int, end: int, header: Header, parts: list[tuple[int, bytes]]
) -> None:
    if marker == 0xE1:
        if header.room():
            _application_1(data, start, end, header, parts)
    elif marker == 0xEB:
        # A box may go on in further segments: only the first names what it is.
        if data[start : start + 2] == b"JP" and (
            header.manifest or data.find(b"c2pa", start, min(end, start + 64)) >= 0
        ):
            header.found_manifest(data, start + 8, end)
    elif marker == 0xED:
        if data.startswith(_PHOTOSHOP, start) and header.room():
            header.iptc.append(header.take(data, start + len(_PHOTOSHOP), end))
    elif marker == 0xFE and header.room():
        header.text("Comment", decode(header.take(data, start, end)))


def _application_1(data: bytes, start: int, end: int, header: Header, parts: list[tuple[int, bytes]]) -> None:
    if data.startswith(_EXIF, start):
        header.exif.append(header.take(data, start + 6, end))
    elif data.startswith(_XMP, start):
        header.xmp.append(header.take(data, start + len(_XMP), end))
    elif data.startswith(_EXTENSION, start) and len(parts) < SEGMENTS:
        place = start + len(_EXTENSION) + 36
        parts.append((int.from_bytes(data[place : place + 4]), header.take(data, place + 4, end)))
