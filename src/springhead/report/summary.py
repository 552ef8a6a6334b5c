"""Small counts from the evidence tables of any size: levels, p-values, and which channel carries a record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from springhead.core.level import to_probability
from springhead.errors import BadResult
from springhead.results.folder import ResultFolder

BINS: Final = 20
LANGUAGES_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class Carried:
    """How many records of a language each channel carries: (channel, side, n); side is machine or human."""

    name: str
    total: int
    parts: tuple[tuple[str, str, int], ...]

    @property
    def silent(self) -> int:
        """Records that no evidence speaks of."""
        return self.total - sum(n for _, _, n in self.parts)


@dataclass(frozen=True, slots=True)
class EvidenceSummary:
    """Counts over all evidence rows; histograms have `BINS` equal bins over [0, 1]."""

    rows: int = 0
    unknown: int = 0
    levels: tuple[int, ...] = (0,) * BINS
    p_values: tuple[int, ...] = (0,) * BINS
    carried: tuple[Carried, ...] = ()
    channels: tuple[str, ...] = field(default=())


def summarise(folder: ResultFolder) -> EvidenceSummary | None:
    """Count over the evidence tables in a streaming pass each; None when the folder holds no table."""
    try:
        frame = folder.evidence()
    except BadResult:
        return None
    levels = _pairs(frame.group_by("level").agg(pl.len()), "level")
    binned = (pl.col("p_value").clip(0.0, 1.0) * BINS).floor().clip(0, BINS - 1).cast(pl.Int64).alias("bin")
    p_values = _pairs(frame.filter(pl.col("p_value").is_not_null()).group_by(binned).agg(pl.len()), "bin")
    known = {level: n for level, n in levels.items() if level}
    probability = to_probability(np.array(sorted(known), dtype=np.uint8))
    counts = np.zeros(BINS, dtype=np.int64)
    np.add.at(
        counts, np.minimum((probability * BINS).astype(np.int64), BINS - 1), [known[k] for k in sorted(known)]
    )
    channels = tuple(
        name.removeprefix("nats_")
        for name in sorted(frame.collect_schema().names())
        if name.startswith("nats_")
    )
    return EvidenceSummary(
        rows=sum(levels.values()),
        unknown=levels.get(0, 0),
        levels=tuple(int(n) for n in counts),
        p_values=tuple(p_values.get(i, 0) for i in range(BINS)),
        carried=_carried(frame, channels),
        channels=channels,
    )


def _pairs(frame: pl.LazyFrame, name: str) -> dict[int, int]:
    table = frame.collect(engine="streaming")
    return {int(key): int(n) for key, n in table.select(name, "len").iter_rows() if key is not None}


def _carried(frame: pl.LazyFrame, channels: tuple[str, ...]) -> tuple[Carried, ...]:
    """A record is carried by the channel whose nats are nearest to its own: fusion picks one of them."""
    gaps = [(pl.col(f"nats_{name}") - pl.col("nats")).abs().fill_null(float("inf")) for name in channels]
    carrier = pl.lit("")
    if gaps:
        least = pl.min_horizontal(gaps)
        for name, gap in reversed(list(zip(channels, gaps, strict=True))):
            carrier = pl.when(gap == least).then(pl.lit(name)).otherwise(carrier)
        carrier = pl.when(least.is_finite()).then(carrier).otherwise(pl.lit(""))
    side = pl.when(pl.col("nats") > 0).then(pl.lit("machine")).otherwise(pl.lit("human"))
    keyed = frame.select(
        pl.col("language").fill_null("unknown"),
        pl.when(pl.col("nats").is_null()).then(pl.lit("")).otherwise(carrier).alias("channel"),
        side.alias("side"),
    )
    table = keyed.group_by("language", "channel", "side").agg(pl.len()).collect(engine="streaming")
    return _by_language(list(table.iter_rows()))


def _by_language(rows: list[tuple[str, str, str, int]]) -> tuple[Carried, ...]:
    totals: dict[str, int] = {"": 0}
    parts: dict[str, dict[tuple[str, str], int]] = {"": {}}
    for language, channel, side, n in rows:
        for name in ("", language):
            totals[name] = totals.get(name, 0) + n
            if channel:
                held = parts.setdefault(name, {})
                held[channel, side] = held.get((channel, side), 0) + n
    largest = sorted((name for name in totals if name), key=lambda name: (-totals[name], name))
    shown = ["", *largest[:LANGUAGES_SHOWN]] if len(largest) > 1 else [""]
    return tuple(
        Carried(
            name, totals[name],
            tuple((channel, side, n) for (channel, side), n in sorted(parts.get(name, {}).items())),
        )
        for name in shown
    )  # fmt: skip
