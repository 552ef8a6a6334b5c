"""Read any shard as a stream of bounded batches; nothing is lost: a record is in a batch or in quarantine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from springhead.io.batches import Quarantined, RawBatch, ReadOptions, Value
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


def _empty(options: ReadOptions) -> dict[str, list[Value]]:
    return {name: [] for name in (*options.wanted, *options.keys)}


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
    if shard.format in ("text", "binary"):
        return _files(shard, options)
    if shard.format == "tar":
        from springhead.io.tar import read_tar

        return read_tar(path, shard.source, options)
    from springhead.io.arrow import read_arrow

    return read_arrow(path, shard.source, options)


def _files(shard: Shard, options: ReadOptions) -> Iterator[RawBatch]:
    if shard.format == "text":
        from springhead.io.textfiles import read_textfiles

        return read_textfiles(shard.members, shard.source, options)
    from springhead.io.binaries import read_binaries

    return read_binaries(shard.members, shard.source, options)
