"""Parquet files: row groups streamed in bounded batches, only the wanted columns decoded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from springhead.io.batches import TEXT, Collector, RawBatch, ReadOptions, Value, plain_value, text_fault
from springhead.io.jsonl import CAPTION_NAMES
from springhead.io.payloads import Payloads
from springhead.io.sidecars import caption_of, extras_of, missing

FAULTS = (pa.ArrowException, OSError, ValueError, TypeError, KeyError, MemoryError, OverflowError)
"""What a damaged table can raise."""


def row_groups(path: Path) -> list[tuple[int, int]] | None:
    """Return (rows, compressed bytes) of each row group, or None where the footer cannot be read."""
    try:
        with pq.ParquetFile(path) as file:
            meta = file.metadata
            groups = [meta.row_group(index) for index in range(meta.num_row_groups)]
            return [(group.num_rows, _weight(group)) for group in groups]
    except PermissionError:
        raise
    except FAULTS:
        return None


def _weight(group: Any) -> int:
    return sum(max(0, group.column(index).total_compressed_size) for index in range(group.num_columns))


def first_records(path: Path, rows: int) -> Sequence[Mapping[str, object]]:
    """Return the first records with all their columns, [] where they cannot be decoded."""
    try:
        with pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20) as file:
            batch = next(file.iter_batches(batch_size=rows, use_threads=False), None)
            if batch is None:
                return [dict.fromkeys(file.schema_arrow.names)]
            decoded: dict[str, list[object]] = {
                name: _values(batch.column(name)) for name in batch.schema.names
            }
    except FAULTS:
        return []
    return [dict(zip(decoded, values, strict=True)) for values in zip(*decoded.values(), strict=True)]


def read_parquet(
    path: Path, source: str, options: ReadOptions, *, start: int = 0, stop: int | None = None, first: int = 0
) -> Iterator[RawBatch]:
    """Stream the records of row groups [start, stop); `first` is the number of the first row, from 0.

    A row group that cannot be read on becomes one quarantine entry naming the rows that are lost.
    """
    collector = Collector(source, options)
    files = Payloads(path.parent, options) if options.payload != TEXT else None
    try:
        file = pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20)
    except FAULTS as error:
        collector.reject("file", f"truncated or damaged Parquet: {_brief(error)}")
        yield from collector.rest()
        return
    with file:
        row = first
        for index in range(start, file.metadata.num_row_groups if stop is None else stop):
            rows = file.metadata.row_group(index).num_rows
            yield from _row_group(file, index, row, collector, options, files)
            row += rows
    yield from collector.rest()


def _brief(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def _bomb(file: Any, index: int, options: ReadOptions) -> str | None:
    """Say whether the footer promises more output per byte than is allowed."""
    group = file.metadata.row_group(index)
    plain = sum(group.column(column).total_uncompressed_size for column in range(group.num_columns))
    if plain > options.inflate_bytes or (
        plain > options.inflate_floor and plain > options.inflate_ratio * max(1, _weight(group))
    ):
        return f"decompression bomb: {plain} bytes from {_weight(group)}"
    return None


def _row_group(
    file: Any, index: int, row: int, collector: Collector, options: ReadOptions, files: Payloads | None
) -> Iterator[RawBatch]:
    """Stream one row group whose first row is number `row`."""
    last = row + file.metadata.row_group(index).num_rows - 1
    names = set(file.schema_arrow.names)
    wanted = wanted_columns(names, options)
    try:
        fault = _bomb(file, index, options)
        if fault is not None:
            collector.reject(f"rows {row} to {last}", fault)
            return
        batches = file.iter_batches(
            batch_size=_batch_rows(file, index, options),
            row_groups=[index],
            columns=wanted,
            use_threads=False,
        )
        for batch in batches:
            decoded = decode_columns(batch, options)
            for offset in range(batch.num_rows):
                add_record(decoded, offset, f"row {row + offset}", collector, options, files)
                if collector.full:
                    yield collector.flush()
            row += batch.num_rows
    except FAULTS as error:
        collector.reject(f"rows {row} to {last}", f"truncated or damaged Parquet: {_brief(error)}")
        return
    if row <= last:
        collector.reject(f"rows {row} to {last}", "truncated or damaged Parquet: fewer rows than promised")


def _batch_rows(file: Any, index: int, options: ReadOptions) -> int:
    """Choose how many rows to decode at once from the mean size that the footer states."""
    group = file.metadata.row_group(index)
    plain = sum(group.column(column).total_uncompressed_size for column in range(group.num_columns))
    mean = plain / max(1, group.num_rows)
    return int(max(1, min(options.batch_rows, options.batch_bytes / max(1.0, mean))))


def _values(array: Any) -> list[object]:
    """Decode a column; strings that are not UTF-8 come as bytes, dictionary values are shared, not copied."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        shared = _values(array.dictionary)
        return [None if index is None else shared[index] for index in array.indices.to_pylist()]
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        try:
            return list(array.to_pylist())
        except UnicodeDecodeError:
            return [_decoded(value) for value in array.cast(pa.large_binary()).to_pylist()]
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return [_decoded(value) for value in array.to_pylist()]
    return list(array.to_pylist())


