"""Tar archives in WebDataset's layout: members of one stem, one after another, are one record.

Our own reader, streaming and in memory: nothing is ever unpacked to a disk. Links, devices, absolute names and
names with `..` are set aside with the reason; sizes are checked before a byte is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from springhead.io.batches import Collector, RawBatch, ReadOptions, Value
from springhead.io.inflate import CappedStream, open_stream
from springhead.io.sidecars import CAPTION_SUFFIXES, LIMIT, caption_of, extras_of, fields_of, missing

COLUMNS = ("path", "class")
_BLOCK = 512
_NAMES = 1 << 16
_KINDS = {
    b"1": "hard link", b"2": "symbolic link", b"3": "character device", b"4": "block device", b"6": "pipe",
    b"S": "sparse file",
}  # fmt: skip


class DamagedError(Exception):
    """The archive cannot be read on."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One member: its name, what it is ("file", "folder" or what is refused) and its size in bytes."""

    name: str
    kind: str
    size: int


@dataclass
class _Record:
    stem: str
    data: bytes = b""
    name: str = ""
    fault: str = ""
    beside: dict[str, bytes] = field(default_factory=dict)
    first: str = ""


def read_tar(path: Path, source: str, options: ReadOptions) -> Iterator[RawBatch]:
    """Stream the records of an archive, plain or compressed."""
    collector = Collector(source, options)
    held: _Record | None = None
    with open_stream(path, options) as stream:
        try:
            for entry, data in members(stream, options.record_bytes):
                fault = refused(entry)
                if entry.kind == "folder" and not fault:
                    continue
                if fault or data is None:
                    fault = fault or f"record too large: {entry.size} bytes, cap {options.record_bytes}"
                    collector.reject(entry.name[:200] or "member", fault)
                else:
                    held = _gather(held, entry.name, data, collector, options)
                if collector.full:
                    yield collector.flush()
        except DamagedError as error:
            collector.reject("end of file", f"damaged archive: {error}")
        if stream.damage is not None:
            collector.reject("end of file", stream.damage)
    if held is not None:
        _close(held, collector, options)
    yield from collector.rest()


def refused(entry: Entry) -> str:
    """Say why a member is not read, "" where it is."""
    if entry.kind not in ("file", "folder"):
        return f"{entry.kind} in an archive is not followed"
    name = entry.name.replace("\\", "/")
    if name.startswith("/") or name[1:2] == ":":
        return "absolute name in an archive"
    if ".." in name.split("/"):
        return "name in an archive climbs out of its folder"
    return ""


def _gather(
    held: _Record | None, name: str, data: bytes, collector: Collector, options: ReadOptions
) -> _Record | None:
    """Add a member to the record of its stem; a new stem closes the record before."""
    folder, _, base = name.rpartition("/")
    if base.startswith(("._", ".")):
        return held
    stem, _, ending = base.partition(".")
    stem = f"{folder}/{stem}"
    if held is None or held.stem != stem:
        if held is not None:
            _close(held, collector, options)
        held = _Record(stem, first=name)
    suffix = f".{ending.lower().rpartition('.')[2]}"
    if suffix in options.suffixes:
        if held.name:
            collector.reject(name, "second payload of one record")
        else:
            held.data, held.name = data, name
    elif suffix in (*CAPTION_SUFFIXES, ".json", ".cls") and len(data) <= LIMIT:
        held.beside[suffix] = data
    return held


def _close(held: _Record, collector: Collector, options: ReadOptions) -> None:
    if not held.name:
        collector.reject(held.first, "record of an archive without a payload of a known ending")
        return
    fields = fields_of(held.beside.get(".json"), options)
    label = held.beside.get(".cls")
    own: dict[str, Value] = {
        "path": held.name,
        "class": label[:200].decode("utf-8", "replace").strip()
        if label is not None
        else held.name.rpartition("/")[0].rpartition("/")[2],
    }
    extras = extras_of(fields, own, options)
    fault = missing(extras, options)
    if fault is not None:
        collector.reject(held.name, fault)
        return
    text = next((held.beside[suffix] for suffix in CAPTION_SUFFIXES if suffix in held.beside), None)
    caption = caption_of(text, fields, options)
    collector.add(held.name, caption, extras, data=held.data, name=held.name.rpartition("/")[2])


