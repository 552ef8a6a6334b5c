"""Capped excerpts of the most and least suspicious records, for the report alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from springhead.core import registry
from springhead.io.batches import ReadOptions
from springhead.io.readers import read
from springhead.io.shards import Shard
from springhead.io.tables import write_table
from springhead.results.scan import EXAMPLES
from springhead.scan.observe import load_detectors
from springhead.scan.settings import ScanSettings

EACH = 12
LANGUAGES = 8
LISTS = ("most suspicious", "least suspicious")


def choose(evidence: Sequence[Path]) -> pl.DataFrame:
    """Choose records to show: per language the highest and lowest evidence, else raw scores."""
    frame = pl.scan_parquet(list(evidence)).filter(pl.col("abstained") == "")
    rank = pl.coalesce(pl.col("nats"), -pl.col("p_value").log(), pl.col("score_statistical"))
    columns = ["key", "source", "position", "language", "nats", "p_value", "score_statistical", "reasons"]
    ranked = frame.select(*columns, rank.alias("rank")).filter(pl.col("rank").is_not_null())
    sizes = ranked.group_by("language").agg(pl.len()).collect(engine="streaming")
    top = sizes.sort(["len", "language"], descending=[True, False]).head(LANGUAGES)["language"].to_list()
    parts = []
    for language in top:
        here = ranked.filter(pl.col("language") == language)
        for name, descending in zip(LISTS, (True, False), strict=True):
            order = here.sort(["rank", "key"], descending=[descending, False]).head(EACH).collect()
            parts.append(order.with_columns(pl.lit(name).alias("list")))
    return pl.concat(parts) if parts else pl.DataFrame()


def write_examples(
    evidence: Sequence[Path],
    shards: Sequence[Shard],
    options: ReadOptions,
    settings: ScanSettings,
    path: Path,
) -> None:
    """Read the chosen records again and write their excerpts with spans and reasons."""
    chosen = choose(evidence) if evidence else pl.DataFrame()
    rows: list[dict[str, Any]] = []
    if chosen.height:
        wanted = {(row["source"], row["position"]) for row in chosen.iter_rows(named=True)}
        texts = excerpts(wanted, shards, options, settings)
        for row in chosen.iter_rows(named=True):
            text, spans = texts.get((row["source"], row["position"]), ("", []))
            rows.append(
                {
                    name: row[name]
                    for name in ("key", "source", "position", "language", "list", "nats", "p_value")
                }
                | {"score": row["score_statistical"], "reasons": row["reasons"], "text": text, "spans": spans}
            )
    write_table(pa.Table.from_pylist(rows, EXAMPLES), path)


def excerpts(
    wanted: set[tuple[str, str]], shards: Sequence[Shard], options: ReadOptions, settings: ScanSettings
) -> dict[tuple[str, str], tuple[str, list[dict[str, Any]]]]:
    """Excerpt and spans of the records at the given (source, position)."""
    modality: Any = registry.load("modality", settings.modality)()
    detectors = load_detectors(settings)
    found: dict[tuple[str, str], tuple[str, list[dict[str, Any]]]] = {}
    sources = {source for source, _ in wanted}
    for shard in shards:
        members = {member.name for member in shard.members} if shard.members else {shard.source}
        if not members & sources and shard.source not in sources:
            continue
        for raw in read(shard, options):
            rows = [i for i, place in enumerate(raw.positions) if (raw.source, place) in wanted]
            if not rows:
                continue
            batch = modality.read({name: [values[i] for i in rows] for name, values in raw.columns.items()})
            shown = modality.excerpt(batch, np.arange(len(rows)))
            spans = _spans(batch, detectors)
            for place, row in enumerate(rows):
                found[raw.source, raw.positions[row]] = (shown[place].text, spans[place])
        if len(found) == len(wanted):
            break
    return found


def _spans(batch: Any, detectors: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Passages that carry the scores of each record, from every detector that can name them."""
    rows: list[list[dict[str, Any]]] = [[] for _ in range(len(batch))]
    for detector in detectors.values():
        if hasattr(detector, "explain"):
            for reason in detector.explain(batch):
                rows[reason.row].append({"start": reason.start, "end": reason.end, "text": reason.text})
    return rows
