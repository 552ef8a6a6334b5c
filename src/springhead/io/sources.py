"""Find the files of a corpus: files, folders and patterns, their formats by content then by name.

Order and names are the same on every machine: a name is the path relative to the input that was given.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from springhead.errors import NothingFound, NotReadable, UnknownFormat
from springhead.io.batches import Quarantined, ReadOptions
from springhead.io.inflate import compression, open_stream

Format = Literal["jsonl", "parquet", "warc", "text", "arrow", "tar", "binary"]

_SUFFIXES: dict[str, Format] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
    ".parq": "parquet",
    ".warc": "warc",
    ".wet": "warc",
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".markdown": "text",
    ".rst": "text",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".tar": "tar",
    ".tgz": "tar",
}
_COMPRESSED = frozenset({".gz", ".zst", ".zstd"})
_HEAD = 4096


class Source(msgspec.Struct, frozen=True, order=True):
    """One file: `name` relative to the input that was given, `group` the input's own name, where it lies.

    `beside` are the files that describe a payload which is a file of its own.
    """

    name: str
    path: str
    format: Format
    compressed: bool
    size: int
    group: str
    beside: tuple[str, ...] = ()


class Discovery(msgspec.Struct, frozen=True):
    """The files to read, sorted by name, what was passed over, with the reason, and paths of data-set cards."""

    sources: tuple[Source, ...]
    skipped: tuple[Quarantined, ...]
    cards: tuple[str, ...] = ()


def discover(inputs: Sequence[str | Path], suffixes: Sequence[str] = ()) -> Discovery:
    """Find and recognise all files of the inputs (files, folders, patterns), in a fixed order.

    With `suffixes`, a file that ends so is a payload of its own, described by .txt and .json files of its stem.

    A file named outright must be readable and of a known format (`NotReadable`, `UnknownFormat`); in a folder
    or pattern such a file is passed over and reported. Nothing left raises `NothingFound`.
    """
    sources: dict[str, Source] = {}
    skipped: list[Quarantined] = []
    for given in inputs:
        for path, name, group, outright in _files(str(given), skipped):
            try:
                source = _recognise(path, printable(name), printable(group), suffixes)
            except (UnknownFormat, NotReadable) as error:
                if outright:
                    raise
                skipped.append(Quarantined(printable(name), "file", printable(error.found)))
                continue
            sources.setdefault(os.path.abspath(path), source)  # noqa: PTH100 - links stay as named
    if suffixes:
        sources = _described(sources, skipped)
    if not sources:
        refused = [entry for entry in skipped if entry.reason.startswith("cannot read")]
        if refused:
            raise NotReadable(refused[0].source, refused[0].reason)
        raise NothingFound(map(str, inputs), [f"{entry.source}: {entry.reason}" for entry in skipped])
    cards = _cards(sources)
    records = [source for source in sources.values() if source.path not in cards]
    skipped = [entry for entry in skipped if Path(entry.source).name.lower() not in CARDS]
    return Discovery(tuple(sorted(_unique(records))), tuple(skipped), tuple(sorted(cards)))


CARDS = frozenset({"readme.md", "croissant.json", "dataset_info.json", "dataset_infos.json", "datacard.md"})
"""Files that describe a data set; beside data files they are metadata, never records."""


def _cards(sources: dict[str, Source]) -> set[str]:
    """Paths of the data-set cards in groups that hold data files (a folder of notes keeps its README.md)."""
    data = {source.group for source in sources.values() if source.format != "text" and not _is_card(source)}
    found = {source.path for source in sources.values() if _is_card(source) and source.group in data}
    roots = {Path(source.path).parent for source in sources.values() if source.group in data}
    beside = {root / name for root in roots for name in ("README.md", "croissant.json")}
    return found | {str(path) for path in beside if path.is_file()}


def _is_card(source: Source) -> bool:
    return Path(source.path).name.lower() in CARDS


def recognise(path: Path) -> tuple[Format, bool]:
    """Return the format of a file and whether it is compressed: by its first bytes, else by its name.

    Raises `UnknownFormat`, or `NotReadable` where the file cannot be opened.
    """
    name_format = _by_name(path)
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
        packed = compression(head) != "none"
        if packed:
            with open_stream(path, ReadOptions(inflate_bytes=1 << 26)) as stream:
                head = stream.read(_HEAD)
    except OSError as error:
        raise NotReadable(str(path), error.strerror or str(error)) from error
    content = _by_content(head)
    if content == "jsonl" and name_format is not None:
        content = None  # a brace opens many a text file: the name knows better
    found = content or name_format
    if packed and found in ("parquet", "arrow"):
        found = None
    if found == "jsonl" and head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"[":
        raise UnknownFormat(str(path), "a JSON array, not one object a line")
    if found is None:
        raise UnknownFormat(str(path), _appearance(head))
    return found, packed


def printable(name: str) -> str:
    """Return a file name as proper Unicode: bytes that are not UTF-8 become escapes."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _by_name(path: Path) -> Format | None:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    while suffixes and suffixes[-1] in _COMPRESSED:
        suffixes.pop()
    return _SUFFIXES.get(suffixes[-1]) if suffixes else None


