"""Which column of a table holds the payloads, and which files of a folder a table already names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path, PurePosixPath

import msgspec

from springhead.errors import UnknownName, WhichColumn
from springhead.io.batches import PAYLOAD, ReadOptions
from springhead.io.columns import Sample, json_records, peek, spread
from springhead.io.inflate import open_stream
from springhead.io.jsonl import CAPTION_NAMES, lines
from springhead.io.shards import Shard
from springhead.io.sources import Source

_ROWS = 8
_SHARDS = 16
_TABLES = frozenset({"jsonl", "parquet", "arrow"})


def holds_payload(value: object, suffixes: Sequence[str]) -> bool:
    """Whether a value can be a payload: bytes, a mapping with bytes or path, or a file's name of these endings."""
    if isinstance(value, bytes):
        return True
    if isinstance(value, dict):
        return {"bytes", "path"} <= set(value) or isinstance(value.get("bytes"), bytes)
    return isinstance(value, str) and len(value) < 4096 and PurePosixPath(value).suffix.lower() in suffixes


def payload_columns(records: Iterable[dict[str, object]], suffixes: Sequence[str]) -> dict[str, int]:
    """Columns that can hold payloads and in how many of the records they do."""
    counts: dict[str, int] = {}
    for record in records:
        for name, value in record.items():
            if holds_payload(value, suffixes):
                counts[name] = counts.get(name, 0) + 1
    return counts


def records_of(shard: Shard, rows: int = _ROWS) -> list[dict[str, object]]:
    """The first records of a table's shard, [] where they cannot be read."""
    try:
        if shard.format == "jsonl":
            return list(islice(json_records(shard), rows))
        if shard.format == "parquet":
            from springhead.io.parquet import first_records

            return [dict(record) for record in first_records(Path(shard.path), rows)]
        if shard.format == "arrow":
            from springhead.io.arrow import first_records as first_of_arrow

            return [dict(record) for record in first_of_arrow(Path(shard.path), rows)]
    except OSError:
        pass
    return []


def choose_payload(
    shards: Sequence[Shard],
    names: Sequence[str],
    suffixes: Sequence[str],
    *,
    given: str | None = None,
    caption: str | None = None,
    captioned: bool = False,
    others: Iterable[str] = (),
) -> str | None:
    """Return the column of payloads after checking that it and all others named exist; None without tables.

    Raises `WhichColumn` where several fit or none does, `UnknownName` for a column that no file has.
    """
    tables = [shard for shard in spread(shards) if shard.format in _TABLES]
    sample = Sample()
    records: list[dict[str, object]] = []
    for shard in tables[:_SHARDS]:
        found = records_of(shard)
        records += found
        for record in found:
            sample.add(record)
    if len(tables) < len({shard.path for shard in shards}) or any(
        shard.format not in _TABLES for shard in shards
    ):
        for shard in spread(shards)[:_SHARDS]:
            if shard.format not in _TABLES:
                peek(shard, sample, _ROWS)
    loose = any(shard.format in ("binary", "tar") for shard in shards)
    asked = [name for name in (given, caption, *others) if name is not None]
    for name in asked:
        if sample.columns and name not in sample.names and not loose:
            raise UnknownName("column", name, sample.names)
    if given is not None or not tables or not sample.columns:
        return given
    if captioned and caption is None and not loose and not set(CAPTION_NAMES) & set(sample.columns):
        raise WhichColumn({name: one.mean for name, one in sample.columns.items()}, [], "caption")
    return _fitting(payload_columns(records, suffixes), names, sample)


def _fitting(found: dict[str, int], names: Sequence[str], sample: Sample) -> str:
    """The one column that holds payloads: by its name where several do."""
    plausible = [name for name in found if name.lower() in names] or list(found)
    if len(plausible) != 1:
        raise WhichColumn({name: one.mean for name, one in sample.columns.items()}, plausible, "image")
    return plausible[0]


def unnamed(sources: Sequence[Source]) -> list[Source]:
    """Leave out payload files that a JSONL file beside or above them names: they are its records."""
    paths = {str(Path(source.path).absolute()) for source in sources if source.format == "binary"}
    if not paths:
        return list(sources)
    named: set[str] = set()
    for source in sources:
        if source.format == "jsonl":
            named |= _named(Path(source.path).absolute(), paths)
    return [one for one in sources if one.format != "binary" or str(Path(one.path).absolute()) not in named]


def _named(table: Path, paths: set[str]) -> set[str]:
    """Those of the paths that any string of the table names, relative to its folder."""
    found: set[str] = set()
    decoder = msgspec.json.Decoder(dict[str, object])
    options = ReadOptions(payload="bytes", payload_column=PAYLOAD)
    with open_stream(table, options) as stream:
        for line in lines(stream, options.record_bytes):
            if isinstance(line, int):
                continue
            try:
                record = decoder.decode(line)
            except (ValueError, RecursionError):
                continue
            for value in record.values():
                if isinstance(value, str) and 0 < len(value) < 4096 and str(table.parent / value) in paths:
                    found.add(str(table.parent / value))
    return found
