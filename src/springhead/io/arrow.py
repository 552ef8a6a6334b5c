"""Arrow files, with or without an index (the streaming format that data-set libraries cache in)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from springhead.io.batches import TEXT, Collector, RawBatch, ReadOptions
from springhead.io.parquet import FAULTS, add_record, decode_columns, wanted_columns
from springhead.io.payloads import Payloads

_ROWS = 64


def record_batches(path: Path) -> Iterator[Any]:
    """Yield the record batches of an Arrow file of either format, mapped rather than read whole."""
    with pa.memory_map(str(path)) as file:
        magic = file.read(6)
        file.seek(0)
        if magic == b"ARROW1":
            reader = pa.ipc.open_file(file)
            for index in range(reader.num_record_batches):
                yield reader.get_batch(index)
        else:
            yield from pa.ipc.open_stream(file)


def first_records(path: Path, rows: int) -> Sequence[Mapping[str, object]]:
    """Return the first records with all their columns, [] where they cannot be decoded."""
    try:
        for batch in record_batches(path):
            return list(islice(batch.slice(0, rows).to_pylist(), rows))
    except FAULTS:
        pass
    return []


def read_arrow(path: Path, source: str, options: ReadOptions) -> Iterator[RawBatch]:
    """Stream the records of an Arrow file; where it is damaged the rest is one entry in quarantine."""
    collector = Collector(source, options)
    files = Payloads(path.parent, options) if options.payload != TEXT else None
    row = 0
    try:
        for whole in record_batches(path):
            wanted = wanted_columns(set(whole.schema.names), options)
            for start in range(0, whole.num_rows, _ROWS):
                batch = whole.select(wanted).slice(start, _ROWS)
                decoded = decode_columns(batch, options)
                for offset in range(batch.num_rows):
                    add_record(decoded, offset, f"row {row + offset}", collector, options, files)
                    if collector.full:
                        yield collector.flush()
                row += batch.num_rows
    except FAULTS as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
        collector.reject(f"rows from {row}", f"truncated or damaged Arrow file: {reason}")
    yield from collector.rest()
