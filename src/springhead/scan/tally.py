"""The reduce over judged shards: how many records each group has, and a bounded sample of their scores.

Counts come from a streaming group-by over the shards' tables; samples from `Reservoir`. Groups are crosses
of columns ("language", "source", ..., or any column of the corpus); each is split by language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from springhead.core.nouns import Floats
from springhead.core.traits import traits_of
from springhead.scan.decide import HARD_CHANNELS
from springhead.scan.reservoir import Reservoir
from springhead.scan.settings import AUTOMATIC_GROUPS, ScanSettings

Cross = tuple[str, ...]
WHOLE: Cross = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts per cross as frames with the cross's columns, language and numbers; and the sampled scores."""

    counts: dict[Cross, pl.DataFrame]
    shown: dict[Cross, list[tuple[str, ...]]]
    scores: Reservoir


def crosses(settings: ScanSettings) -> list[Cross]:
    """Crosses to report: the whole, the automatic ones, then those asked for, without repeats."""
    asked = [tuple(cross) for cross in settings.group]
    automatic: list[Cross] = [(name,) for name in (*AUTOMATIC_GROUPS, *traits_of(settings.modality).groups)]
    return list(dict.fromkeys([WHOLE, *automatic, *asked]))


def column_of(name: str, available: Sequence[str]) -> str:
    """Column of the judged table that holds a group column."""
    return next((found for found in (f"group_{name}", f"fact_{name}") if found in available), name)


def prepared(files: Sequence[Path]) -> pl.LazyFrame:
    """Judged tables with the year and the sign of hard evidence."""
    frame = pl.scan_parquet(list(files))
    strongest = pl.lit(0.0)
    named = frame.collect_schema().names()
    for channel in (name for name in HARD_CHANNELS if f"nats_{name}" in named):
        value = pl.col(f"nats_{channel}").fill_nan(None).fill_null(0.0)
        strongest = pl.when(value.abs() > strongest.abs()).then(value).otherwise(strongest)
    return frame.with_columns(pl.col("date").str.slice(0, 4).alias("year"), strongest.alias("hard"))


def count(files: Sequence[Path], cross: Cross) -> pl.DataFrame:
    """Count records of every group and language: n, words, abstained, scored, known, residue, procedural."""
    frame = prepared(files)
    available = frame.collect_schema().names()
    keys = [pl.col(column_of(name, available)).alias(f"key{i}") for i, name in enumerate(cross)]
    known = pl.col("hard") != 0
    # Where nothing could be measured (no detector for the modality) a record is open, not left out of the share.
    scored = (pl.col("abstain") == "") & ~known
    words = pl.col("words").cast(pl.Float64)
    table = (
        frame.group_by([*keys, pl.col("language").alias("stratum")])
        .agg(
            n=pl.len(),
            words=words.sum(),
            abstained=(pl.col("abstain") != "").sum(),
            scored=scored.sum(),
            scored_words=words.filter(scored).sum(),
            synthetic=(pl.col("hard") > 0).sum(),
            synthetic_words=words.filter(pl.col("hard") > 0).sum(),
            human=(pl.col("hard") < 0).sum(),
            human_words=words.filter(pl.col("hard") < 0).sum(),
            residue=pl.col("nats_residue").is_not_nan().sum(),
            procedural=(pl.col("score_repetition") >= PROCEDURAL).sum(),
        )
        .collect(engine="streaming")
    )
    return table.sort([*(f"key{i}" for i in range(len(cross))), "stratum"])


PROCEDURAL = 0.5
"""Self-repetition above which a record counts as procedural (templates and bots)."""


def largest(counts: pl.DataFrame, cross: Cross, most: int) -> list[tuple[str, ...]]:
    """The groups with the most records, at most `most`, largest first; empty values are no group."""
    if not cross:
        return [()]
    keys = [f"key{i}" for i in range(len(cross))]
    sizes = counts.group_by(keys).agg(pl.col("n").sum()).filter(pl.all_horizontal(pl.col(keys) != ""))
    ranked = sizes.sort(["n", *keys], descending=[True, *([False] * len(keys))]).head(most)
    return [tuple(row) for row in ranked.select(keys).iter_rows()]


def tally(folders: Sequence[Path], clusters: Sequence[Floats], settings: ScanSettings) -> Tally:
    """Count all crosses and sample the scores of the groups shown; `clusters` has near clusters per shard."""
    files = [folder / "judged.parquet" for folder in folders]
    reported = crosses(settings)
    counts = {cross: count(files, cross) for cross in reported}
    shown = {cross: largest(counts[cross], cross, settings.groups_shown) for cross in reported}
    scores = Reservoir(settings.reservoir)
    for folder, cluster in zip(folders, clusters, strict=True):
        _sample(folder, cluster, reported, shown, scores)
    return Tally(counts, shown, scores)


def _sample(
    folder: Path,
    cluster: Floats,
    reported: list[Cross],
    shown: dict[Cross, list[tuple[str, ...]]],
    scores: Reservoir,
) -> None:
    frame = prepared([folder / "judged.parquet"]).collect()
    sketch = np.load(folder / "sketch.npy", mmap_mode="r")
    rows = np.flatnonzero(np.isfinite(frame["score_judged"].to_numpy()) & (frame["hard"].to_numpy() == 0))
    if not len(rows):
        return
    first = np.array([int.from_bytes(frame["content"][int(i)][:8], "big") for i in rows], np.uint64)
    values = {
        "hash": first,
        "score": frame["score_judged"].to_numpy()[rows],
        "words": frame["words"].to_numpy()[rows].astype(np.float64),
        "cluster": cluster[rows].astype(np.int64),
        "sketch": sketch[rows],
    }
    languages = np.array(frame["language"].to_list(), dtype=object)[rows]
    for cross in reported:
        named = [
            np.array(frame[column_of(name, frame.columns)].to_list(), dtype=object)[rows] for name in cross
        ]
        wanted = set(shown[cross])
        members: dict[tuple[str, ...], list[int]] = {}
        for place, parts in enumerate(zip(*named, languages, strict=True)):
            if parts[:-1] in wanted:
                members.setdefault(parts, []).append(place)
        for parts, places in members.items():
            chosen = np.array(places)
            cell = (",".join(cross), *parts)
            scores.add(cell, {name: array[chosen] for name, array in values.items()})
