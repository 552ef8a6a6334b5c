"""Walk the boxes of an ISO base media file (AVIF, HEIC): EXIF and XMP items, XMP and C2PA boxes.

ISO/IEC 14496-12 (boxes, meta, iinf, iloc) and 23008-12 (EXIF and XMP as items).
"""

from __future__ import annotations

from collections.abc import Iterator

from springhead.modalities.image.header import Header

_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
BOXES, ITEMS = 4096, 1024


def brand(data: bytes, /) -> str:
    """Name the format by the brands of the file: "avif", "heic" or "" for other media."""
    length = int.from_bytes(data[:4])
    brands = data[8 : min(max(length, 16), 256)]
    if b"avif" in brands or b"avis" in brands:
        return "avif"
    heic = (b"heic", b"heix", b"heim", b"hevc", b"mif1", b"msf1")
    return "heic" if any(name in brands for name in heic) else ""


def boxes(data: bytes, start: int, end: int, /) -> Iterator[tuple[bytes, int, int]]:
    """Yield (kind, start of content, end) of the boxes between two offsets; damage ends them."""
    at, end = start, min(end, len(data))
    for _ in range(BOXES):
        if at + 8 > end:
            return
        size, kind, head = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16]), 16
        elif size == 0:
            size = end - at
        if size < head:
            return
        yield kind, at + head, min(at + size, end)
        at += size


def walk(data: bytes, header: Header, /) -> None:
    """Collect the metadata of the top-level boxes."""
    for kind, start, end in boxes(data, 0, len(data)):
        if kind == b"meta":
            _meta(data, start + 4, end, header)
        elif kind == b"uuid":
            identity = data[start : start + 16]
            if identity == _XMP and header.room():
                header.xmp.append(header.take(data, start + 16, end))
            elif identity == _C2PA:
                header.found_manifest(data, start + 16, end)
        elif kind == b"jumb" and data.find(b"c2pa", start, min(end, start + 64)) >= 0:
            header.found_manifest(data, start - 8, end)


def _meta(data: bytes, start: int, end: int, header: Header) -> None:
    kinds: dict[int, bytes] = {}
    places: dict[int, tuple[int, list[tuple[int, int]]]] = {}
    idat = 0
    for kind, begin, stop in boxes(data, start, end):
        if kind == b"iinf":
            kinds = _items(data, begin, stop)
        elif kind == b"iloc":
            places = _locations(data, begin, stop)
        elif kind == b"idat":
            idat = begin
    for item, kind in kinds.items():
        method, extents = places.get(item, (2, []))
        if method > 1 or not header.room():
            continue
        base = idat if method == 1 else 0
        value = b"".join(
            header.take(data, base + place, base + place + length) for place, length in extents[:16]
        )
        if kind == b"Exif":
            skip = 4 + int.from_bytes(value[:4])
            header.exif.append(value[skip:] if skip < len(value) else value[4:])
        else:
            header.xmp.append(value)


def _items(data: bytes, start: int, end: int) -> dict[int, bytes]:
    """Items that hold EXIF or XMP, by their number."""
    wide = data[start : start + 1] != b"\0"
    found: dict[int, bytes] = {}
    for kind, begin, stop in boxes(data, start + (8 if wide else 6), end):
        if kind != b"infe" or begin + 12 > stop:
            continue
        version = data[begin]
        at = begin + 4
        step = 4 if version == 3 else 2
        item = int.from_bytes(data[at : at + step])
        name = data[at + step + 2 : at + step + 6]
        if version < 2 or len(found) >= ITEMS:
            continue
        rdf = name == b"mime" and b"application/rdf+xml" in data[at + step + 6 : min(stop, at + step + 200)]
        if name == b"Exif" or rdf:
            found[item] = name
    return found


def _locations(data: bytes, start: int, end: int) -> dict[int, tuple[int, list[tuple[int, int]]]]:
    """Place of every item: construction method and extents (offset, length)."""
    version = data[start] if start < end else 0
    if version > 2 or start + 8 > end:
        return {}
    sizes = data[start + 4] << 8 | data[start + 5]
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version else 0
    at = start + 6
    number = 4 if version == 2 else 2

    def integer(size: int) -> int:
        nonlocal at
        at += size
        return int.from_bytes(data[at - size : at])

    found: dict[int, tuple[int, list[tuple[int, int]]]] = {}
    for _ in range(min(integer(number), ITEMS)):
        if at >= end:
            break
        item = integer(number)
        method = integer(2) & 15 if version else 0
        integer(2)
        base = integer(base_size)
        extents = []
        for _ in range(min(integer(2), 64)):
            integer(index_size)
            place = integer(offset_size)
            extents.append((base + place, integer(length_size)))
        found[item] = (method, extents)
    return found