def members(stream: CappedStream, most: int) -> Iterator[tuple[Entry, bytes | None]]:
    """Yield the members of a tar stream with their bytes, None where they are above `most` or no file.

    Reads ustar, GNU long names and pax paths and sizes; raises DamagedError where the stream is no archive.
    """
    name, size = "", -1
    while True:
        block = _exactly(stream, _BLOCK, "header", end=True)
        if not block or not block.strip(b"\0"):
            return
        own, kind, length = _header(block)
        if kind in (b"L", b"K", b"x", b"g"):
            if length > _NAMES:
                raise DamagedError(f"a name of {length} bytes")
            content = _padded(stream, length)
            if kind == b"L":
                name = content.rstrip(b"\0").decode("utf-8", "backslashreplace")
            elif kind == b"x":
                fields = _pax(content)
                name, size = (
                    fields.get("path", name),
                    int(fields["size"]) if fields.get("size", "").isdigit() else size,
                )
            continue
        length = size if size >= 0 else length
        shown = name or own
        name, size = "", -1
        word = (
            "file"
            if kind in (b"0", b"\0", b"7")
            else "folder"
            if kind == b"5"
            else _KINDS.get(kind, "unknown member")
        )
        if word == "file" and shown.endswith("/"):
            word = "folder"
        entry = Entry(shown, word, length)
        if word != "file" or length > most:
            _skip(stream, 0 if word in ("hard link", "symbolic link") else length)
            yield entry, None
        else:
            yield entry, _padded(stream, length)


def _header(block: bytes) -> tuple[str, bytes, int]:
    """Name, kind and size of a header block whose checksum holds."""
    total = sum(block) - sum(block[148:156]) + 8 * 32
    if _number(block[148:156]) != total:
        raise DamagedError("a header's checksum does not hold")
    name = block[:100].split(b"\0")[0]
    if block[257:262] == b"ustar" and block[257:265] != b"ustar  \0":
        prefix = block[345:500].split(b"\0")[0]
        name = prefix + b"/" + name if prefix else name
    return name.decode("utf-8", "backslashreplace"), block[156:157], _number(block[124:136])


def _number(field_: bytes) -> int:
    """An octal number, or one in base 256 where the first bit is set."""
    if field_[:1] == b"\x80":
        return int.from_bytes(field_[1:], "big")
    digits = field_.split(b"\0")[0].strip()
    if not digits:
        return 0
    try:
        return int(digits, 8)
    except ValueError as error:
        raise DamagedError("a header holds no number") from error


def _pax(content: bytes) -> dict[str, str]:
    """Records of a pax header, "length key=value" lines; those that do not parse are left out."""
    found: dict[str, str] = {}
    while content:
        digits, space, _ = content[:20].partition(b" ")
        if not space or not digits.isdigit() or not 0 < int(digits) <= len(content):
            break
        key, equals, value = content[len(digits) + 1 : int(digits)].partition(b"=")
        if equals:
            found[key.decode("utf-8", "replace")] = value.rstrip(b"\n").decode("utf-8", "backslashreplace")
        content = content[int(digits) :]
    return found


def _exactly(stream: CappedStream, size: int, what: str, *, end: bool = False) -> bytes:
    parts, left = [], size
    while left > 0:
        part = stream.read(min(left, 1 << 20))
        if not part:
            if end and left == size:
                return b""
            raise DamagedError(f"truncated in a {what}")
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _padded(stream: CappedStream, size: int) -> bytes:
    data = _exactly(stream, size, "member")
    _skip(stream, -size % _BLOCK, exact=True)
    return data


def _skip(stream: CappedStream, size: int, *, exact: bool = False) -> None:
    left = size if exact else size + (-size % _BLOCK)
    while left > 0:
        part = stream.read(min(left, 1 << 20))
        if not part:
            return
        left -= len(part)
