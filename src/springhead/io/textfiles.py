"""Text files: one record a file, its path the position."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from springhead.io.batches import Collector, RawBatch, ReadOptions, text_fault
from springhead.io.inflate import open_stream
from springhead.io.shards import Member

COLUMNS = ("path",)
"""Columns that text files offer beside the text."""


def looks_binary(data: bytes) -> bool:
    """Whether bytes are no text: more than one in a hundred of the first 64 KiB is a NUL."""
    head = data[: 1 << 16]
    return head.count(0) * 100 > len(head)


def read_textfiles(members: Sequence[Member], source: str, options: ReadOptions) -> Iterator[RawBatch]:
    """Stream the files as records; a byte-order mark is dropped, line ends are kept as they are."""
    collector = Collector(source, options)
    for member in members:
        data, fault = _content(Path(member.path), options)
        if fault is None and looks_binary(data):
            fault = "binary data, not text"
        text = ""
        if fault is None:
            try:
                text = data.decode("utf-8-sig")
                fault = text_fault(text)
            except UnicodeDecodeError:
                fault = "not UTF-8"
        extras = [member.name if name == "path" else None for name in options.wanted]
        missing = [name for name in options.required if name not in COLUMNS]
        if fault is None and missing:
            fault = f"no column {missing[0]!r}"
        if fault is not None:
            collector.reject(member.name, fault)
        else:
            collector.add(member.name, text, extras)
        if collector.full:
            yield collector.flush()
    yield from collector.rest()


def _content(path: Path, options: ReadOptions) -> tuple[bytes, str | None]:
    """Return the content of a file and why it cannot be used, if so; never reads far beyond the cap."""
    parts: list[bytes] = []
    size = 0
    try:
        with open_stream(path, options) as stream:
            while size <= options.record_bytes and (block := stream.read(1 << 20)):
                parts.append(block)
                size += len(block)
            damage = stream.damage
    except OSError as error:
        return b"", f"cannot read: {error.strerror or error}"
    if size > options.record_bytes:
        return b"", f"record too large: more than {options.record_bytes} bytes"
    return b"".join(parts), damage
