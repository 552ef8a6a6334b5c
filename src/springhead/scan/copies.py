"""Duplicates of a scan: number the kept records, cluster them, and set key conflicts aside."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from springhead.core.nouns import Integers
from springhead.io.batches import Quarantined
from springhead.results.scan import Duplicates
from springhead.scan.duplicates import Duplicates as Found
from springhead.scan.duplicates import Hashes, cluster, halves
from springhead.scan.tally import PROCEDURAL


@dataclass(frozen=True, slots=True)
class Copies:
    """Clusters of all records in the order of the shards; `offsets` (shards + 1) tell where each begins."""

    found: Found
    offsets: Integers

    def of(self, shard: int) -> slice:
        """Record numbers of a shard."""
        return slice(int(self.offsets[shard]), int(self.offsets[shard + 1]))

    def frame(self, shard: int) -> pl.DataFrame:
        """Cluster columns of a shard's records."""
        part = self.of(shard)
        return pl.DataFrame(
            {
                "exact_cluster": np.asarray(self.found.exact[part]),
                "near_cluster": np.asarray(self.found.near[part]),
                "exact_rank": np.asarray(self.found.rank[part]).astype(np.int32),
            }
        )


def find_copies(folders: Sequence[Path], scratch: Path, similarity: float = 0.8) -> Copies:
    """Cluster the kept records of all shards by content, canonical form and signature.

    Signatures that agree in the share `similarity` of their places are those of near duplicates.
    """
    sizes = [_height(folder) for folder in folders]
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    scratch.mkdir(parents=True, exist_ok=True)
    found = cluster(_hashes(folders, offsets), int(offsets[-1]), scratch, threshold=similarity)
    return Copies(found, offsets)


def _height(folder: Path) -> int:
    file = folder / "observed.parquet"
    return int(pl.scan_parquet(file).select(pl.len()).collect().item()) if file.is_file() else 0


def _hashes(folders: Sequence[Path], offsets: Integers) -> Iterator[Hashes]:
    for index, folder in enumerate(folders):
        start, stop = int(offsets[index]), int(offsets[index + 1])
        if start == stop:
            continue
        frame = pl.read_parquet(folder / "observed.parquet", columns=["key", "content", "canonical"])
        with np.load(folder / "signatures.npz") as arrays:
            bands, minima = arrays["bands"], arrays["minima"]
        keys = [hashlib.blake2b(key.encode(), digest_size=16).digest() for key in frame["key"]]
        yield Hashes(
            record=np.arange(start, stop),
            key=halves(keys),
            content=halves(frame["content"].to_list()),
            canonical=halves(frame["canonical"].to_list()),
            bands=bands,
            sketch=minima,
            signed=bands.any(axis=1),
        )


def conflicting(copies: Copies, folders: Sequence[Path]) -> tuple[list[tuple[int, ...]], list[Quarantined]]:
    """Records whose key stood for another content before: their rows by shard, and quarantine entries."""
    numbers = sorted({int(record) for record, _ in copies.found.conflicts})
    rows: list[tuple[int, ...]] = []
    entries = []
    for index, folder in enumerate(folders):
        part = copies.of(index)
        here = tuple(number - part.start for number in numbers if part.start <= number < part.stop)
        rows.append(here)
        if here:
            frame = pl.read_parquet(folder / "observed.parquet", columns=["key", "source", "position"])
            for row in here:
                key, source, position = frame.row(row)
                reason = f"key {key!r} already stands for another content"
                entries.append(Quarantined(source, position, reason))
    return rows, entries


def summary(copies: Copies, kept: Integers, evidence: Sequence[Path]) -> Duplicates:
    """Counts of duplicates among the kept records; `kept` has their numbers."""
    exact = np.unique(np.asarray(copies.found.exact)[kept], return_counts=True)[1]
    near = np.unique(np.asarray(copies.found.near)[kept], return_counts=True)[1]
    procedural = 0.0
    if len(kept):
        score = pl.scan_parquet(list(evidence)).select((pl.col("score_repetition") >= PROCEDURAL).sum())
        procedural = float(score.collect().item()) / len(kept)
    return Duplicates(
        exact_clusters=int((exact > 1).sum()),
        exact_copies=int((exact - 1).sum()),
        near_clusters=int((near > 1).sum()),
        near_records=int(near[near > 1].sum()),
        largest=int(near.max(initial=0)),
        procedural_share=procedural,
    )
