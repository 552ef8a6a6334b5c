"""Known-human and known-synthetic records: read from their own files, or the dated part of the corpus."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from springhead.errors import BadReference
from springhead.scan.calibration import Reference
from springhead.scan.neural import COLUMN, join_scores

OVERLAP_ALLOWED = 0.005
"""Share of a reference that may also stand in the target; such records are taken out of it."""


def load_reference(
    folders: Sequence[Path],
    where: pl.Expr | None = None,
    scores: pl.DataFrame | None = None,
    *,
    detector: bool = True,
) -> Reference | None:
    """Gather the judged rows of observed shards as one reference; None when there are none.

    The cluster of a record is its canonical form, so that copies stay in one fold. Without a `detector` that
    scores records by themselves, rows with a payload count, with score 0 until a head is fitted.
    """
    frames, sketches = [], []
    for folder in folders:
        file = folder / "observed.parquet"
        if not file.is_file():
            continue
        frame = pl.read_parquet(file).with_row_index("row")
        frame = frame.filter(pl.col("abstain") == "")
        if detector:
            frame = frame.filter(pl.col("score_statistical").is_not_nan())
        elif "payload" in frame.columns:
            frame = frame.filter(pl.col("payload").cast(pl.Binary).bin.size() > 0)
        if where is not None:
            frame = frame.filter(where)
        with np.load(folder / "signatures.npz") as arrays:
            sketches.append(arrays["sketch"][frame["row"].to_numpy()])
        frames.append(frame.drop("row"))
    table = pl.concat(frames) if frames else pl.DataFrame()
    if not table.height:
        return None
    table = join_scores(table, scores)
    canonical = table["canonical"].to_list()
    first = np.array([int.from_bytes(digest[:7], "big") for digest in canonical], np.int64)
    return Reference(
        language=table["language"].to_list(),
        content=canonical,
        cluster=first,
        length=table["words"].to_numpy().astype(np.int64),
        score=table["score_statistical"].to_numpy().astype(np.float64)
        if detector
        else np.zeros(table.height),
        sketch=np.concatenate(sketches).astype(np.float32),
        payload=table["payload"].to_list() if "payload" in table.columns else [],
        newest=str(max(table["date"].to_list(), default="")),
        neural=table[COLUMN].to_numpy() if COLUMN in table.columns else np.full(table.height, np.nan),
    )


def check_overlap(contents: frozenset[bytes], folders: Sequence[Path]) -> set[bytes]:
    """Find reference records that also stand in the target; raises BadReference above 0.5 % of the reference."""
    shared: set[bytes] = set()
    if not contents:
        return shared
    for folder in folders:
        file = folder / "observed.parquet"
        if file.is_file():
            column = pl.read_parquet(file, columns=["canonical"])["canonical"]
            shared.update(contents.intersection(column.to_list()))
    if len(shared) > max(1, OVERLAP_ALLOWED * len(contents)):
        raise BadReference(
            "reference",
            f"{len(shared)} of its {len(contents)} records also stand in the corpus",
            "Take them out of one of the two.",
        )
    return shared


def without(reference: Reference | None, shared: set[bytes]) -> Reference | None:
    """Take the records of the target out of a reference."""
    if reference is None or not shared:
        return reference
    keep = [i for i, digest in enumerate(reference.content) if digest not in shared]
    rows = np.array(keep, np.int64)
    return Reference(
        language=[reference.language[i] for i in keep],
        content=[reference.content[i] for i in keep],
        cluster=reference.cluster[rows],
        length=reference.length[rows],
        score=reference.score[rows],
        sketch=reference.sketch[rows],
        payload=[reference.payload[i] for i in keep] if reference.payload else [],
        newest=reference.newest,
        neural=reference.neural[rows],
    )