def _decoded(value: bytes | None) -> object:
    if value is None:
        return None
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value


def wanted_columns(names: set[str], options: ReadOptions) -> list[str]:
    """The columns of a table that must be decoded: payload or text, captions, and those asked for."""
    if options.payload == TEXT:
        asked = [options.text_column, *options.wanted]
    else:
        captions = (options.caption_column,) if options.caption_column else CAPTION_NAMES
        asked = [options.payload_column, *captions, *options.wanted]
    return list(dict.fromkeys(name for name in asked if name in names))


def decode_columns(batch: Any, options: ReadOptions) -> dict[str, list[object]]:
    """Decode the columns of a record batch; a column of payloads keeps its bytes."""
    kept = options.payload_column if options.payload != TEXT else None
    return {
        name: batch.column(name).to_pylist() if name == kept else _values(batch.column(name))
        for name in batch.schema.names
    }


def add_record(
    decoded: dict[str, list[object]],
    offset: int,
    position: str,
    collector: Collector,
    options: ReadOptions,
    files: Payloads | None,
) -> None:
    """Add one row to the collector, or set it aside; `files` turns a payload column's values into bytes."""
    if files is None:
        _add_text(decoded, offset, position, collector, options)
        return
    if options.payload_column not in decoded:
        collector.reject(position, f"no column {options.payload_column!r}")
        return
    payload = files.take(decoded[options.payload_column][offset])
    fields = {name: values[offset] for name, values in decoded.items() if name != options.payload_column}
    extras = extras_of(fields, {}, options)
    fault = payload if isinstance(payload, str) else missing(extras, options)
    if isinstance(payload, str) or fault is not None:
        collector.reject(position, str(fault))
    else:
        data, name = payload
        collector.add(position, caption_of(None, fields, options), extras, data=data, name=name)


def _add_text(
    decoded: dict[str, list[object]], offset: int, position: str, collector: Collector, options: ReadOptions
) -> None:
    if options.text_column not in decoded:
        collector.reject(position, f"no column {options.text_column!r}")
        return
    text = decoded[options.text_column][offset]
    fault = "not UTF-8" if isinstance(text, bytes) else text_fault(text)
    if isinstance(text, str) and len(text) > options.record_bytes:
        fault = f"record too large: {len(text)} characters, cap {options.record_bytes}"
    extras: list[Value] = [
        plain_value(decoded[name][offset]) if name in decoded else None for name in options.wanted
    ]
    for name, value in zip(options.wanted, extras, strict=True):
        if value is None and fault is None and name in options.required:
            fault = f"no column {name!r}"
    if fault is not None:
        collector.reject(position, fault)
    else:
        assert isinstance(text, str)
        collector.add(position, text, extras)
