"""Parquet tables and quarantine lists: the same data gives the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from springhead.io.batches import Quarantined
from springhead.io.files import replacing

ROW_GROUP = 1 << 16
_LEVEL = 3


class TableWriter:
    """Writes a Parquet file piece by piece; row groups are of fixed size however the rows arrive.

    Use as a context manager; the file appears whole at the end, or not at all where the block fails.
    """

    def __init__(self, path: Path, schema: Any, *, row_group: int = ROW_GROUP) -> None:
        """Write to `path` with an Arrow schema; metadata of the schema is kept, nothing is added."""
        self._path, self._schema, self._row_group = path, schema, row_group
        self._held: list[Any] = []
        self._rows = 0
        self._stack = ExitStack()

    def __enter__(self) -> TableWriter:
        file = self._stack.enter_context(replacing(self._path))
        self._writer = self._stack.enter_context(
            pq.ParquetWriter(
                file,
                self._schema,
                version="2.6",
                compression="zstd",
                compression_level=_LEVEL,
                store_schema=True,
            )
        )
        return self

    def __exit__(self, kind: Any, value: Any, trace: Any) -> None:
        if kind is None:
            try:
                self._write(self._rows)
            except BaseException as error:
                self._stack.__exit__(type(error), error, error.__traceback__)
                raise
        self._stack.__exit__(kind, value, trace)

    def write(self, table: Any) -> None:
        """Append a table; its columns are brought into the schema's order and types."""
        self._held.append(table.select(self._schema.names).cast(self._schema))
        self._rows += table.num_rows
        if self._rows >= self._row_group:
            self._write(self._rows - self._rows % self._row_group)

    def _write(self, count: int) -> None:
        if not count:
            return
        # One chunk a column: page and dictionary limits must not depend on how the rows arrived.
        table = pa.concat_tables(self._held).combine_chunks()
        for start in range(0, count, self._row_group):
            piece = table.slice(start, min(self._row_group, count - start))
            self._writer.write_table(piece.combine_chunks(), row_group_size=self._row_group)
        rest = table.slice(count)
        self._held, self._rows = ([rest] if rest.num_rows else []), rest.num_rows


def write_table(table: Any, path: Path) -> None:
    """Write an Arrow table as one Parquet file, whole or not at all."""
    with TableWriter(path, table.schema) as writer:
        writer.write(table)


def read_table(path: Path, columns: list[str] | None = None) -> Any:
    """Read a Parquet file that `write_table` wrote."""
    return pq.read_table(path, columns=columns, use_threads=False)


def natural(position: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key by which "line 9" comes before "line 10"."""
    parts = re.split(r"([0-9]+)", position)
    return tuple((1, int(part), "") if index % 2 else (0, 0, part) for index, part in enumerate(parts))


def write_quarantine(entries: Iterable[Quarantined], path: Path) -> int:
    """Write quarantine entries as JSON lines sorted by source and position; return how many there are."""
    ordered = sorted(entries, key=lambda entry: (entry.source, natural(entry.position), entry.reason))
    encoder = msgspec.json.Encoder()
    with replacing(path) as file:
        for entry in ordered:
            file.write(encoder.encode(entry) + b"\n")
    return len(ordered)


def read_quarantine(path: Path) -> list[Quarantined]:
    """Read what `write_quarantine` wrote."""
    decoder = msgspec.json.Decoder(Quarantined)
    return [decoder.decode(line) for line in path.read_bytes().splitlines() if line]
