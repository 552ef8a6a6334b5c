"""Say in words which evidence weighs how much in one record of a result."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
import polars as pl

from springhead.core.level import to_probability
from springhead.errors import UnknownName
from springhead.results.folder import ResultFolder


class Weighed(msgspec.Struct, frozen=True):
    """One channel of a record: its name, its evidence in nats (None = none) and what it says in words."""

    channel: str
    nats: float | None
    words: str


class Explanation(msgspec.Struct, frozen=True):
    """Everything that a result knows of one record, in words."""

    key: str
    source: str
    position: str
    language: str
    verdict: str
    channels: tuple[Weighed, ...]
    reasons: tuple[str, ...]
    claims: tuple[str, ...]


def explain(folder: ResultFolder, key: str) -> Explanation:
    """Explain the record with that key; raises UnknownName when the result has none."""
    rows = folder.evidence().filter(pl.col("key") == key).collect()
    if not rows.height:
        known = folder.evidence().select("key").head(2000).collect()["key"].to_list()
        raise UnknownName("key", key, known)
    row = rows.row(0, named=True)
    claims = folder.claims().filter(pl.col("key") == key)
    told = tuple(f"{one['kind']}: {one['value']} ({one['trust']})" for one in claims.iter_rows(named=True))
    return Explanation(
        key=key,
        source=row["source"],
        position=row["position"],
        language=row["language"],
        verdict=_verdict(row),
        channels=tuple(_channels(row)),
        reasons=tuple(row["reasons"] or ()),
        claims=told,
    )


def _verdict(row: dict[str, Any]) -> str:
    if row["level"]:
        share = float(to_probability(np.array([row["level"]], np.uint8))[0])
        return f"P(machine-made) = {share:.3f} (level {row['level']} of 255)"
    if row["abstained"]:
        return f"unknown: not judged ({row['abstained']})"
    if row["p_value"] is None:
        return "unknown: no known-human reference in this language"
    return (
        "unknown: the share in this language is not estimated, so no prior turns evidence into a probability"
    )


def _channels(row: dict[str, Any]) -> list[Weighed]:
    found = []
    for name in sorted(column for column in row if column.startswith("nats_")):
        value = row[name]
        if value is not None:
            found.append(Weighed(name.removeprefix("nats_"), value, _odds(value)))
    if row["p_value"] is not None:
        words = f"{100 * row['p_value']:.1f} % of known-human texts score as high"
        found.append(Weighed("p-value", None, words))
    found += [
        Weighed(name.removeprefix("score_"), None, f"raw score {row[name]:.3f}")
        for name in sorted(column for column in row if column.startswith("score_"))
        if row[name] is not None
    ]
    return found


def _odds(nats: float) -> str:
    factor = math.exp(min(abs(nats), 20.0))
    side = "machine" if nats > 0 else "human"
    return f"makes {side} {factor:,.1f} times as likely as before" if nats else "says nothing"
