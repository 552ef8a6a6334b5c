"""Read the text chunks of PNG: tEXt, zTXt and iTXt, inflated under a cap, and ImageMagick's raw profiles."""

from __future__ import annotations

import zlib

from springhead.modalities.image.header import TEXT_BYTES, TOTAL_BYTES, Header

XMP_KEYWORD = "XML:com.adobe.xmp"


def keep(kind: bytes, chunk: bytes, header: Header, /) -> None:
    """Keep the text of one chunk under its keyword; XMP and raw profiles go where they belong."""
    keyword, mark, rest = chunk.partition(b"\0")
    if not mark or not 1 <= len(keyword) <= 79:
        header.fault("a text chunk without a keyword")
        return
    if kind == b"zTXt":
        rest = inflate(rest[1:], header)
    elif kind == b"iTXt":
        if len(rest) < 2:
            header.fault("a text chunk is cut short")
            return
        packed = rest[0]
        rest = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
        rest = inflate(rest, header) if packed else rest
    name = keyword.decode("latin-1")
    if name == XMP_KEYWORD:
        header.xmp.append(rest)
    elif name.startswith("Raw profile type "):
        _profile(name[17:].lower(), rest, header)
    else:
        header.text(name, decode(rest))


def inflate(packed: bytes, header: Header, /) -> bytes:
    """Inflate at most what one field may hold; a damaged stream gives what was readable before."""
    room = min(TEXT_BYTES, TOTAL_BYTES - header.total)
    if room <= 0:
        return b""
    inflater = zlib.decompressobj()
    try:
        value = inflater.decompress(packed, room)
    except zlib.error:
        header.fault("a compressed text chunk is damaged")
        return b""
    if not inflater.eof:
        longer = bool(inflater.unconsumed_tail) or len(value) == room
        header.fault(
            "a compressed text is longer than is read" if longer else "a compressed text is cut short"
        )
    header.total += len(value)
    return value


def decode(value: bytes, /) -> str:
    """Text of a chunk: UTF-8 where it is valid (many tools write it into tEXt), else Latin-1 as the format says."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(value) - 4 and error.start > 0:  # cut within a character
            return value[: error.start].decode("utf-8")
        return value.decode("latin-1")


def _profile(kind: str, value: bytes, header: Header) -> None:
    """A raw profile is a name, a length and hexadecimal digits in lines."""
    lines = value.split(b"\n", 3)
    if len(lines) < 4:
        return
    digits = b"".join(lines[3].split())
    try:
        raw = bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii"))
    except ValueError:
        header.fault("a raw profile is damaged")
        return
    if kind in ("exif", "app1") and raw.startswith(b"Exif\0\0"):
        header.exif.append(raw[6:])
    elif kind == "exif":
        header.exif.append(raw)
    elif kind in ("xmp", "app1"):
        header.xmp.append(raw.removeprefix(b"http://ns.adobe.com/xap/1.0/\0"))
    elif kind in ("iptc", "8bim"):
        header.iptc.append(raw)
