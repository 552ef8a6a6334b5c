"""Corpora in every format, made on the spot."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from springhead.io.batches import Quarantined, ReadOptions
from springhead.io.readers import read
from springhead.io.shards import Shard, shards
from springhead.io.sources import discover

TEXTS = [
    f"Record number {number} says something of its own, {'again ' * (number % 7)}and ends."
    for number in range(300)
]


def jsonl_bytes(texts: Sequence[object] = TEXTS, **extra: object) -> bytes:
    return b"".join(
        json.dumps({"id": number, "text": text, **extra}, ensure_ascii=False).encode() + b"\n"
        for number, text in enumerate(texts)
    )


def parquet_file(
    path: Path, texts: Sequence[object] = TEXTS, row_group: int = 100, kind: pa.DataType | None = None
) -> Path:
    table = pa.table({"id": list(range(len(texts))), "text": pa.array(texts, kind)})
    pq.write_table(table, path, row_group_size=row_group)
    return path


def warc_record(
    number: int,
    body: bytes,
    *,
    kind: str = "response",
    content_type: bytes = b"text/html; charset=utf-8",
    status: int = 200,
) -> bytes:
    if kind == "response":
        head = b"HTTP/1.1 %d OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (
            status,
            content_type,
            len(body),
        )
        block, block_type = head + body, b"application/http; msgtype=response"
    else:
        block, block_type = body, b"text/plain"
    return (
        b"WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: http://www.site%d.co.uk/page\r\n"
        b"WARC-Date: 2015-03-0%dT10:00:00Z\r\nWARC-Record-ID: <urn:uuid:%08d>\r\n"
        b"Content-Type: %s\r\nContent-Length: %d\r\n\r\n"
        % (kind.encode(), number, 1 + number % 9, number, block_type, len(block))
        + block
        + b"\r\n\r\n"
    )


def warc_bytes(texts: Sequence[str] = TEXTS[:40], *, packed: bool = False) -> bytes:
    records = [
        warc_record(number, f"<html><body><article><p>{text}</p></article></body></html>".encode())
        for number, text in enumerate(texts)
    ]
    return b"".join(gzip.compress(record, mtime=0) if packed else record for record in records)


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


def cut(*paths: Path, target: int = 64 << 20) -> list[Shard]:
    return shards(discover(list(paths)).sources, target_bytes=target)


def read_all(
    *paths: Path, options: ReadOptions | None = None, target: int = 64 << 20
) -> tuple[list[tuple[str, str, str]], list[Quarantined]]:
    """Return ((source, position, text) of every record, everything quarantined)."""
    records, aside = [], []
    for shard in cut(*paths, target=target):
        for batch in read(shard, options or ReadOptions()):
            texts = batch.columns["text"]
            assert all(len(column) == len(batch) for column in batch.columns.values())
            records.extend(
                (batch.source, position, str(text))
                for position, text in zip(batch.positions, texts, strict=True)
            )
            aside.extend(batch.quarantined)
    return records, aside
