"""Cut a corpus into shards: a function of the input bytes alone, never of the workers.

Plain JSONL is cut at newlines, Parquet between row groups; compressed files and WARC stay whole; small text
files are gathered. A shard's digest covers its content and the names its records carry.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from springhead.errors import NotReadable
from springhead.io.sources import Format, Source

_CHUNK = 1 << 20
TARGET_BYTES = 64 << 20
_TEXT_FILES = 4096


class Member(msgspec.Struct, frozen=True):
    """One file of a shard that is one record: its name, where it lies, and the files beside it (`beside`)."""

    name: str
    path: str
    beside: tuple[str, ...] = ()


class Shard(msgspec.Struct, frozen=True):
    """A piece of the corpus that one worker reads at a time.

    `start` and `stop` bound bytes of plain JSONL or row groups of Parquet; `stop` = -1 is the whole file.
    `first` is the number of the first line (from 1) or row (from 0). `members` are the files of a
    shard whose files are each one record.
    `digest` is a hash of content, range and names, in hex: equal digests give equal records and positions.
    """

    source: str
    path: str
    format: Format
    start: int
    stop: int
    first: int
    size: int
    digest: str
    members: tuple[Member, ...] = ()

    def __str__(self) -> str:
        """Name the shard for messages."""
        part = "" if self.stop < 0 else f" [{self.start}:{self.stop}]"
        return f"{self.source}{part}"


def shards(sources: Iterable[Source], *, target_bytes: int = TARGET_BYTES) -> list[Shard]:
    """Cut sources into shards of about `target_bytes`, in the order of the sources.

    Reads every byte once, streaming, for digests and line numbers. Raises `NotReadable`.
    """
    found: list[Shard] = []
    gathered: dict[str, list[Source]] = {"text": [], "binary": []}
    for source in sources:
        try:
            if source.format in gathered:
                gathered[source.format].append(source)
            elif source.format == "jsonl" and not source.compressed:
                found.extend(_lines(source, target_bytes))
            elif source.format == "parquet":
                found.extend(_row_groups(source, target_bytes))
            else:
                found.append(_shard(source, 0, -1, 1, source.size, _file_digest(Path(source.path))))
        except OSError as error:
            raise NotReadable(source.path, error.strerror or str(error)) from error
    for held in gathered.values():
        found.extend(_gathered(held, target_bytes))
    return found


def _hasher() -> hashlib.blake2b:
    return hashlib.blake2b(digest_size=16)


def _shard(source: Source, start: int, stop: int, first: int, size: int, content: str) -> Shard:
    names = f"{source.format}\0{source.name}\0{start}\0{stop}\0{first}\0{content}"
    digest = hashlib.blake2b(names.encode(), digest_size=16).hexdigest()
    return Shard(source.name, source.path, source.format, start, stop, first, size, digest)


def _file_digest(path: Path) -> str:
    hasher = _hasher()
    with path.open("rb", buffering=0) as file:
        while block := file.read(_CHUNK):
            hasher.update(block)
    return hasher.hexdigest()


def _lines(source: Source, target: int) -> Iterator[Shard]:
    """Cut a plain JSONL file after the first newline at or beyond each `target` bytes."""
    start, first, position, breaks = 0, 1, 0, 0
    hasher = _hasher()
    with Path(source.path).open("rb", buffering=0) as file:
        while block := file.read(_CHUNK):
            offset = 0
            while position + len(block) - offset - start >= target:
                cut = block.find(b"\n", max(offset, start + target - 1 - position + offset))
                if cut < 0:
                    break
                piece = block[offset : cut + 1]
                hasher.update(piece)
                breaks += piece.count(b"\n")
                position += len(piece)
                yield _shard(source, start, position, first, position - start, hasher.hexdigest())
                start, first, offset, hasher = position, first + breaks, cut + 1, _hasher()
                breaks = 0
            piece = block[offset:]
            hasher.update(piece)
            breaks += piece.count(b"\n")
            position += len(piece)
    if position > start:
        yield _shard(source, start, position, first, position - start, hasher.hexdigest())


def _row_groups(source: Source, target: int) -> Iterator[Shard]:
    """Gather row groups of a Parquet file; a file without a readable footer stays whole for its reader."""
    from springhead.io.parquet import row_groups

    content = _file_digest(Path(source.path))
    groups = row_groups(Path(source.path))
    if groups is None:
        yield _shard(source, 0, -1, 0, source.size, content)
        return
    start, first, row, size = 0, 0, 0, 0
    for index, (rows, weight) in enumerate(groups):
        row += rows
        size += weight
        if size >= target or index == len(groups) - 1:
            yield _shard(source, start, index + 1, first, size, content)
            start, first, size = index + 1, row, 0


def _gathered(texts: Sequence[Source], target: int) -> Iterator[Shard]:
    """Gather text files of one input, in order, until a shard is full."""
    held: list[Source] = []
    size = 0
    for source in texts:
        if held and (source.group != held[0].group or size >= target or len(held) >= _TEXT_FILES):
            yield _text_shard(held)
            held, size = [], 0
        held.append(source)
        size += source.size
    if held:
        yield _text_shard(held)


def _text_shard(held: Sequence[Source]) -> Shard:
    hasher = _hasher()
    for source in held:
        try:
            content = "".join(_file_digest(Path(path)) for path in (source.path, *source.beside))
        except OSError as error:
            content = f"unreadable: {error.strerror}"
        hasher.update(f"{source.name}\0{content}\0".encode())
    size = sum(source.size for source in held)
    whole = _shard(msgspec.structs.replace(held[0], name=held[0].group), 0, -1, 0, size, hasher.hexdigest())
    members = tuple(Member(source.name, source.path, source.beside) for source in held)
    return msgspec.structs.replace(whole, path=str(Path(held[0].path).parent), members=members)
