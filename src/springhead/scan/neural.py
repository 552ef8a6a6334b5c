"""The neural channel as a file: scores that another detector made, joined to records by key.

A score file is Parquet with the columns `key` and `score` (higher = more like machine-made text); records
without a row get nan. Nothing is downloaded and no weights are read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from springhead.errors import BadScoreFile

COLUMN = "score_neural"


def read_scores(paths: Sequence[str]) -> pl.DataFrame | None:
    """Read score files as one frame of key and score, None when there are none; a key twice is refused."""
    if not paths:
        return None
    frames = []
    for path in paths:
        try:
            table = pl.read_parquet(Path(path))
        except (OSError, pl.exceptions.PolarsError) as error:
            raise BadScoreFile(path, str(error).splitlines()[0]) from error
        missing = {"key", "score"} - set(table.columns)
        if missing:
            raise BadScoreFile(path, f"has no column {', '.join(sorted(missing))}")
        if not table["score"].dtype.is_numeric():
            raise BadScoreFile(path, f"its column score holds {table['score'].dtype}, not numbers")
        frames.append(table.select(pl.col("key").cast(pl.String), pl.col("score").cast(pl.Float64)))
    joined = pl.concat(frames)
    if joined["key"].is_duplicated().any():
        twice = joined.filter(joined["key"].is_duplicated())["key"][0]
        raise BadScoreFile(", ".join(paths), f"has key {twice!r} more than once")
    return joined.rename({"score": COLUMN})


def digest_of(paths: Sequence[str]) -> str:
    """Hash of the bytes of score files, so that results made with other scores are never taken for ours."""
    parts = []
    for path in paths:
        try:
            parts.append(hashlib.sha256(Path(path).read_bytes()).hexdigest())
        except OSError as error:
            raise BadScoreFile(path, f"cannot be read ({error.strerror})") from error
    return hashlib.sha256(",".join(parts).encode()).hexdigest()


def join_scores(frame: pl.DataFrame, scores: pl.DataFrame | None) -> pl.DataFrame:
    """Add the neural column to a table with keys; rows keep their order."""
    if scores is None:
        return frame
    joined = frame.drop(COLUMN, strict=False).join(scores, on="key", how="left", maintain_order="left")
    return joined.with_columns(pl.col(COLUMN).fill_null(float("nan")))
