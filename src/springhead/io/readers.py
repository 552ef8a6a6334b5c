"""Read any shard as a stream of bounded batches; nothing is lost: a record is in a batch or in quarantine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from springhead.io.batches import Quarantined, RawBatch, ReadOptions
from springhead.io.shards import Shard


def read(shard: Shard, options: ReadOptions) -> Iterator[RawBatch]:
    """Stream the records of a shard; memory is bounded by the caps in `options`.

    A file that vanished or may not be opened is one quarantine entry, not an exception.
    """
    try:
        yield from _read(shard, options)
    except OSError as error:
        reason = f"cannot read: {error.strerror or error}"
        yield RawBatch(shard.source, _empty(options), [], [Quarantined(shard.source, "file", reason)])


def _empty(options: ReadOptions) -> dict[str, list[str | None]]:
    return {name: [] for name in ("text", *options.wanted)}


def _read(shard: Shard, options: ReadOptions) -> Iterator[RawBatch]:
    path = Path(shard.path)
    stop = None if shard.stop < 0 else shard.stop
    if shard.format == "jsonl":
        from springhead.io.jsonl import read_jsonl

        return read_jsonl(path, shard.source, options, start=shard.start, stop=stop, first=shard.first)
    if shard.format == "parquet":
        from springhead.io.parquet import read_parquet

        return read_parquet(path, shard.source, options, start=shard.start, stop=stop, first=shard.first)
    if shard.format == "warc":
        from springhead.io.warc import read_warc

        return read_warc(path, shard.source, options)
    from springhead.io.textfiles import read_textfiles

    return read_textfiles(shard.members, shard.source, options)