def _by_content(head: bytes) -> Format | None:
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"WARC/"):
        return "warc"
    if head.startswith(b"ARROW1"):
        return "arrow"
    if head[257:262] == b"ustar":
        return "tar"
    return "jsonl" if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{" else None


def _appearance(head: bytes) -> str:
    if not head:
        return "empty and its name says nothing"
    if b"\0" in head:
        return "binary data of no known format"
    return f"of no known format (it begins with {head[:16]!r})"


def _described(sources: dict[str, Source], skipped: list[Quarantined]) -> dict[str, Source]:
    """Put text files to the payloads of their stem; the others are no payloads and are passed over."""
    stems = {_stem(path) for path, source in sources.items() if source.format == "binary"}
    beside: dict[str, list[str]] = {}
    kept: dict[str, Source] = {}
    for path, source in sources.items():
        stem, ending = _stem(path), Path(path).suffix
        if stem in stems and ending.lower() in BESIDE:
            beside.setdefault(stem, []).append(source.path)
        elif source.format in ("text", "warc"):
            if Path(source.path).name.lower() not in CARDS:
                skipped.append(Quarantined(source.name, "file", "neither a payload nor a table of payloads"))
        else:
            kept[path] = source
    return {
        path: msgspec.structs.replace(source, beside=tuple(sorted(beside.get(_stem(path), ()))))
        if source.format == "binary"
        else source
        for path, source in kept.items()
    }


def _stem(path: str) -> str:
    return str(Path(path).with_suffix(""))


BESIDE = (".txt", ".caption", ".text", ".json")
"""Endings of files that describe the payload of their stem."""


def _recognise(path: Path, name: str, group: str, suffixes: Sequence[str] = ()) -> Source:
    ending = path.suffix.lower() if suffixes else ""
    if ending and ending in suffixes:
        return Source(name, str(path), "binary", False, path.stat().st_size, group)
    try:
        found, packed = recognise(path)
    except UnknownFormat:
        if ending not in BESIDE:
            raise
        found, packed = "text", False
    if found == "tar" and not suffixes:
        raise UnknownFormat(str(path), "a tar archive, which is read for files such as images only")
    return Source(name, str(path), found, packed, path.stat().st_size, group)


def _files(given: str, skipped: list[Quarantined]) -> Iterator[tuple[Path, str, str, bool]]:
    """Yield (path, name, group, named outright) of one input."""
    path = Path(given)
    try:
        if path.is_dir():
            group = path.resolve().name or "."
            for found in _walk(path, skipped):
                yield found, found.relative_to(path).as_posix(), group, False
            return
        if path.exists():
            yield path, path.name, path.name, True
            return
    except PermissionError as error:
        raise NotReadable(given, error.strerror or str(error)) from error
    if not glob.has_magic(given):
        raise NothingFound([given])
    yield from _matches(given, skipped)


def _matches(pattern: str, skipped: list[Quarantined]) -> Iterator[tuple[Path, str, str, bool]]:
    """Yield the files that a pattern names, and those of folders that it names; `**` follows no links."""
    parts = Path(pattern).parts
    plain = next(index for index, part in enumerate(parts) if glob.has_magic(part))
    base, rest = Path(*parts[:plain]), Path(*parts[plain:])
    group = base.resolve().name or "."
    hidden = any(part.startswith(".") for part in rest.parts)
    try:
        matches = sorted(base.glob(str(rest)))
    except ValueError as error:  # "**" inside a name
        raise NothingFound([pattern], [str(error)]) from error
    for found in matches:
        if not hidden and any(part.startswith(".") for part in found.relative_to(base).parts):
            continue
        if found.is_dir() and rest.name == "**":
            continue  # what lies below it matches as well
        files = _walk(found, skipped) if found.is_dir() else iter([found])
        for file in files:
            yield file, file.relative_to(base).as_posix(), group, False


def _walk(root: Path, skipped: list[Quarantined]) -> Iterator[Path]:
    """Yield the regular files below a folder; links are followed, each folder is entered once."""
    seen: set[str] = set()
    pending = [root]
    while pending:
        folder = pending.pop()
        name = printable(folder.relative_to(root).as_posix())
        real = os.path.realpath(folder)
        if real in seen:
            skipped.append(Quarantined(name, "folder", "link to a folder that was already read"))
            continue
        seen.add(real)
        try:
            entries = sorted(folder.iterdir())
        except OSError as error:
            if folder == root:
                raise NotReadable(str(root), error.strerror or str(error)) from error
            skipped.append(Quarantined(name, "folder", f"cannot read: {error.strerror or error}"))
            continue
        folders = []
        for entry in entries:
            if entry.name.startswith((".", "_")):
                continue  # hidden files and the markers that writers leave (_SUCCESS) hold no records
            if entry.is_dir():
                folders.append(entry)
            elif entry.is_file():
                yield entry
            else:
                reason = "link that leads nowhere" if entry.is_symlink() else "no regular file"
                skipped.append(Quarantined(printable(entry.relative_to(root).as_posix()), "file", reason))
        pending.extend(reversed(folders))


def _unique(sources: list[Source]) -> list[Source]:
    """Lengthen names that occur twice by the folders above them until all differ."""
    depth = 1
    while True:
        counts: dict[str, int] = {}
        for source in sources:
            counts[source.name] = counts.get(source.name, 0) + 1
        if max(counts.values(), default=1) == 1:
            return sources
        sources = [
            msgspec.structs.replace(source, name=_longer(source, depth))
            if counts[source.name] > 1
            else source
            for source in sources
        ]
        depth += 1


def _longer(source: Source, by: int) -> str:
    parts = Path(source.path).absolute().parts
    own = len(Path(source.name).parts)
    return printable("/".join(parts[-min(len(parts), own + by) :]).lstrip("/"))
