"""Exact and near-duplicate clusters of a corpus of any size, from hashes alone.

The shards' hashes are spread over partition files by their leading bits, so that one partition at a time is
sorted in memory; the only whole-corpus arrays are memory-mapped files (8 bytes per record each, and a sketch
of 128). Records are numbered 0 to N - 1 by the caller; the result depends on these numbers and the hashes,
never on the order or the size of the shards. A cluster is named by its smallest record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np
from numpy.typing import NDArray

from springhead.scan.unions import flatten, join_similar

_PAIR = np.dtype([("high", "<u8"), ("low", "<u8"), ("record", "<i8")])
_BAND = np.dtype([("high", "<u8"), ("record", "<i8")])


class Hashes(msgspec.Struct, frozen=True):
    """Hashes of one shard of n records.

    `record` int64 (n,): numbers in the whole corpus; `key`, `content`, `canonical` uint64 (n, 2): the first
    16 bytes of each hash; `bands` uint64 (n, b) and `sketch` uint16 (n, s) of the near-duplicate signature;
    `signed` bool (n,): whether the record has such a signature.
    """

    record: NDArray[np.int64]
    key: NDArray[np.uint64]
    content: NDArray[np.uint64]
    canonical: NDArray[np.uint64]
    bands: NDArray[np.uint64]
    sketch: NDArray[np.uint16]
    signed: NDArray[np.bool_]


class Duplicates(msgspec.Struct, frozen=True):
    """Clusters of N records, as memory-mapped int64 arrays in record order.

    `exact`: smallest record with the same content; `rank`: place among the records of that content, 0 first;
    `near`: smallest record of the near-duplicate cluster (equal canonical forms are in one cluster);
    `conflicts` int64 (c, 2): records whose key was used before for another content, with the first record of
    that key. `compared`: pairs of sketches looked at.
    """

    exact: NDArray[np.int64]
    rank: NDArray[np.int64]
    near: NDArray[np.int64]
    conflicts: NDArray[np.int64]
    compared: int


def halves(digests: Iterable[bytes]) -> NDArray[np.uint64]:
    """Return the first 16 bytes of each digest as two big-endian integers, uint64 (n, 2)."""
    joined = b"".join(digest[:16] for digest in digests)
    return np.frombuffer(joined, dtype=">u8").astype(np.uint64).reshape(-1, 2)


def cluster(
    shards: Iterable[Hashes], total: int, folder: Path, *, threshold: float = 0.8, memory: int = 1 << 27
) -> Duplicates:
    """Return the exact and near-duplicate clusters of all records of all shards.

    `total` is the number of records N; every number 0 to N - 1 may occur at most once. `folder` must exist
    and receives the partition files (removed at the end) and the memory-mapped results. `threshold` is the
    least estimated Jaccard similarity of two near duplicates. `memory` bounds the bytes of one partition (a
    single hash value shared by more records than that is still read whole).
    """
    partitions = _partitions(total, memory)
    exact, rank, near = (_column(folder / f"{name}.i8", total) for name in ("exact", "rank", "near"))
    sketch, families = _spread(shards, total, folder, partitions)
    for table in _sorted(families["content"], _PAIR):
        exact[table["record"]] = _first(table)
        rank[table["record"]] = _ranks(table)
    conflicts = [_conflicts(table, exact) for table in _sorted(families["key"], _PAIR)]
    for table in _sorted(families["canonical"], _PAIR):
        near[table["record"]] = _first(table)
    compared = 0
    if sketch is not None:
        least = int(np.ceil(threshold * sketch.shape[1] - 1e-9))
        leads = _leads(near, folder / "leads.b1")
        for table in _sorted(families["band"], _BAND, leads):
            high, records = np.ascontiguousarray(table["high"]), np.ascontiguousarray(table["record"])
            compared += int(join_similar(high, records, sketch, near, least))
    flatten(near)
    found = np.concatenate([*conflicts, np.empty((0, 2), dtype=np.int64)])
    for paths in families.values():
        for path in paths:
            path.unlink()
    return Duplicates(exact, rank, near, found[np.argsort(found[:, 0], kind="stable")], compared)


def _partitions(total: int, memory: int) -> int:
    """Return how many partitions (a power of two, at most 256) keep one within the memory allowed."""
    needed = max(total, 1) * 16 * _BAND.itemsize * 3 / memory
    return int(min(256, 2 ** max(0, int(np.ceil(np.log2(max(needed, 1.0)))))))


def _column(path: Path, total: int) -> NDArray[np.int64]:
    """Return a new memory-mapped column that holds the record numbers (an empty array for no records)."""
    if not total:
        return np.empty(0, dtype=np.int64)
    column = np.memmap(path, dtype=np.int64, mode="w+", shape=(total,))
    for start in range(0, total, 1 << 20):
        end = min(total, start + (1 << 20))
        column[start:end] = np.arange(start, end)
    return column


def _leads(near: NDArray[np.int64], path: Path) -> NDArray[np.bool_]:
    """Return which records are the first of their canonical form, before any similar ones are united."""
    leads = np.memmap(path, dtype=np.bool_, mode="w+", shape=near.shape)
    for start in range(0, near.size, 1 << 20):
        part = near[start : start + (1 << 20)]
        leads[start : start + part.size] = part == np.arange(start, start + part.size)
    return leads


def _spread(
    shards: Iterable[Hashes], total: int, folder: Path, partitions: int
) -> tuple[NDArray[np.uint16] | None, dict[str, list[Path]]]:
    """Write each hash with its record number to the partition of its leading bits; map the sketches."""
    families = {
        name: [folder / f"{name}-{index:03d}.part" for index in range(partitions)]
        for name in ("content", "key", "canonical", "band")
    }
    sketch: NDArray[np.uint16] | None = None
    files = {name: [path.open("wb") for path in paths] for name, paths in families.items()}
    try:
        for shard in shards:
            if sketch is None and shard.record.size:
                shape = (total, shard.sketch.shape[1])
                sketch = np.memmap(folder / "sketch.u2", dtype=np.uint16, mode="w+", shape=shape)
            for name, hashes in (
                ("content", shard.content),
                ("key", shard.key),
                ("canonical", shard.canonical),
            ):
                table = np.empty(shard.record.size, dtype=_PAIR)
                table["high"], table["low"], table["record"] = hashes[:, 0], hashes[:, 1], shard.record
                _write(table, files[name])
            if sketch is not None:
                sketch[shard.record] = shard.sketch
            signed = np.flatnonzero(shard.signed)
            bands = np.empty(signed.size * shard.bands.shape[1], dtype=_BAND)
            bands["high"] = shard.bands[signed].ravel()
            bands["record"] = np.repeat(shard.record[signed], shard.bands.shape[1])
            _write(bands, files["band"])
    finally:
        for family in files.values():
            for file in family:
                file.close()
    return sketch, families


def _write(table: NDArray[np.void], files: Sequence[BinaryIO]) -> None:
    """Append each row to the file of the leading bits of its hash."""
    if len(files) == 1:
        files[0].write(table.tobytes())
        return
    shift = np.uint64(64 - (len(files).bit_length() - 1))
    place = (table["high"] >> shift).astype(np.int64)
    order = np.argsort(place, kind="stable")
    edges = np.searchsorted(place[order], np.arange(len(files) + 1))
    for index, file in enumerate(files):
        if edges[index] < edges[index + 1]:
            file.write(table[order[edges[index] : edges[index + 1]]].tobytes())


def _sorted(
    paths: list[Path], dtype: np.dtype[np.void], leads: NDArray[np.bool_] | None = None
) -> Iterator[NDArray[np.void]]:
    """Yield each partition sorted by (hash, record).

    Given `leads`, only the first record of each canonical form is kept: its copies are clustered already.
    """
    for path in paths:
        table = np.fromfile(path, dtype=dtype)
        if leads is not None:
            table = table[leads[table["record"]]]
        table = table[np.lexsort(tuple(table[name] for name in reversed(dtype.names or ())))]
        if table.size:
            yield table


def _starts(table: NDArray[np.void]) -> NDArray[np.int64]:
    """Return for each row the index of the first row of its hash."""
    new = np.ones(table.size, dtype=bool)
    new[1:] = (table["high"][1:] != table["high"][:-1]) | (table["low"][1:] != table["low"][:-1])
    return np.maximum.accumulate(np.where(new, np.arange(table.size), 0))


def _first(table: NDArray[np.void]) -> NDArray[np.int64]:
    first: NDArray[np.int64] = table["record"][_starts(table)]
    return first


def _ranks(table: NDArray[np.void]) -> NDArray[np.int64]:
    return np.arange(table.size) - _starts(table)


def _conflicts(table: NDArray[np.void], exact: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return (record, first record of its key) where the contents of the two differ."""
    first = _first(table)
    differs = exact[table["record"]] != exact[first]
    return np.stack([table["record"][differs], first[differs]], axis=1)
