"""Read the few EXIF tags that say how a picture was made, tolerant of anything a file may hold.

TIFF 6.0 and EXIF 3.0 directories: offsets may point anywhere, in circles too, so every directory is read once,
their number and entries are capped, and a value that does not fit in the block is skipped.
"""

from __future__ import annotations

from struct import Struct
from typing import Literal

from springhead.modalities.image.header import TEXT_BYTES, Header

DESCRIPTION, MAKE, MODEL, SOFTWARE = 0x010E, 0x010F, 0x0110, 0x0131
CHANGED, ARTIST, COPYRIGHT = 0x0132, 0x013B, 0x8298
ORIGINAL, DIGITIZED, MAKER_NOTE, COMMENT = 0x9003, 0x9004, 0x927C, 0x9286
EXPOSURE, APERTURE, ISO = 0x829A, 0x829D, 0x8827
TITLE_XP, COMMENT_XP, SUBJECT_XP = 0x9C9B, 0x9C9C, 0x9C9F
_DIRECTORY = 0x8769
TEXTS = frozenset({DESCRIPTION, MAKE, MODEL, SOFTWARE, CHANGED, ARTIST, COPYRIGHT, ORIGINAL, DIGITIZED})
"""Tags whose value is text."""
_BYTES = frozenset({MAKER_NOTE, COMMENT, TITLE_XP, COMMENT_XP, SUBJECT_XP, 700, 33723, 0xCD41})
_NUMBERS = frozenset({EXPOSURE, APERTURE, ISO})
# ComfyUI writes its further fields into the tags below Make, one after another.
_WANTED = TEXTS | _BYTES | _NUMBERS | {_DIRECTORY} | frozenset(range(0x0100, 0x010F))
_SIZES = (0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4)
DIRECTORIES, ENTRIES = 8, 512
Value = str | bytes | int
Order = Literal["little", "big"]
_ORDERS: dict[bytes, tuple[Struct, Order]] = {
    b"II*\0": (Struct("<HHI4s"), "little"),
    b"MM\0*": (Struct(">HHI4s"), "big"),
}


def read(block: bytes, header: Header, /) -> dict[int, Value]:
    """Return tag -> text, bytes or number of the main and the EXIF directory; the first value of a tag holds."""
    order = _ORDERS.get(block[:4])
    if order is None:
        if block[:6] == b"Exif\0\0":
            return read(block[6:], header)
        header.fault("an EXIF block without a TIFF header")
        return {}
    entry, endian = order
    tags: dict[int, Value] = {}
    waiting, seen = [int.from_bytes(block[4:8], endian)], set[int]()
    while waiting and len(seen) < DIRECTORIES:
        at = waiting.pop()
        if at in seen or at + 2 > len(block) or at < 8:
            header.fault("an EXIF offset points nowhere or in a circle")
            continue
        seen.add(at)
        _directory(block, at, entry, endian, tags, waiting, header)
    return tags


def _directory(
    block: bytes,
    at: int,
    entry: Struct,
    endian: Order,
    tags: dict[int, Value],
    waiting: list[int],
    header: Header,
) -> None:
    count = min(int.from_bytes(block[at : at + 2], endian), ENTRIES)
    end = min(at + 2 + 12 * count, len(block))
    end -= (end - at - 2) % 12
    for tag, kind, number, inline in entry.iter_unpack(memoryview(block)[at + 2 : end]):
        if tag not in _WANTED or kind >= len(_SIZES) or tag in tags or (tag < DESCRIPTION and kind != 2):
            continue
        size = _SIZES[kind] * number
        if tag == _DIRECTORY:
            waiting.append(int.from_bytes(inline, endian))
            continue
        if size <= 4:
            value = inline[:size]
        else:
            start = int.from_bytes(inline, endian)
            if start + size > len(block):
                header.fault("an EXIF value runs past the end of its block")
                size = len(block) - start
            value = block[start : start + min(size, TEXT_BYTES)] if size > 0 else b""
        tags[tag] = _value(tag, kind, value, endian)


def _value(tag: int, kind: int, raw: bytes, endian: Order) -> Value:
    if tag in _BYTES:
        return raw
    if tag in _NUMBERS and kind not in (2, 7):
        return int.from_bytes(raw[: _SIZES[kind]][:4], endian)
    return raw.split(b"\0", 1)[0].decode("utf-8", "replace").strip()


def comment(raw: bytes, /, *, big: bool = False) -> str:
    """Text of a UserComment: eight bytes name the character set, and tools disagree on the order of UTF-16."""
    code, body = raw[:8], raw[8:]
    if code == b"UNICODE\0":
        return sixteen(body, big=big)
    if code in (b"ASCII\0\0\0", b"\0\0\0\0\0\0\0\0"):
        return _plain(body)
    if code == b"JIS\0\0\0\0\0":
        return body.decode("iso2022_jp", "replace").rstrip("\0 ")
    return _plain(raw)


def _plain(raw: bytes) -> str:
    text = raw.rstrip(b"\0 ")
    if b"\0" in text[:64]:
        return sixteen(text)
    return text.decode("utf-8", "replace")


def sixteen(raw: bytes, /, *, big: bool = False) -> str:
    """Decode UTF-16 whose byte order is told by where its zeros stand, else by `big`; or UTF-8 that says so."""
    head = raw[:512]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace").rstrip("\0 ")
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if not even and not odd:
        try:
            return raw.decode("utf-8").rstrip("\0 ")
        except UnicodeDecodeError:
            pass
    elif even != odd:
        big = even > odd
    whole = raw[: len(raw) // 2 * 2]
    return whole.decode("utf-16-be" if big else "utf-16-le", "replace").rstrip("\0 ")
