"""The group table: size, abstentions, unknowns, and false positives on known-human records."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from springhead.evidence.rates import clopper_pearson, ratio_lower_limit
from springhead.results.scan import GroupRow
from springhead.scan.settings import ScanSettings
from springhead.scan.tally import Cross, Tally, column_of

WARN_RATIO = 2.0


def group_rows(tally: Tally, evidence: Sequence[Path], settings: ScanSettings) -> list[GroupRow]:
    """One row per group shown; false positives are dated-human records with p below the nominal level."""
    rows: list[GroupRow] = []
    for cross, shown in tally.shown.items():
        if not cross or not shown:
            continue
        unknown = _unknown(evidence, cross)
        false = _false_positives(evidence, cross, settings.nominal)
        total_flagged = sum(flagged for flagged, _ in false.values())
        total_human = sum(human for _, human in false.values())
        for value in shown:
            flagged, human = false.get(value, (0, 0))
            rows.append(
                _row(tally, cross, value, unknown.get(value, 0), (flagged, human),
                     (total_flagged - flagged, total_human - human), settings)
            )  # fmt: skip
    return rows


def _row(
    tally: Tally,
    cross: Cross,
    value: tuple[str, ...],
    unknown: int,
    here: tuple[int, int],
    others: tuple[int, int],
    settings: ScanSettings,
) -> GroupRow:
    counts = tally.counts[cross]
    for index, part in enumerate(value):
        counts = counts.filter(pl.col(f"key{index}") == part)
    flagged, human = here
    rate = low = high = ratio = None
    if human:
        low, high = clopper_pearson(flagged, human, settings.confidence)
        rate = flagged / human
        if others[1]:
            ratio = float(ratio_lower_limit(flagged, human, *others))
    warning = ""
    if ratio is not None and ratio > WARN_RATIO:
        warning = f"human records here are flagged at least {ratio:.1f} times as often as elsewhere"
    return GroupRow(
        group=dict(zip(cross, value, strict=True)),
        n=int(counts["n"].sum()),
        words=int(counts["words"].sum()),
        abstained=int(counts["abstained"].sum()),
        unknown=unknown,
        declared_synthetic=int(counts["synthetic"].sum()),
        residue=int(counts["residue"].sum()),
        procedural=int(counts["procedural"].sum()),
        human_reference=human,
        nominal=settings.nominal,
        false_positive_rate=rate,
        false_positive_low=None if low is None else float(low),
        false_positive_high=None if high is None else float(high),
        ratio_lower_limit=ratio,
        warning=warning,
    )


def _keys(names: Sequence[str], cross: Cross) -> list[pl.Expr]:
    return [pl.col(column_of(name, names)).alias(f"key{i}") for i, name in enumerate(cross)]


def _unknown(evidence: Sequence[Path], cross: Cross) -> dict[tuple[str, ...], int]:
    frame = pl.scan_parquet(list(evidence)).with_columns(pl.col("date").str.slice(0, 4).alias("year"))
    keys = _keys(frame.collect_schema().names(), cross)
    table = frame.filter(pl.col("level") == 0).group_by(keys).agg(pl.len()).collect(engine="streaming")
    return {row[:-1]: int(row[-1]) for row in table.iter_rows()}


def _false_positives(
    evidence: Sequence[Path], cross: Cross, nominal: float
) -> dict[tuple[str, ...], tuple[int, int]]:
    """Flagged and judged known-human records (dated before the generators) by group."""
    frame = pl.scan_parquet(list(evidence)).with_columns(pl.col("date").str.slice(0, 4).alias("year"))
    keys = _keys(frame.collect_schema().names(), cross)
    human = frame.filter((pl.col("nats_dated") < 0) & pl.col("p_value").is_not_null())
    table = (
        human.group_by(keys)
        .agg(flagged=(pl.col("p_value") <= nominal).sum(), human=pl.len())
        .collect(engine="streaming")
    )
    return {row[:-2]: (int(row[-2]), int(row[-1])) for row in table.iter_rows()}
