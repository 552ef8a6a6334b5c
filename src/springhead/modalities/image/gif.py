"""Walk the blocks of a GIF: comments, XMP and C2PA in application extensions; pixels are stepped over."""

from __future__ import annotations

from springhead.modalities.image.header import BLOCKS, TEXT_BYTES, Header
from springhead.modalities.image.pngtext import decode


def walk(data: bytes, header: Header, /) -> None:
    """Collect comment and application extensions up to the trailer."""
    if len(data) < 13:
        header.fault("the file ends before its pixels")
        return
    at = 13 + _table(data[10])
    left = BLOCKS
    while left > 0 and at < len(data):
        mark = data[at]
        if mark == 0x3B:
            return
        if mark == 0x2C and at + 11 <= len(data):
            at += 11 + _table(data[at + 9])
        elif mark == 0x21 and at + 2 < len(data):
            _extension(data, at + 1, header)
            at += 2
        else:
            header.fault("the file is damaged between two blocks")
            return
        at, left = _skip(data, at, left)
    header.fault("the file ends before its trailer" if left > 0 else "more blocks than are read")


def _table(flags: int) -> int:
    """Bytes of the colour table that a flag byte announces."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _skip(data: bytes, at: int, left: int) -> tuple[int, int]:
    """Step over sub-blocks to the byte behind their end."""
    size = len(data)
    while left > 0 and at < size:
        length = data[at]
        at += 1 + length
        left -= 1
        if not length:
            break
    return at, left


def _extension(data: bytes, at: int, header: Header) -> None:
    if data[at] == 0xFE and header.room():
        header.text("Comment", decode(header.take(_joined(data, at + 1), 0, TEXT_BYTES)))
    elif data[at] == 0xFF:
        name = data[at + 2 : at + 13]
        if name == b"XMP DataXMP" and header.room():
            # XMP is stored as it is, followed by bytes that make every reader skip to the end.
            start = at + 13
            end = data.find(b"<?xpacket end", start, start + TEXT_BYTES)
            end = end if end >= 0 else data.find(b"\x01\xff\xfe\xfd", start, start + TEXT_BYTES)
            header.xmp.append(
                header.take(data, start, end if end >= 0 else min(len(data), start + TEXT_BYTES))
            )
        elif name.startswith(b"C2PA_GIF"):
            joined = _joined(data, at + 13)
            header.found_manifest(joined, 0, len(joined))


def _joined(data: bytes, at: int) -> bytes:
    """The content of sub-blocks from `at`, capped."""
    parts, total = [], 0
    while at < len(data) and data[at] and total < TEXT_BYTES:
        parts.append(data[at + 1 : at + 1 + data[at]])
        total += data[at]
        at += 1 + data[at]
    return b"".join(parts)
