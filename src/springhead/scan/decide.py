"""The last map of a scan: from scores and claims to evidence, p-value and level of every record.

Hard evidence decides alone; measured scores are turned into nats by the references of the language. The level
follows the rules of the design: 0 (unknown) where a record was abstained on, has no reference, or stands in
a language whose verdict is not "estimated", unless hard evidence decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
import polars as pl
import pyarrow as pa

from springhead.core.level import to_level
from springhead.core.nouns import Floats, Integers
from springhead.results.scan import EVIDENCE
from springhead.scan.calibration import Calibration, keys_of

HARD_CHANNELS = ("declared", "dated", "signed", "watermark")


def hard(frame: pl.DataFrame) -> Floats:
    """Nats of the strongest hard claim per record, float64 (n,), nan where none decides."""
    result = np.full(frame.height, np.nan)
    for channel in (name for name in HARD_CHANNELS if f"nats_{name}" in frame.columns):
        values = frame[f"nats_{channel}"].to_numpy().astype(np.float64)
        stronger = np.isfinite(values) & (np.isnan(result) | (np.abs(values) > np.abs(result)))
        result[stronger] = values[stronger]
    return result


def judged_scores(frame: pl.DataFrame, calibration: Calibration) -> Floats:
    """The score that the references speak about: the domain head's where there is one, else the detector's.

    Neural scores from a file are fused in as the references allow; records that must be abstained on get nan.
    """
    base = frame["score_statistical"].to_numpy().astype(np.float64).copy()
    languages = np.array(frame["language"].to_list(), dtype=object)
    payload = frame["payload"].to_list() if "payload" in frame.columns else None
    canonical = frame["canonical"].to_list()
    neural = frame["score_neural"].to_numpy() if "score_neural" in frame.columns else None
    for language, one in calibration.languages.items():
        rows = np.flatnonzero((languages == language) & (np.isfinite(base) | one.without_base))
        if not len(rows):
            continue
        if one.head is not None and payload is not None:
            columns = {
                "payload": [payload[i] for i in rows],
                "language": [language] * len(rows),
                "score": base[rows],
            }
            base[rows] = one.head.score(columns)
        base[rows] = one.fuse(base[rows], neural[rows] if neural is not None else None)
        if one.head is not None:
            # A record that is itself a reference keeps the score of the models that did not see it.
            known = dict(zip(one.human_key.tolist(), one.human.tolist(), strict=True))
            own = [known.get(key) for key in keys_of([canonical[i] for i in rows]).tolist()]
            base[rows] = [score if score is not None else base[i] for i, score in zip(rows, own, strict=True)]
    abstained = frame["abstain"].to_numpy() != ""
    base[abstained] = np.nan
    return base


class Decision(msgspec.Struct, frozen=True):
    """What a shard's records were found to be: parallel arrays, n rows."""

    nats: Any
    p_value: Any
    level: Any
    statistical: Any


def decide(frame: pl.DataFrame, calibration: Calibration, priors: Mapping[str, float]) -> Decision:
    """Decide over the records of a shard; `priors` has the prior log-odds of every estimated language."""
    n = frame.height
    scores = frame["score_judged"].to_numpy()
    languages = np.array(frame["language"].to_list(), dtype=object)
    length: Integers = frame["words"].to_numpy().astype(np.int64)
    soft, p_value = np.full(n, np.nan), np.full(n, np.nan)
    prior = np.full(n, np.nan)
    for language, one in calibration.languages.items():
        rows = np.flatnonzero((languages == language) & np.isfinite(scores))
        if not len(rows):
            continue
        p_value[rows] = one.p_values(scores[rows], length[rows])
        soft[rows] = one.nats(scores[rows])
        prior[rows] = priors.get(language, np.nan)
    statistical = soft.copy()
    residue = frame["nats_residue"].to_numpy().astype(np.float64)
    soft = np.where(np.isfinite(residue), np.fmax(soft, residue), soft)
    decided = hard(frame)
    nats = np.where(np.isfinite(decided), decided, soft)
    log_odds = np.where(np.isfinite(decided), decided, soft + prior)
    log_odds[(frame["abstain"].to_numpy() != "") & ~np.isfinite(decided)] = np.nan
    return Decision(nats, p_value, to_level(log_odds), statistical)


def generations(origin: list[str]) -> tuple[list[int | None], list[int | None]]:
    """Bounds of the generation that an origin implies: human 0, machine-made at least 1, else unknown."""
    low = [1 if name in ("synthetic", "mixed") else 0 for name in origin]
    high = [0 if name == "human" else None for name in origin]
    return list(low), list(high)


def evidence_frame(frame: pl.DataFrame, decision: Decision, clusters: pl.DataFrame) -> pl.DataFrame:
    """Lay out the evidence table of a shard in the schema's order; nats are rounded to 1/256."""
    low, high = generations(frame["origin"].to_list())
    table = frame.with_columns(
        pl.Series("generation_low", low, pl.Int16),
        pl.Series("generation_high", high, pl.Int16),
        pl.Series("nats", _rounded(decision.nats), pl.Float32),
        pl.Series("p_value", decision.p_value.astype(np.float32)),
        pl.Series("level", decision.level),
        pl.Series("nats_statistical", _rounded(decision.statistical), pl.Float32),
        pl.col("abstain").alias("abstained"),
        *(clusters[name] for name in ("exact_cluster", "near_cluster", "exact_rank")),
    ).with_columns(pl.col("nats", "p_value", "^score_.*$", "^nats_.*$").fill_nan(None))
    named = list(EVIDENCE.names)
    extra = sorted(name for name in table.columns if name.startswith(("group_", "fact_", "score_", "nats_")))
    return table.select(named + extra)


def evidence_schema(names: list[str]) -> pa.Schema:
    """Types of an evidence table with these columns: those of `EVIDENCE`, then text for groups, numbers else."""
    extra = names[len(EVIDENCE) :]
    types = [pa.string() if name.startswith(("group_", "fact_")) else pa.float32() for name in extra]
    return pa.schema([*EVIDENCE, *map(pa.field, extra, types)])


def _rounded(nats: Floats) -> Floats:
    return np.rint(nats * 256.0) / 256.0
