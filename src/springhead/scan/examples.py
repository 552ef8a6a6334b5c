"""Capped excerpts of the most and least suspicious records, for the report alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl
import pyarrow as pa

from springhead.core import registry
from springhead.core.nouns import Excerpt
from springhead.core.traits import traits_of
from springhead.io.batches import ReadOptions
from springhead.io.readers import read
from springhead.io.shards import Shard
from springhead.io.tables import write_table
from springhead.results.scan import EXAMPLES
from springhead.scan.observe import load_detectors
from springhead.scan.settings import ScanSettings
from springhead.scan.tally import column_of

EACH = 12
PER_GROUP = 6
SHEETS = 12
LANGUAGES = 8
LISTS = ("most suspicious", "least suspicious")


def choose(evidence: Sequence[Path], silent: float | None = None) -> pl.DataFrame:
    """Choose records to show: per language the highest and lowest evidence, else raw scores.

    Records without any are left out, or ranked as `silent`.
    """
    ranked = _ranked(pl.scan_parquet(list(evidence)), [], silent)
    sizes = ranked.group_by("language").agg(pl.len()).collect(engine="streaming")
    top = sizes.sort(["len", "language"], descending=[True, False]).head(LANGUAGES)["language"].to_list()
    parts = []
    for language in top:
        here = ranked.filter(pl.col("language") == language)
        parts += _extremes(here, EACH, "")
    return pl.concat(parts) if parts else pl.DataFrame()


def _ranked(frame: pl.LazyFrame, more: list[str], silent: float | None) -> pl.LazyFrame:
    """Judged records with what ranks them: evidence, else p-value, else raw score."""
    rank = pl.coalesce(pl.col("nats"), -pl.col("p_value").log(), pl.col("score_statistical"), pl.lit(silent))
    columns = ["key", "source", "position", "language", "nats", "p_value", "score_statistical", "reasons"]
    judged = frame.filter((pl.col("abstained") == "") | (pl.col("nats").is_not_null()))
    return judged.select(*columns, *more, rank.alias("rank")).filter(pl.col("rank").is_not_null())


def _extremes(ranked: pl.LazyFrame, most: int, group: str) -> list[pl.DataFrame]:
    return [
        ranked.sort(["rank", "key"], descending=[descending, False])
        .head(most)
        .collect()
        .with_columns(pl.lit(name).alias("list"), pl.lit(group).alias("group"))
        for name, descending in zip(LISTS, (True, False), strict=True)
    ]


def choose_by_group(evidence: Sequence[Path], columns: Sequence[str]) -> pl.DataFrame:
    """Choose records of every larger group of the given columns; `group` names it as column=value."""
    frame = pl.scan_parquet(list(evidence))
    available = frame.collect_schema().names()
    parts = []
    for column in columns:
        held = column_of(column, available)
        if held not in available:
            continue
        named = _ranked(
            frame.with_columns(pl.col(held).alias("held")).filter(pl.col("held") != ""), ["held"], 0.0
        )
        sizes = named.group_by("held").agg(pl.len()).collect(engine="streaming")
        top = sizes.sort(["len", "held"], descending=[True, False]).head(SHEETS)["held"].to_list()
        for value in top if len(top) > 1 else []:
            here = named.filter(pl.col("held") == value).drop("held")
            parts += _extremes(here, PER_GROUP, f"{column}={value}")
    return pl.concat(parts) if parts else pl.DataFrame()


def write_examples(
    evidence: Sequence[Path],
    shards: Sequence[Shard],
    options: ReadOptions,
    settings: ScanSettings,
    path: Path,
) -> None:
    """Read the chosen records again and write their excerpts with spans and reasons."""
    pictured = traits_of(settings.modality).payload != "text"
    chosen = choose(evidence, 0.0 if pictured else None) if evidence else pl.DataFrame()
    if evidence and pictured:
        columns = ("language", "source", "host", *(name for cross in settings.group for name in cross))
        grouped = choose_by_group(evidence, tuple(dict.fromkeys(columns)))
        chosen = pl.concat([part for part in (chosen, grouped) if part.height]) if grouped.height else chosen
    rows: list[dict[str, Any]] = []
    if chosen.height:
        wanted = {(row["source"], row["position"]) for row in chosen.iter_rows(named=True)}
        texts = excerpts(wanted, shards, options, settings)
        for row in chosen.iter_rows(named=True):
            shown, spans = texts.get((row["source"], row["position"]), (Excerpt(), []))
            rows.append(
                {
                    name: row[name]
                    for name in ("key", "source", "position", "language", "list", "nats", "p_value", "group")
                }
                | {"score": row["score_statistical"], "reasons": row["reasons"], "text": shown.text}
                | {"spans": spans, "media_type": shown.media_type, "thumbnail": shown.data}
            )
    write_table(pa.Table.from_pylist(rows, EXAMPLES), path)


def excerpts(
    wanted: set[tuple[str, str]], shards: Sequence[Shard], options: ReadOptions, settings: ScanSettings
) -> dict[tuple[str, str], tuple[Excerpt, list[dict[str, Any]]]]:
    """Excerpt and spans of the records at the given (source, position)."""
    modality: Any = registry.load("modality", settings.modality)()
    detectors = load_detectors(settings)
    found: dict[tuple[str, str], tuple[Excerpt, list[dict[str, Any]]]] = {}
    sources = {source for source, _ in wanted}
    for shard in shards:
        if shard.source not in sources:
            continue
        members = tuple(member for member in shard.members if (shard.source, member.name) in wanted)
        if shard.members and not members:
            continue
        for raw in read(msgspec.structs.replace(shard, members=members), options):
            rows = [i for i, place in enumerate(raw.positions) if (raw.source, place) in wanted]
            if not rows:
                continue
            batch = modality.read({name: [values[i] for i in rows] for name, values in raw.columns.items()})
            shown = modality.excerpt(batch, np.arange(len(rows)))
            spans = _spans(batch, detectors)
            for place, row in enumerate(rows):
                found[raw.source, raw.positions[row]] = (shown[place], spans[place])
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
